/** Lower-case hexadecimal digits. */
export function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}

export function uuid(random: () => number): string {
  const digits = hex(random, 32);
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([a, b]) => digits.slice(a, b))
    .join('-');
}

/** A ULID, like LINE's webhookEventId: time first, then chance. https://github.com/ulid/spec */
export function ulid(now: number, random: () => number): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  let time = '';
  for (let rest = now, digit = 0; digit < 10; digit++, rest = Math.floor(rest / 32))
    time = alphabet[rest % 32] + time;
  return time + Array.from({ length: 16 }, () => alphabet[Math.floor(random() * 32)]).join('');
}

/** LINE's message ids are long decimal numbers. */
export function messageId(random: () => number): string {
  return `5${Array.from({ length: 17 }, () => Math.floor(random() * 10)).join('')}`;
}
