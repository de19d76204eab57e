import type { TheaterView } from '@moding/ui';
import { describe, expect, it } from 'vitest';

import { areasOf } from './areas';

function theater(region: string, area: string): TheaterView {
  return { region, area } as TheaterView;
}

describe('areas', () => {
  it('are named once each, region by region', () => {
    const theaters = [
      theater('서울', '종로'),
      theater('부산', '해운대'),
      theater('서울', '강남'),
      theater('서울', '종로'),
    ];
    expect(areasOf(theaters)).toEqual([
      { region: '부산', areas: ['해운대'] },
      { region: '서울', areas: ['강남', '종로'] },
    ]);
  });
});
