import type { Happening } from '../../conversation/event.ts';
import type { Flow, When } from '../../conversation/flow.ts';
import { isMuted } from '../../conversation/mute.ts';
import type { Snapshot } from '../../conversation/snapshot.ts';
import type { step } from '../../conversation/step.ts';
import type { Choice } from '../../message/message.ts';
import { type Company, emptyScene, type Played, play, type Scene } from '../rehearse.ts';
import { choiceInput, type Input, inputsFor, proofDetect, timerInput, unknownInput } from './inputs.ts';
import { createFits, type Fault, judge, withHumans } from './judge.ts';
import { freed, momentOf, unknownText, type World, worlds } from './world.ts';

/** A condition that a flow makes; `at`: the only steps where it makes a difference. */
export type Condition = When & { at?: ReadonlySet<string> };

/** What is proved: a flow, the function that decides, and the conditions the flow makes. */
export type Subject = { flow: Flow; step: typeof step; conditions: readonly Condition[] };

/** A fault, the step where it happens, and the way there from the first contact. */
export type Violation = Fault & { step: string; path: string[] };

export type Proof = { violations: Violation[]; states: number; events: number };

/** A place of the search: the first conversation that came there, and what is still to be tried. */
type State = {
  key: string;
  scene: Scene;
  snapshot: Snapshot;
  path: Path;
  known: Set<string>;
  waiting: Input[];
  /** Where each input leads, in every world. */
  ways: Map<string, Set<Answer>>;
};

/** An answer of the bot as far as the way on is concerned: where it left the resident, and what was on the screen. */
type Answer = { to: State; offered: readonly string[]; path: Path };

/** The way to a place, from its last event back to the first. */
type Path = { said: string; before: Path } | null;

/** 2026-11-24 10:00 in Japan; the hours themselves are left free. */
const NOW = Date.parse('2026-11-24T10:00:00+09:00');
/** After so many turns that nobody understood, a person must have come. */
const TURNS = 6;

/**
 * Walks through every state that a resident can reach, over the real `step` and the real rendering, and tries every
 * kind of input there. Hours, presence and answers are left free: where something depends on them, each case is taken.
 * States are told apart by step, owner and level (and by a question of deletion that stands open, and by a counselor's mute).
 */
export function prove({ flow: real, step, conditions }: Subject): Proof {
  const { flow, world } = freed(real, NOW);
  const company: Company = { flow, detect: proofDetect, step };
  const moment = momentOf(world, NOW);
  const fits = createFits();
  const states = new Map<string, State>();
  const answers = new Map<string, Answer>();
  const queue: State[] = [];
  const found = new Map<string, Violation>();
  const assignments = conditions.flatMap(({ answer, at }) =>
    answer ? [{ answer: firstOf(answer), at }] : [],
  );
  const languages = [...new Set(conditions.flatMap(({ language }) => [language ?? []].flat()))];
  const returning = conditions.some((when) => when.returning !== undefined);
  let events = 0;

  const report = (fault: Fault, at: string, path: Path) => {
    const key = `${fault.code}|${at}|${fault.message}`;
    if (!found.has(key)) found.set(key, { ...fault, step: at, path: listed(path) });
  };

  const enqueue = (state: State, name: string, make: () => Input) => {
    if (state.known.has(name)) return;
    state.known.add(name);
    if (state.waiting.length === 0) queue.push(state);
    state.waiting.push(make());
  };

  /** The state that was reached, with the buttons and timers that this way there brings. */
  const arrive = ({ snapshot, scene }: Played, path: Path): State => {
    const { place, talk, asking } = snapshot;
    // A human, or the next consultation, does not take up the bot's open question.
    const open = talk.state === 'bot' || talk.state === 'waiting' ? asking : null;
    const key = `${place.step}|${talk.state}|${talk.level}|${open ?? ''}${muted(snapshot) ? '|muted' : ''}`;
    let state = states.get(key);
    if (!state) {
      state = newState(key, scene, snapshot, path);
      states.set(key, state);
      for (const input of inputsFor(flow, snapshot, NOW)) enqueue(state, nameOf(input), () => input);
    }
    // Whoever has the talk hears of a tap; which button it was makes no difference to the bot's silence.
    const offered = talk.state === 'human' ? scene.offered.slice(0, 1) : scene.offered;
    for (const { label, data } of offered) enqueue(state, data, () => choiceInput(label, data));
    for (const name in scene.timers) if (name !== 'turn') enqueue(state, name, () => timerInput(name));
    return state;
  };

  /** One input in one world, with what follows by itself: a typed text that waits for more is let come to its end. */
  const happen = (scene: Scene, input: Input): Played[] => {
    const played: Played[] = [];
    const go = (happening: Happening) => {
      const next = play(company, played.at(-1)?.scene ?? scene, happening, moment);
      if (next) played.push(next);
      events++;
    };
    for (const happening of input.happenings) go(happening);
    if (played.at(-1)?.snapshot.turn) go({ kind: 'timer', name: 'turn' });
    return played;
  };

  const note = (from: State, name: string, to: State, choices: readonly Choice[], path: Path) => {
    const offered = choices.map(({ data }) => data);
    const key = `${to.key}\u0001${offered.join('\u0001')}`;
    let answer = answers.get(key);
    if (!answer) {
      answer = { to, offered, path };
      answers.set(key, answer);
    }
    const known = from.ways.get(name);
    if (known) known.add(answer);
    else from.ways.set(name, new Set([answer]));
  };

  const take = (state: State, input: Input, scene: Scene) => {
    for (const current of worlds) {
      world.current = current;
      world.looked = false;
      const played = happen(scene, input);
      const last = played.at(-1);
      if (!last) break;
      const path = { said: `${input.said}${world.looked ? `（${current.name}）` : ''}`, before: state.path };
      for (const fault of judge(state.snapshot, input, played, fits, muted(state.snapshot)))
        report(fault, state.snapshot.place.step, path);
      note(state, nameOf(input), arrive(last, path), last.shown, path);
      if (!world.looked) break;
    }
  };

  begin();
  // The queue grows while it is walked through: what was reached first is tried first, so paths are short.
  for (const state of queue) {
    const inputs = state.waiting;
    state.waiting = [];
    for (const input of inputs) for (const scene of variants(state)) take(state, input, scene);
  }
  for (const state of states.values()) checkCircle(state);
  checkPersons();
  return { violations: [...found.values()], states: states.size, events };

  function begin(): void {
    const first: Input[] = [
      { kind: 'follow', said: '友だちに追加する', happenings: [{ kind: 'follow', again: false }] },
      { kind: 'text', said: '初めて書く', happenings: [{ kind: 'text', text: unknownText }] },
      { kind: 'media', said: '初めてスタンプを送る', happenings: [{ kind: 'media', media: 'sticker' }] },
      ...inputsFor(flow, startOf(flow), NOW).filter(
        ({ kind }) => kind === 'risk' || kind === 'text' || kind === 'word',
      ),
    ];
    for (const input of first)
      for (const language of flow.languages) {
        const start = newState('', emptyScene(language), startOf(flow), null);
        take(start, input, start.scene);
      }
  }

  /** The state as it was reached, and as it would be with other answers, languages and residents. */
  function variants({ scene, snapshot }: State): Scene[] {
    if (snapshot.talk.state === 'human') return [scene];
    const changed: Snapshot[] = [];
    const { place } = snapshot;
    const here = assignments.filter(({ at }) => at === undefined || at.has(place.step));
    for (const { answer } of here)
      changed.push({ ...snapshot, place: { ...place, answers: { ...place.answers, ...answer } } });
    if (here.length > 0) changed.push({ ...snapshot, place: { ...place, answers: {} } });
    for (const language of languages) changed.push({ ...snapshot, language });
    if (returning) changed.push({ ...snapshot, returning: !snapshot.returning });
    return [scene, ...changed.map((other) => ({ ...scene, snapshot: other }))];
  }

  /** Never in a circle: whoever is not understood again and again gets a person. */
  function checkCircle(state: State): void {
    if (state.snapshot.talk.state !== 'bot' || muted(state.snapshot)) return;
    world.current = worlds[0] as World;
    let { scene } = state;
    for (let turn = 0; turn < TURNS; turn++) {
      const played = happen(scene, {
        kind: 'text',
        said: '',
        happenings: [{ kind: 'text', text: unknownText }],
      });
      const last = played.at(-1);
      if (last?.snapshot.talk.state !== 'bot') return;
      // Words that a step asked for were understood.
      if (last.snapshot.place.misunderstood === 0) return;
      scene = last.scene;
    }
    report(
      { code: 'proof-circle', message: `わからないことばが${TURNS}回続いても、相談員につながりません。` },
      state.snapshot.place.step,
      { said: `わからないことを${TURNS}回書く`, before: state.path },
    );
  }

  /** From every answer of the bot, a person is at most two more answers away, by what is on the screen. */
  function checkPersons(): void {
    const near = new Map<Answer, boolean>();
    // With nothing on the screen, writing is all there is.
    const ways = ({ to, offered }: Answer) =>
      (offered.length > 0 ? offered : [nameOf(unknownInput)]).map((name) => [...(to.ways.get(name) ?? [])]);
    const oneAway = (answer: Answer): boolean => {
      let is = near.get(answer);
      if (is === undefined) {
        is = isHuman(answer) || ways(answer).some((next) => next.length > 0 && next.every(isHuman));
        near.set(answer, is);
      }
      return is;
    };
    for (const answer of answers.values())
      if (
        !muted(answer.to.snapshot) &&
        !oneAway(answer) &&
        !ways(answer).some((next) => next.length > 0 && next.every(oneAway))
      )
        report(
          {
            code: 'proof-no-person',
            message: 'ここから、相談員まで答え二つでは着きません。「人と話したい」のボタンが要ります。',
          },
          answer.to.snapshot.place.step,
          answer.path,
        );
  }
}

/** For the resident whom a counselor keeps away for a while, the bot's answers are others. */
const muted = (snapshot: Snapshot): boolean => snapshot.talk.state === 'bot' && isMuted(snapshot, NOW);

const isHuman = ({ to }: Answer): boolean => withHumans(to.snapshot);

const newState = (key: string, scene: Scene, snapshot: Snapshot, path: Path): State => ({
  key,
  scene,
  snapshot,
  path,
  known: new Set(),
  waiting: [],
  ways: new Map(),
});

function listed(path: Path): string[] {
  const steps: string[] = [];
  for (let here = path; here; here = here.before) steps.unshift(here.said);
  return steps;
}

/** A button or a timer is known by what it carries, everything else by its words. */
const nameOf = ({ data, said }: Input): string => data ?? said;

function startOf(flow: Flow): Snapshot {
  const played = play(
    { flow, detect: proofDetect, step: (_flow, snapshot) => ({ ok: true, snapshot, effects: [] }) },
    emptyScene(),
    { kind: 'follow', again: false },
    { now: NOW, present: 0, free: 0, returning: false },
  );
  if (!played) throw new Error('a follow always opens a consultation');
  return played.snapshot;
}

/** The first value of each answer that a condition wants. */
function firstOf(answer: NonNullable<When['answer']>): Record<string, string> {
  return Object.fromEntries(Object.entries(answer).map(([name, wanted]) => [name, [wanted].flat()[0] ?? '']));
}
