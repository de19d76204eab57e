// An account's name in words.

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
