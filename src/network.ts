/** A range of network addresses: the first `bits` of `value` are fixed. IPv4 lies where IPv6 maps it (::ffff:0:0/96). */
export type Network = { value: bigint; bits: number };

/**
 * `10.0.0.0/8, 192.0.2.7, 2001:db8::/32` as ranges; undefined when one of them is none. Empty text: no ranges.
 */
export function parseNetworks(text: string): Network[] | undefined {
  const networks = text
    .split(/[\s,]+/u)
    .filter(Boolean)
    .map((part): Network | undefined => {
      const [address = '', length, ...more] = part.split('/');
      const value = parseAddress(address);
      if (value === undefined || more.length > 0) return undefined;
      const most = address.includes(':') ? 128 : 32;
      if (length === undefined) return { value, bits: 128 };
      if (!/^\d{1,3}$/u.test(length) || Number(length) > most) return undefined;
      return { value, bits: Number(length) + 128 - most };
    });
  return networks.every((network) => network !== undefined) ? networks : undefined;
}

/** Whether an address lies in one of the ranges. What is no address lies in none. */
export function isWithin(networks: readonly Network[], address: string): boolean {
  const value = parseAddress(address);
  if (value === undefined) return false;
  return networks.some((network) => {
    const rest = BigInt(128 - network.bits);
    return value >> rest === network.value >> rest;
  });
}

/**
 * Who really asks, where proxies of ours stand in front: the last address of `X-Forwarded-For` that is not one of them.
 * What comes from anywhere else says of itself whatever it likes, and is not believed.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | null,
  proxies: readonly Network[],
): string {
  if (!isWithin(proxies, peer)) return peer;
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  return hops.findLast((hop) => hop !== '' && !isWithin(proxies, hop)) ?? peer;
}

const mapped = 0xffff_0000_0000n;

function parseAddress(text: string): bigint | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return mapped | v4;
  const plain = text.replace(/%.*$/u, '');
  // The last two groups may be written as IPv4: ::ffff:192.0.2.7.
  const tail = plain.slice(plain.lastIndexOf(':') + 1);
  const tailV4 = tail.includes('.') ? parseV4(tail) : undefined;
  const spelled =
    tailV4 === undefined
      ? plain
      : `${plain.slice(0, -tail.length)}${(tailV4 >> 16n).toString(16)}:${(tailV4 & 0xffffn).toString(16)}`;
  const [head = '', rest, ...more] = spelled.split('::');
  if (more.length > 0 || !spelled.includes(':')) return undefined;
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(rest ?? '')];
  const missing = 8 - before.length - after.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/iu.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function parseV4(text: string): bigint | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/u.exec(text)?.slice(1).map(Number);
  if (!parts?.every((part) => part <= 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}
