// The looks of all seats of one screening, and the buyer's choice, outside React: a message
// about three seats re-renders three seats, however many the room has.

import type { SeatLook, SeatStateView } from '../api/types';

/** What is drawn: what the server says, or the buyer's own choice on top of it. */
export type SeatShow = SeatLook | 'chosen' | 'mine';

/** Whether others who sell seats of the screening can be asked for them now. */
export type Others = 'reached' | 'away';

type Listener = () => void;

export class SeatStore {
  private looks = new Map<number, SeatLook>();
  private choice: readonly number[] = [];
  private mine: ReadonlySet<number> = new Set();
  private readonly bySeat = new Map<number, Set<Listener>>();
  private readonly onChoice = new Set<Listener>();
  private readonly onAny = new Set<Listener>();
  private revision = 0;
  private holding = false;
  private others: Others = 'away';

  /**
   * What the server last said; a seat it never named is not for sale. One that somebody else
   * sells can be had as long as they can be asked for it.
   */
  look = (seat: number): SeatLook => this.seen(this.looks.get(seat) ?? 'blocked');

  private seen(look: SeatLook): SeatLook {
    return look === 'elsewhere' && this.others === 'reached' ? 'free' : look;
  }

  show = (seat: number): SeatShow => {
    if (this.mine.has(seat)) {
      return 'mine';
    }
    return this.choice.includes(seat) ? 'chosen' : this.look(seat);
  };

  /** The chosen seats in the order of choosing. The same array until the choice changes. */
  chosen = (): readonly number[] => this.choice;

  /** Grows with every change of any look, for what counts seats. */
  version = (): number => this.revision;

  /** How many seats look so. */
  count(look: SeatLook): number {
    let count = 0;
    for (const each of this.looks.values()) {
      count += this.seen(each) === look ? 1 : 0;
    }
    return count;
  }

  /**
   * Takes over what the server says. Returns the chosen seats that are lost by it: the buyer
   * must be told, because the choice was only hope until it is held.
   */
  apply(states: readonly SeatStateView[]): readonly number[] {
    const changed: number[] = [];
    for (const { seat, state } of states) {
      if (this.looks.get(seat) !== state) {
        this.looks.set(seat, state);
        changed.push(seat);
      }
    }
    const lost = this.holding ? [] : this.dropLost();
    this.tellSeats(changed);
    return lost;
  }

  /** Others who sell seats have come or gone. Returns the chosen seats that are lost by it. */
  setOthers(others: Others): readonly number[] {
    if (this.others === others) {
      return [];
    }
    this.others = others;
    const lost = this.holding ? [] : this.dropLost();
    const theirs = [...this.looks].filter(([, look]) => look === 'elsewhere');
    this.tellSeats(theirs.map(([seat]) => seat));
    return lost;
  }

  /**
   * While the server is asked to hold the choice, the news that its seats are held may be
   * about this very buyer: nothing is dropped until the answer is there.
   */
  beginHold(): void {
    this.holding = true;
  }

  /** The answer is there. Returns the chosen seats that turned out to be lost. */
  endHold(): readonly number[] {
    this.holding = false;
    return this.dropLost();
  }

  private dropLost(): readonly number[] {
    const lost = this.choice.filter((seat) => this.look(seat) !== 'free' && !this.mine.has(seat));
    if (lost.length > 0) {
      this.setChoice(this.choice.filter((seat) => !lost.includes(seat)));
    }
    return lost;
  }

  /** Everything anew, as after a reset. */
  replace(states: readonly SeatStateView[]): readonly number[] {
    const named = new Set(states.map((state) => state.seat));
    const gone = [...this.looks.keys()].filter((seat) => !named.has(seat));
    for (const seat of gone) {
      this.looks.delete(seat);
    }
    const lost = this.apply(states);
    this.tellSeats(gone);
    return lost;
  }

  choose(seat: number): void {
    this.setChoice([...this.choice.filter((each) => each !== seat), seat]);
  }

  unchoose(seat: number): void {
    this.setChoice(this.choice.filter((each) => each !== seat));
  }

  setChoice(seats: readonly number[]): void {
    const touched = new Set([...this.choice, ...seats]);
    this.choice = [...seats];
    this.tell(this.onChoice);
    this.tellSeats([...touched]);
  }

  /** The seats of the buyer's own hold: held for others, but not for this buyer. */
  setMine(seats: readonly number[]): void {
    const touched = new Set([...this.mine, ...seats]);
    this.mine = new Set(seats);
    this.tellSeats([...touched]);
  }

  subscribeSeat(seat: number, listener: Listener): () => void {
    const listeners = this.bySeat.get(seat) ?? new Set();
    this.bySeat.set(seat, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  subscribeChoice = (listener: Listener): (() => void) => {
    this.onChoice.add(listener);
    return () => this.onChoice.delete(listener);
  };

  subscribeAny = (listener: Listener): (() => void) => {
    this.onAny.add(listener);
    return () => this.onAny.delete(listener);
  };

  private tellSeats(seats: readonly number[]): void {
    if (seats.length === 0) {
      return;
    }
    this.revision += 1;
    for (const seat of seats) {
      this.tell(this.bySeat.get(seat));
    }
    this.tell(this.onAny);
  }

  private tell(listeners: ReadonlySet<Listener> | undefined): void {
    for (const listener of listeners ?? []) {
      listener();
    }
  }
}
