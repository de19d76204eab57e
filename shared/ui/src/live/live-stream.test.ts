import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { LiveStream, SILENCE_MS, type Source } from './live-stream';

class FakeSource implements Source {
  readonly address: string;
  closed = false;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

  constructor(address: string) {
    this.address = address;
  }

  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(name, listener);
  }

  close(): void {
    this.closed = true;
  }

  say(name: string, data: unknown = {}, lastEventId = ''): void {
    this.listeners.get(name)?.({ data: JSON.stringify(data), lastEventId } as MessageEvent<string>);
  }
}

describe('a live stream', () => {
  const sources: FakeSource[] = [];
  const nobody = { addEventListener: vi.fn(), removeEventListener: vi.fn() };
  const last = (): FakeSource => sources[sources.length - 1] as FakeSource;
  const open = (address: string): FakeSource => {
    sources.push(new FakeSource(address));
    return last();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('document', { ...nobody, visibilityState: 'visible' });
    vi.stubGlobal('window', nobody);
    sources.length = 0;
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('goes on after the last event that it heard', () => {
    const heard: unknown[] = [];
    const stream = new LiveStream(
      { topics: ['screening:3', 'link:1'], from: '7', on: { seats: (data) => heard.push(data) }, onState: vi.fn() },
      open,
    );
    expect(last().address).toBe('/api/events?topics=screening%3A3%2Clink%3A1&last_event_id=7');
    last().say('seats', { seats: [] }, '9');
    last().say('error');
    vi.advanceTimersByTime(2_000);
    expect(last().address).toContain('last_event_id=9');
    expect(heard).toEqual([{ seats: [] }]);
    stream.close();
  });

  it('does not believe in a line on which nothing is said any more', () => {
    const states: string[] = [];
    const stream = new LiveStream(
      { topics: ['ranking'], on: {}, onState: (state) => states.push(state) },
      open,
    );
    last().say('open');
    for (let beats = 0; beats < 5; beats += 1) {
      vi.advanceTimersByTime(SILENCE_MS - 1);
      last().say('beat');
    }
    expect(sources).toHaveLength(1);
    vi.advanceTimersByTime(SILENCE_MS);
    expect(sources[0]?.closed).toBe(true);
    vi.advanceTimersByTime(2_000);
    expect(sources).toHaveLength(2);
    expect(states).toEqual(['connecting', 'live', 'lost', 'lost']);
    stream.close();
  });

  it('is over after a reset', () => {
    const onReset = vi.fn();
    const stream = new LiveStream({ topics: ['screening:3'], on: {}, onReset, onState: vi.fn() }, open);
    last().say('reset');
    expect(onReset).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10 * SILENCE_MS);
    expect(sources).toHaveLength(1);
    stream.close();
  });
});
