import { describe, expect, it } from 'vitest';

import { PAGES_MAX, addressOf, browseOf } from './browse';

describe('the address of a list of films', () => {
  it.each(['', 'query=%EB%B4%84', 'genre=SF&sort=title', 'sort=title&pages=3', 'sort=likes', 'sort=requests'])(
    '%s means the same after a round trip',
    (address) => {
      const browse = browseOf(new URLSearchParams(address));
      expect(browseOf(addressOf(browse))).toEqual(browse);
      expect(addressOf(browse).toString()).toBe(address);
    },
  );

  it('with nonsense in it is read as the default', () => {
    expect(browseOf(new URLSearchParams('sort=price&pages=-2'))).toEqual({
      query: '',
      genre: '',
      sort: 'newest',
      pages: 1,
    });
    expect(browseOf(new URLSearchParams('pages=100000')).pages).toBe(PAGES_MAX);
  });
});
