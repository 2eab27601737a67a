/** 「10m」「2h」 in ms; the schema has seen to the form. */
export function duration(text: string): number {
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[text.slice(-1)] ?? 0;
  return Number.parseInt(text, 10) * unit;
}
