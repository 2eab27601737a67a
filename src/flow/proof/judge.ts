import type { Snapshot } from '../../conversation/snapshot.ts';
import { limitsOf } from '../../message/limits.ts';
import type { Saying } from '../../message/message.ts';
import { createRender, objectsOf } from '../../message/render.ts';
import { rank } from '../../risk/finding.ts';
import type { Played } from '../rehearse.ts';
import type { Input } from './inputs.ts';

/** What must never be seen: a stable code, and a sentence for staff. */
export type Fault = { code: string; message: string };

const senders = { bot: { name: '案内' }, counselor: { name: '相談員' } };

/**
 * Holds what one input led to, event by event, against everything that must always hold (DESIGN, "What always holds").
 * `muted`: a counselor has kept this resident from people for a while; danger is heard all the same.
 */
export function judge(
  before: Snapshot,
  input: Input,
  played: readonly Played[],
  fits: (said: readonly Saying[]) => boolean,
  muted = false,
): Fault[] {
  const last = played.at(-1);
  if (!last) return [];
  const faults: Fault[] = [];
  const crash = played.find((one) => one.crash)?.crash;
  if (crash) faults.push({ code: 'proof-crash', message: `プログラムの不具合が起きます（${crash}）。` });
  const spoke = played.some(({ said }) => said.some(({ speaker }) => speaker === 'bot'));
  if (before.talk.state === 'human' && isResident(input)) {
    // With a page of its own for the talk, LINE gets a fixed notice with the link; that is nobody's voice.
    if (
      !isAboutDeletion(input) &&
      played.some(({ said }) => said.some(({ speaker, where }) => speaker === 'bot' && where !== 'line'))
    )
      faults.push({
        code: 'proof-two-voices',
        message: '相談員が話している間に、ボットが答えてしまいます。',
      });
    if (!told(played, 'talk'))
      faults.push({ code: 'proof-silent', message: '相談員に、新しいことばが知らされません。' });
  } else if (input.quiet || played.some(({ refusal }) => refusal)) {
    if (spoke)
      faults.push({
        code: 'proof-two-voices',
        message: '相談員だけのすることに、ボットが答えてしまいます。',
      });
  } else if (!spoke && mustSpeak(input, before))
    faults.push({ code: 'proof-silent', message: 'ここで、何の答えも返りません。' });
  if (input.kind === 'risk') faults.push(...judgeRisk(before, input, last.snapshot, played));
  if (input.word === 'human' && !withHumans(last.snapshot) && !muted)
    faults.push({ code: 'proof-no-person', message: '「人と話したい」と書いても、相談員につながりません。' });
  if (!played.every(({ said }) => fits(said)))
    faults.push({
      code: 'proof-over-limits',
      message: '答えが LINE の制限をこえます（吹き出しは一度に5つまで）。文か窓口をへらしてください。',
    });
  return faults;
}

/** Deletion is the resident's right whoever has the talk; the question and its answer are the bot's. */
const isAboutDeletion = ({ word, data = '' }: Input): boolean =>
  word === 'delete' || data === 'word|delete' || data.startsWith('delete|');

const isResident = ({ kind }: Input): boolean => kind !== 'timer' && kind !== 'staff';

/** The end of a rest is quiet by design; every other event of a resident, and every timer of a step, is answered. */
function mustSpeak({ kind, happenings }: Input, { unansweredSince, talk }: Snapshot): boolean {
  const last = happenings.at(-1);
  if (kind !== 'timer' || last?.kind !== 'timer') return true;
  if (last.name === 'owner-silent') return unansweredSince !== null;
  return last.name.startsWith('step:') && talk.state === 'bot';
}

function judgeRisk(
  before: Snapshot,
  { level = 'none' }: Input,
  snapshot: Snapshot,
  played: readonly Played[],
): Fault[] {
  const faults: Fault[] = [];
  // A consultation that this message opened began without a level.
  const reached = Math.max(rank(level), before.talk.state === 'closed' ? 0 : rank(before.talk.level));
  if (rank(snapshot.talk.level) < reached)
    faults.push({ code: 'proof-unsafe', message: '危険なことを書いても、危険度が上がりません。' });
  if (rank(level) < rank('high')) return faults;
  if (!withHumans(snapshot))
    faults.push({ code: 'proof-unsafe', message: '危険なことを書いても、相談員を待つ列に入りません。' });
  if (!told(played, 'risk') && !told(played, 'queue') && !told(played, 'talk'))
    faults.push({ code: 'proof-unsafe', message: '危険なことを書いても、相談員に知らされません。' });
  const safety = played.some(({ effects }) =>
    effects.some((effect) => effect.kind === 'say' && effect.as === 'safety'),
  );
  if (before.talk.state !== 'human' && !safety)
    faults.push({ code: 'proof-unsafe', message: '危険なことを書いても、安全のための文が出ません。' });
  return faults;
}

export const withHumans = ({ talk }: Snapshot): boolean => talk.state === 'waiting' || talk.state === 'human';

const told = (played: readonly Played[], what: 'queue' | 'talk' | 'risk'): boolean =>
  played.some(({ effects }) => effects.some((effect) => effect.kind === 'notify' && effect.what === what));

/** Whether an answer, rendered as LINE gets it, keeps every limit. Each different answer is rendered once. */
export function createFits(): (said: readonly Saying[]) => boolean {
  const known = new Map<string, boolean>();
  const render = createRender(senders);
  return (said) => {
    if (said.length === 0) return true;
    const inLine = said.filter(({ where }) => where !== 'web').map(withAddresses);
    if (inLine.length === 0) return true;
    const key = inLine.map(nameOf).join('\u0001');
    let fits = known.get(key);
    if (fits === undefined) {
      const rendered = render(inLine);
      fits = rendered.ok && limitsOf(objectsOf(rendered.messages)).length === 0;
      known.set(key, fits);
    }
    return fits;
  };
}

/** Links get their address when they are committed; here any of the usual length stands for it. */
const withAddresses = (saying: Saying): Saying => ({
  ...saying,
  messages: saying.messages.map((message) =>
    message.kind === 'link' ? { ...message, url: `https://example.jp/talk/${'x'.repeat(60)}` } : message,
  ),
});

const nameOf = ({ messages, choices }: Saying): string =>
  [
    ...messages.map((message) =>
      message.kind === 'windows' ? message.cards.map(({ id }) => id).join('\u0002') : message.text,
    ),
    ...choices.map(({ label, data }) => `${label}\u0002${data}`),
  ].join('\u0003');
