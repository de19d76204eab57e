import { describe, expect, it } from 'vitest';

import { addressOf, listedOf } from './listed';

const read = (address: string) => listedOf(new URL(address, 'http://moding').searchParams);

describe('the address of a list of campaigns', () => {
  it.each(['/campaigns', '/campaigns?which=over', '/campaigns?which=succeeded&sort=newest'])(
    '%s means the same after a round trip',
    (address) => {
      expect(addressOf(read(address))).toBe(address);
    },
  );

  it('with nonsense in it is read as the default', () => {
    expect(read('/campaigns?which=secret&sort=price')).toEqual({ which: 'current', sort: 'popular' });
  });
});
