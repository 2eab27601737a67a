/** Lower-case hexadecimal digits. */
export function hex(random: () => number, digits: number): string {
  let text = '';
  for (let digit = 0; digit < digits; digit++) text += '0123456789abcdef'[Math.floor(random() * 16)];
  return text;
}

export function uuid(random: () => number): string {
  const digits = hex(random, 32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
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
  let id = '5';
  while (id.length < 18) id += Math.floor(random() * 10);
  return id;
}
