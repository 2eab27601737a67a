/** Lower-case hexadecimal digits. */
export function hex(random: () => number, digits: number): string {
  let text = '';
  while (text.length < digits) {
    const bits = Math.floor(random() * 2 ** 32);
    // Number's own hexadecimal is slow beyond 31 bits.
    for (let shift = 28; shift >= 0; shift -= 4) text += '0123456789abcdef'[(bits >>> shift) & 15];
  }
  return text.slice(0, digits);
}

export function uuid(random: () => number): string {
  const digits = hex(random, 32);
  const part = (from: number, to: number) => digits.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
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
  const nine = () => String(Math.floor(random() * 1e9)).padStart(9, '0');
  return `5${nine()}${nine().slice(1)}`;
}
