import { describe, expect, test } from 'vitest';
import {
  allowed,
  judge,
  mayOffice,
  officeActions,
  officeTable,
  type Role,
  roles,
  type Situation,
  type Standing,
  situations,
  type TalkAction,
  talkActions,
  type Viewer,
} from '../../src/console/access.ts';

const all = 'read reply give-back close set-level set-categories transfer note assess refer mute flag';

/** Every cell, written out by hand: a change of the table must be made twice, knowingly. */
const cells: Record<Role, Record<Situation, string>> = {
  counselor: {
    bot: '',
    waiting: 'read accept open-identity',
    mine: `${all} open-identity`,
    theirs: 'read open-identity',
    closed: 'read note open-identity',
  },
  supervisor: {
    bot: 'read mute open-identity disclose',
    waiting: 'read accept set-level set-categories note mute flag open-identity disclose',
    mine: `${all} open-identity disclose`,
    theirs: 'read take-over set-level set-categories note mute flag open-identity disclose',
    closed: 'read note open-identity disclose',
  },
  editor: { bot: '', waiting: '', mine: '', theirs: '', closed: '' },
  admin: { bot: '', waiting: '', mine: '', theirs: '', closed: '' },
  auditor: { bot: '', waiting: '', mine: '', theirs: '', closed: '' },
};

const office: Record<Role, string> = {
  counselor: 'queue duty directory',
  supervisor: 'queue duty wall search directory canned approve retention',
  editor: 'directory canned',
  admin: 'directory canned people log approve retention',
  auditor: 'log',
};

const me = (held: Role[], topics = ['*']): Viewer => ({ id: 'me', roles: held, topics });

function standing(situation: Situation, change: Partial<Standing> = {}): Standing {
  const state = situation === 'mine' || situation === 'theirs' ? 'human' : situation;
  const owner = situation === 'mine' ? 'me' : situation === 'theirs' ? 'you' : null;
  return { state, owner, topic: 'money', level: 0, ...change };
}

describe('the permission table, cell by cell', () => {
  for (const role of roles)
    for (const situation of situations)
      for (const action of talkActions) {
        const may = cells[role][situation].split(' ').includes(action);
        test(`${role} ${may ? 'may' : 'may not'} ${action} what is ${situation}`, () => {
          expect(allowed(me([role]), standing(situation)).includes(action)).toBe(may);
        });
      }

  for (const role of roles)
    for (const action of officeActions) {
      const may = office[role].split(' ').includes(action);
      test(`${role} ${may ? 'may' : 'may not'} ${action}`, () => {
        expect(mayOffice(me([role]), action)).toBe(may);
        expect(officeTable[role].includes(action)).toBe(may);
      });
    }

  test('several roles may what any of them may', () => {
    expect(allowed(me(['admin', 'counselor']), standing('waiting'))).toEqual([
      'read',
      'accept',
      'open-identity',
    ]);
  });
});

describe('topics', () => {
  const sees = (topics: string[], change: Partial<Standing>, situation: Situation = 'waiting') =>
    allowed(me(['counselor'], topics), standing(situation, change)).includes('read');

  test('a counselor sees the topics they have', () => {
    expect(sees(['money'], { topic: 'money' })).toBe(true);
    expect(sees(['money'], { topic: 'child' })).toBe(false);
    expect(sees(['*'], { topic: 'child' })).toBe(true);
  });
  test('no topic fails closed, on either side', () => {
    expect(sees([], { topic: 'money' })).toBe(false);
    expect(sees([], { level: 3 })).toBe(false);
    expect(sees(['money'], { topic: null })).toBe(false);
    expect(sees(['*'], { topic: null })).toBe(true);
  });
  test('danger to life is seen by everybody who answers', () => {
    expect(sees(['money'], { topic: null, level: 2 })).toBe(true);
    expect(sees(['money'], { topic: 'child', level: 3 })).toBe(true);
    expect(sees(['money'], { topic: 'child', level: 1 })).toBe(false);
  });
  test('who has a talk sees it whatever its topic', () => {
    expect(sees(['money'], { topic: 'child' }, 'mine')).toBe(true);
  });
});

describe('what a refusal says', () => {
  const verdict = (held: Role[], situation: Situation, action: TalkAction) =>
    judge(me(held), standing(situation), action);

  test('what one may not see does not exist', () => {
    expect(verdict(['counselor'], 'bot', 'accept')).toBe('absent');
    expect(verdict(['admin'], 'waiting', 'read')).toBe('absent');
  });
  test('what no role of theirs ever does is forbidden', () => {
    expect(verdict(['counselor'], 'theirs', 'take-over')).toBe('forbidden');
  });
  test('what only the situation forbids is not now', () => {
    expect(verdict(['counselor'], 'theirs', 'accept')).toBe('not-now');
    expect(verdict(['counselor'], 'waiting', 'reply')).toBe('not-now');
  });
  test('and the rest is allowed', () => {
    expect(verdict(['supervisor'], 'theirs', 'take-over')).toBe('allowed');
  });
});
