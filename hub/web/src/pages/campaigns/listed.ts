// Which campaigns are listed, as the address says it.

import type { CampaignSort, CampaignWhich } from '@moding/ui';

export const WHICH = ['current', 'succeeded', 'over'] as const satisfies readonly CampaignWhich[];
export const SORTS: readonly CampaignSort[] = ['popular', 'deadline', 'newest'];

export interface Listed {
  which: (typeof WHICH)[number];
  sort: CampaignSort;
}

export function listedOf(search: URLSearchParams): Listed {
  const which = search.get('which');
  const sort = search.get('sort');
  return {
    which: WHICH.find((each) => each === which) ?? 'current',
    sort: SORTS.find((each) => each === sort) ?? 'popular',
  };
}

/** The shortest address that says it: defaults are left out. */
export function addressOf({ which, sort }: Listed): string {
  const search = new URLSearchParams();
  if (which !== 'current') {
    search.set('which', which);
  }
  if (sort !== 'popular') {
    search.set('sort', sort);
  }
  const text = search.toString();
  return text === '' ? '/campaigns' : `/campaigns?${text}`;
}
