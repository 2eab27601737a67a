import type { Schedule } from '../directory/hours.ts';
import type { Level } from '../risk/finding.ts';

/** One way to reach somebody. The URLs are secrets: they came from the environment and go nowhere but to the request. */
export type Way = { kind: 'mail'; address: string } | { kind: 'slack' | 'teams' | 'webhook'; url: string };

/** A person, or a place where several people look. Without hours: at any time. */
export type Person = { id: string; name: string; ways: readonly Way[]; hours: Schedule | null };

/** Who is told so many ms after an alert began; person ids. */
export type Step = { after: number; to: readonly string[] };

/** A mail server. `starttls` refuses to go on in clear. */
export type Smtp = {
  server: string;
  port: number;
  security: 'tls' | 'starttls' | 'none';
  from: string;
  login: { user: string; password: string } | null;
};

/** Whom to tell away from the screen, as `alerts.yaml` says. */
export type Plan = {
  people: ReadonlyMap<string, Person>;
  /** In order of `after`; the first is 0. */
  steps: readonly Step[];
  /** Who is told when an identity is to be opened, and when it was; empty: everybody of the steps. */
  supervisors: readonly string[];
  /** After the last step its people are told again this often (ms), until somebody acknowledges. */
  repeat: number;
  /** Somebody said they see to it, and the case still waits so long after that (ms): told again from the first step. */
  again: number;
  /** How long a case may wait (ms) before people are told; null: for ever. */
  limits: Readonly<Record<Level, number | null>>;
  smtp: Smtp | null;
};
