import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Facts } from '../../src/conversation/draft.ts';
import type { Event } from '../../src/conversation/event.ts';
import type { Flow } from '../../src/conversation/flow.ts';
import { startPlace } from '../../src/conversation/place.ts';
import { freshSnapshot, type Snapshot } from '../../src/conversation/snapshot.ts';
import { reopens, step } from '../../src/conversation/step.ts';
import type { Saying } from '../../src/message/message.ts';
import type { Finding } from '../../src/risk/finding.ts';
import { realContent } from '../support/flow.ts';

const { flows, detect } = realContent();
const ise = flows.flow();
const flow: Flow = { ...ise, desk: { ...ise.desk, talk: 'web' } };
const day = Date.parse('2026-11-24T10:00+09:00');
const night = Date.parse('2026-11-23T02:00+09:00');
const fresh = () => freshSnapshot(startPlace(flow), 'ja', false);

/** Everything LINE may carry once something has been said: fixed for everybody. */
const notices = ['talk_typed', 'talk_link', 'talk_news', 'talk_safety'] as const;
const noticeTexts = notices.flatMap((name) => flow.texts[name].flatMap((text) => Object.values(text)));
const fixedLines = new Set([
  ...flow.lines,
  ...flow.safety.distress.imminentWindows,
  ...flow.safety.child.imminentWindows,
  ...flow.windows({ categories: ['lines'], ids: [], limit: 5 }, day, 'ja', 0).cards.map(({ id }) => id),
  ...flow.windows({ categories: ['lines'], ids: [], limit: 5 }, night, 'ja', 0).cards.map(({ id }) => id),
]);
const fixedButtons = ['word|quit', 'word|human', 'word|start'];

function isNotice({ where, messages, choices }: Saying): boolean {
  return (
    where === 'line' &&
    messages.every((message) =>
      message.kind === 'windows'
        ? message.cards.every(({ id }) => fixedLines.has(id))
        : message.kind === 'link' && message.url === '' && noticeTexts.includes(message.text),
    ) &&
    choices.every(({ data }) => fixedButtons.includes(data))
  );
}

const texts = [
  '夫に毎日なぐられています',
  'お金がなくて家賃が払えない',
  '死にたい',
  '今から薬を全部飲みます',
  'あの',
  'ありがとう',
  'はい',
  '人と話したい',
  'はじめから',
  'データを消して',
  'ことば',
  '子どもが学校に行けません',
  'お金・住まい',
];
const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('text'), n: fc.nat(texts.length - 1), web: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tap'), n: fc.nat(12), web: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'sticker',
        'turn',
        'unread',
        'step:0',
        'idle',
        'owner-silent',
        'accept',
        'reply',
        'give-back',
        'close',
        'wait',
      ),
      n: fc.nat(3),
      web: fc.boolean(),
    }),
  },
);

test('whatever happens, LINE carries nothing of the talk, and nobody who does something in LINE meets silence', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 3, maxLength: 14 }), fc.boolean(), (acts, atNight) => {
      let snapshot: Snapshot = fresh();
      let choices = ['word|human', 'word|start'];
      let now = atNight ? night : day;
      for (const [index, { do: what, n, web }] of acts.entries()) {
        now += n * 20_000;
        const event = eventOf(what, n, web, choices);
        if (!event) continue;
        const finding: Finding | null = event.kind === 'text' ? detect(event.text, []) : null;
        if (reopens(flow, snapshot, event, finding)) snapshot = fresh();
        const before = snapshot;
        const facts: Facts = {
          now,
          present: atNight ? 0 : 1,
          free: n % 2,
          ahead: () => 0,
          trial: false,
          pageSeenAt: web ? now - n * 15_000 : null,
        };
        const stepped = step(flow, snapshot, { ...event, id: `${index}`, at: now } as Event, facts, finding);
        if (!stepped.ok) continue;
        snapshot = JSON.parse(JSON.stringify(stepped.snapshot)) as Snapshot;
        const said = stepped.effects.flatMap((effect) => (effect.kind === 'say' ? [effect.saying] : []));
        const inLine = said.filter(({ where }) => where !== 'web');
        const onPage = said.filter(({ where }) => where !== 'line');
        choices = [...inLine, ...onPage]
          .flatMap((one) => one.choices.map(({ data }) => data))
          .concat('word|human');
        const deletes =
          event.kind === 'choice'
            ? /delete/u.test(event.data)
            : what === 'text' && /データ|はい/u.test(texts[n] ?? '');
        const open = [before, snapshot].some(
          ({ talk }) => talk.state === 'waiting' || talk.state === 'human',
        );
        const typed = event.kind === 'text' && flow.wordOf(event.text) === null;
        const byItself = event.kind === 'timer' || 'staff' in event;
        // Whoever deletes on the page while in danger is shown the way back to the human who stays.
        const erased = stepped.effects.some(({ kind }) => kind === 'erase');
        if (event.from === 'web') expect(inLine.filter((one) => !(erased && isNotice(one)))).toEqual([]);
        else if (!deletes && (open || typed || byItself || event.kind === 'media'))
          expect(inLine.filter((saying) => !isNotice(saying))).toEqual([]);
        const resident = !byItself && event.from !== 'web';
        if (resident && !snapshot.turn) expect(inLine.length).toBeGreaterThan(0);
        if (finding && finding.level === 'imminent' && before.talk.state !== 'human' && resident)
          expect(inLine[0]?.messages[0]?.kind).toBe('windows');
      }
    }),
    { numRuns: 300 },
  );
});

function eventOf(
  what: string,
  n: number,
  web: boolean,
  choices: string[],
): (Omit<Event, 'id' | 'at'> & Event) | null {
  const from = web ? { from: 'web' as const } : {};
  const base = { id: '', at: 0 };
  switch (what) {
    case 'text':
      return { ...base, kind: 'text', text: texts[n] ?? '', ...from };
    case 'tap':
      return { ...base, kind: 'choice', data: choices[n % choices.length] ?? 'word|start', ...from };
    case 'sticker':
      return { ...base, kind: 'media', media: 'sticker' };
    case 'wait':
      return null;
    case 'accept':
    case 'give-back':
      return { ...base, kind: what, staff: 'a' };
    case 'reply':
      return { ...base, kind: 'reply', staff: 'a', text: '相談員のひみつのことば' };
    case 'close':
      return { ...base, kind: 'close', staff: 'a', outcome: 'solved' };
    default:
      return { ...base, kind: 'timer', name: what };
  }
}
