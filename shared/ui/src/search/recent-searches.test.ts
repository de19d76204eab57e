import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { forgetSearch, forgetSearches, noteSearch, recentSearches } from './recent-searches';

describe('the last searches', () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('are kept once each, the latest first', () => {
    for (const term of ['기생충', ' 괴물 ', '기생충', '']) {
      noteSearch(term);
    }
    expect(recentSearches()).toEqual(['기생충', '괴물']);
  });

  it('are no more than eight', () => {
    for (let n = 0; n < 12; n += 1) {
      noteSearch(`영화 ${String(n)}`);
    }
    expect(recentSearches()).toHaveLength(8);
    expect(recentSearches()[0]).toBe('영화 11');
  });

  it('can be forgotten, one or all', () => {
    noteSearch('기생충');
    noteSearch('괴물');
    forgetSearch('괴물');
    expect(recentSearches()).toEqual(['기생충']);
    forgetSearches();
    expect(recentSearches()).toEqual([]);
  });

  it('survive what is no list', () => {
    localStorage.setItem('moding.searches', '{"a":1}');
    expect(recentSearches()).toEqual([]);
    localStorage.setItem('moding.searches', 'nonsense');
    expect(recentSearches()).toEqual([]);
  });
});
