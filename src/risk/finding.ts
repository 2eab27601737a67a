/** What risk detection says of one message. Levels are ordered; see `levels`. */
export const levels = ['none', 'watch', 'high', 'imminent'] as const;
export type Level = (typeof levels)[number];

export const riskKinds = [
  'suicide',
  'selfharm',
  'abuse',
  'dv',
  'sexual',
  'bullying',
  'harm_others',
  'distress',
] as const;
export type RiskKind = (typeof riskKinds)[number];

/** Who is in danger: the writer, somebody else, or nobody (idiom, news, general question). */
export type RiskSubject = 'self' | 'other' | 'nobody';

/** Offsets are UTF-16 units into the raw text. `why` is a Japanese phrase for the counselor. */
export type RiskHit = { start: number; end: number; why: string };

export type Finding = {
  level: Level;
  /** 0..1, the model's or the lexicon's confidence; orders nothing by itself. */
  score: number;
  kinds: RiskKind[];
  subject: RiskSubject;
  hits: RiskHit[];
};

/** Looks at one message in the light of the resident's last ones (oldest first). Pure; ≤ 50 µs for 160 characters. */
export type Detect = (text: string, recent?: readonly string[]) => Finding;

/** 0 none, 1 watch, 2 high, 3 imminent: how levels are stored and compared. */
export function rank(level: Level): number {
  return levels.indexOf(level);
}
