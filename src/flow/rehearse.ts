import { afterErasing, newSnapshot } from '../conversation/begin.ts';
import type { Facts } from '../conversation/draft.ts';
import type { Effect } from '../conversation/effect.ts';
import type { Event, Happening } from '../conversation/event.ts';
import { fallbackStep } from '../conversation/fallback.ts';
import type { Flow } from '../conversation/flow.ts';
import { recentTexts } from '../conversation/recent.ts';
import type { Snapshot } from '../conversation/snapshot.ts';
import type { Refusal } from '../conversation/staff.ts';
import { reopens, type step } from '../conversation/step.ts';
import type { Choice, Saying } from '../message/message.ts';
import type { Detect, Finding } from '../risk/finding.ts';

/** What a conversation is held with: the flow, the ear for danger, and the one function that decides. */
export type Company = { flow: Flow; detect: Detect; step: typeof step };

/**
 * A conversation between two events: what a database would hold of it. `snapshot` is null before the first word;
 * `timers` are times in ms by name; `offered` are the buttons on the resident's screen.
 */
export type Scene = {
  snapshot: Snapshot | null;
  timers: Readonly<Record<string, number>>;
  offered: readonly Choice[];
  language: string | undefined;
};

/** The world at an event's instant. */
export type Moment = Readonly<Pick<Facts, 'now' | 'present' | 'free'> & { returning: boolean }>;

export type Played = {
  scene: Scene;
  snapshot: Snapshot;
  said: Saying[];
  /** The buttons under what was said, in LINE and on the resident's own page. */
  shown: readonly Choice[];
  effects: readonly Effect[];
  finding: Finding | null;
  /** A counselor's action that had no place; nothing changed then. */
  refusal: Refusal | null;
  /** The class and message of an error that the program made; the resident got the fallback. */
  crash: string | null;
};

export const emptyScene = (language?: string): Scene => ({
  snapshot: null,
  timers: {},
  offered: [],
  language,
});

/**
 * Applies one event as `handle` does, without a database: opens a consultation when one is needed, looks for danger,
 * decides, keeps timers. Pure. Null when the event concerns nobody (a timer before the first word).
 */
export function play(company: Company, scene: Scene, happening: Happening, moment: Moment): Played | null {
  const { flow } = company;
  const event: Event = { ...happening, id: 'rehearsal', at: moment.now };
  const before = scene.snapshot;
  if (before === null && !opens(event)) return null;
  const finding = event.kind === 'text' ? company.detect(event.text, recentTexts(before)) : null;
  const fresh = before === null || reopens(flow, before, event, finding);
  const begun = fresh
    ? newSnapshot(flow, before?.language ?? scene.language, moment.returning || before !== null)
    : before;
  const facts: Facts = {
    now: moment.now,
    get present() {
      return moment.present;
    },
    get free() {
      return moment.free;
    },
    ahead: () => 0,
    trial: false,
  };
  const decided = decide(company, begun, event, facts, finding);
  if (!decided.ok)
    return {
      scene,
      snapshot: begun,
      said: [],
      shown: [],
      effects: [],
      finding,
      refusal: decided.refusal,
      crash: null,
    };
  const { effects, crash } = decided;
  const erased = effects.some(({ kind }) => kind === 'erase');
  const snapshot = erased ? afterErasing(flow, decided.snapshot) : decided.snapshot;
  const said = effects.flatMap((effect) => (effect.kind === 'say' ? [effect.saying] : []));
  const shown =
    said.length === 1 ? (said[0]?.choices ?? []) : distinct(said.flatMap(({ choices }) => choices));
  const timers = timersAfter(fresh || erased ? {} : without(scene.timers, event), effects);
  return {
    scene: {
      snapshot,
      timers,
      offered: said.length > 0 ? shown : scene.offered,
      language: scene.language,
    },
    snapshot,
    said,
    shown,
    effects,
    finding,
    refusal: null,
    crash,
  };
}

const distinct = (choices: readonly Choice[]): Choice[] => [
  ...new Map(choices.map((choice) => [choice.data, choice])).values(),
];

const opens = ({ kind }: Event): boolean =>
  kind === 'text' || kind === 'choice' || kind === 'media' || kind === 'follow';

function decide(company: Company, begun: Snapshot, event: Event, facts: Facts, finding: Finding | null) {
  try {
    const stepped = company.step(company.flow, begun, event, facts, finding);
    return stepped.ok ? { ...stepped, crash: null } : stepped;
  } catch (error) {
    const crash = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
    return { ...fallbackStep(company.flow, begun, facts, finding), crash };
  }
}

function timersAfter(timers: Scene['timers'], effects: readonly Effect[]): Scene['timers'] {
  let after = { ...timers };
  for (const effect of effects) {
    if (effect.kind === 'start-timer') after[effect.name] = effect.at;
    if (effect.kind === 'cancel-timer') delete after[effect.name];
    if (effect.kind === 'close') after = {};
  }
  return after;
}

/** A timer that came due is gone. */
function without(timers: Scene['timers'], event: Event): Scene['timers'] {
  if (event.kind !== 'timer') return timers;
  const { [event.name]: _, ...rest } = timers;
  return rest;
}
