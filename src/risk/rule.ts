import type { Level, RiskKind } from './finding.ts';

/** What a rule does when its pattern is found. */
export type Rule = { id: string; why: string; kinds: readonly RiskKind[] } & (
  | { does: 'risk'; level: Exclude<Level, 'none'> }
  /** Makes a high risk of the same kinds imminent: in the same sentence, or anywhere in the message. */
  | { does: 'raise'; anywhere: boolean }
  /** An idiom covers the words it contains; a context (a film, a lecture) its sentence. */
  | { does: 'lower'; covers: 'words' | 'sentence' }
  | { does: 'about'; subject: 'self' | 'other' }
);
