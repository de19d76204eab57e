import { describe, expect, it } from 'vitest';

import { familiesOf, parentName } from './genres';

const genre = (name: string, parent: string, movies: number) => ({
  genre: name,
  parent,
  parent_en: `${parent} (en)`,
  movies,
});

describe('genres by their parents', () => {
  const families = familiesOf([
    genre('공포', '범죄·스릴러', 2),
    genre('SF', 'SF·판타지', 9),
    genre('스릴러', '범죄·스릴러', 5),
  ]);

  it('are families, the largest first, and so within', () => {
    expect(families.map(({ parent, movies }) => [parent, movies])).toEqual([
      ['SF·판타지', 9],
      ['범죄·스릴러', 7],
    ]);
    expect(families[1]?.within.map((each) => each.genre)).toEqual(['스릴러', '공포']);
  });

  it('have names in both languages', () => {
    const [first] = families;
    expect(first && parentName(first, 'ko')).toBe('SF·판타지');
    expect(first && parentName(first, 'en')).toBe('SF·판타지 (en)');
  });
});
