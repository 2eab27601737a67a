import { describe, expect, test } from 'vitest';
import { clientAddress, isWithin, parseNetworks } from '../../src/network.ts';

const networks = (text: string) => parseNetworks(text) ?? [];

describe('networks', () => {
  test.each([
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['0.0.0.0/0', '198.51.100.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:0a01:0203', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['192.0.2.1, 198.51.100.0/24', '198.51.100.9', true],
    ['192.0.2.1', 'unknown', false],
    ['192.0.2.1', '', false],
    ['', '192.0.2.1', false],
  ])('%s holds %s: %s', (text, address, holds) => {
    expect(isWithin(networks(text), address)).toBe(holds);
  });

  test.each([
    'office',
    '256.0.0.1',
    '10.0.0.0/33',
    '1.2.3',
    '2001:db8::/129',
    '1::2::3',
    '10.0.0.0/8/8',
    '12345::',
  ])('%s is refused', (text) => expect(parseNetworks(text)).toBeUndefined());
});

describe('who asks', () => {
  const proxies = networks('10.0.0.0/8');
  test.each([
    ['198.51.100.1', '203.0.113.9', '198.51.100.1'], // a stranger's header is not believed
    ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', 'forged, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['10.0.0.1', null, '10.0.0.1'],
    ['10.0.0.1', '10.0.0.3', '10.0.0.1'],
  ])('from %s with %s: %s', (peer, header, address) => {
    expect(clientAddress(peer, header, proxies)).toBe(address);
  });
});
