// Accounts and causes of the books in words; a name that is not known stays as it is.

import type { Translate } from '@moding/ui';

export function accountName(account: string, t: Translate): string {
  const [kind = '', id = '', how = ''] = account.split(':');
  switch (kind) {
    case 'gateway':
    case 'fees':
    case 'refunds':
    case 'suspense':
    case 'bank':
      return t(`books.kind.${kind}`);
    case 'escrow':
    case 'theater':
      return t(`books.kind.${kind}`, { id });
    case 'tenders':
      return t(how === 'cash' ? 'books.kind.tenders_cash' : 'books.kind.tenders_card', { id });
    default:
      return t('books.kind.other', { id: account });
  }
}

const CAUSES = [
  'payment',
  'late_payment',
  'refund_owed',
  'refund_paid',
  'tender',
  'entry',
] as const;

export function causeName(cause: string, t: Translate): string {
  const known = CAUSES.find((each) => each === cause);
  return known === undefined ? cause : t(`books.cause.${known}`);
}
