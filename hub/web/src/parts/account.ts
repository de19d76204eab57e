// A bank account as somebody types it, and as it is sent.

import type { BankAccount } from '@moding/ui';

export interface TypedAccount {
  bank: string;
  number: string;
  holder: string;
}

export const NO_ACCOUNT: TypedAccount = { bank: '', number: '', holder: '' };

/** The gateway takes no longer number, and no longer name. */
const DIGITS_MAX = 20;
const HOLDER_MAX = 60;

/** What is sent; null while something is missing or cannot be. */
export function accountOf({ bank, number, holder }: TypedAccount): BankAccount | null {
  const digits = number.replace(/[-\s]/g, '');
  const name = holder.trim();
  const sound =
    bank !== '' &&
    /^\d+$/.test(digits) &&
    digits.length <= DIGITS_MAX &&
    name !== '' &&
    Array.from(name).length <= HOLDER_MAX;
  return sound ? { bank, account_number: digits, holder: name } : null;
}
