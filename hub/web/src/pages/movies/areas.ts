// The areas where a film could be shown: those that have a theater.

import type { TheaterView } from '@moding/ui';

export interface Region {
  region: string;
  areas: readonly string[];
}

/** Region by region, as people read them. */
export function areasOf(theaters: readonly TheaterView[]): readonly Region[] {
  const regions = new Map<string, Set<string>>();
  for (const { region, area } of theaters) {
    const areas = regions.get(region) ?? new Set();
    regions.set(region, areas.add(area));
  }
  const order = new Intl.Collator('ko');
  return [...regions]
    .map(([region, areas]) => ({ region, areas: [...areas].toSorted(order.compare) }))
    .toSorted((a, b) => order.compare(a.region, b.region));
}
