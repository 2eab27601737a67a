import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DirectoryEntry } from '../../src/console/deps.ts';
import { firstCode } from '../../src/console/invite.ts';
import { resetSecondFactor } from '../../src/console/staff.ts';
import type { Event } from '../../src/conversation/event.ts';
import { addReferral } from '../../src/store/queries/aside.ts';
import { type Office, openOffice } from './office.ts';
import { givePasskey } from './passkey.ts';

const window: DirectoryEntry = {
  id: 'w1',
  name: '例の窓口',
  about: '例の相談',
  categories: ['money'],
  state: 'open',
  stateText: '今日は17:15まで',
  hours: '平日 8:30-17:15',
  phone: '000-0000',
  reservation: true,
  unconfirmed: true,
};

let office: Office;
let acted: Event[];

beforeEach(async () => {
  acted = [];
  office = await openOffice({
    windows: () => [window],
    act: async (_, event) => {
      acted.push(event);
      return { ok: true };
    },
  });
});
afterEach(() => office.store.close());

async function signedIn(...who: Parameters<Office['staff']>) {
  const id = await office.staff(...who);
  const browser = office.browser();
  await browser.signIn(who[0]);
  return { id, ...browser };
}

/** Supervisors need a second factor; here it counts as set up. */
async function signedInStrong(...who: Parameters<Office['staff']>) {
  const person = await signedIn(...who);
  const { sql } = office.store;
  const set = sql.updateTable('staff').set({ twoFactorEnabled: 1 }).where('id', '=', person.id).compile();
  await office.store.commit([{ query: set }]);
  return person;
}

const answers = {
  thoughts: 'yes',
  plan: 'no',
  means: 'no',
  time: 'unknown',
  attempts: 'no',
  alone: 'yes',
  safe: 'yes',
  memo: '',
};

describe('beside a talk', () => {
  test('notes and whispers are sealed, shown to those who may see the talk, and move nothing', async () => {
    const sato = await signedIn('sato', ['counselor']);
    const mori = await signedInStrong('mori', ['supervisor']);
    const talk = await office.talk({ state: 'human', owner: sato.id });
    const note = { id: randomUUID(), text: '家賃の滞納は二か月' };
    expect((await sato.post(`/api/consultations/${talk.id}/notes`, note)).status).toBe(200);
    expect((await sato.post(`/api/consultations/${talk.id}/notes`, note)).status).toBe(200);
    expect((await mori.act(talk, 'notes', { text: '落ち着いて聞けています', whisper: true })).status).toBe(
      200,
    );
    const shown = await (await sato.get(`/api/consultations/${talk.id}`)).json();
    expect(shown).toMatchObject({
      notes: [
        { kind: 'note', text: note.text },
        { kind: 'whisper', staff: mori.id },
      ],
    });
    expect((shown as { notes: unknown[] }).notes).toHaveLength(2);
    const rows = await office.store.read(
      office.store.sql.selectFrom('staff_note').select('sealed').compile(),
    );
    expect(JSON.stringify(rows)).not.toContain('家賃');
    expect(acted).toEqual([]);
  });

  test.each([
    ['destroyed', 409],
    ['rotated', 200],
  ])(
    'a note whose key is %s while it is written is not left where nobody can read it',
    async (how, status) => {
      const sato = await signedIn('sato', ['counselor']);
      const talk = await office.talk({ state: 'human', owner: sato.id });
      const { store } = office;
      const { commit } = store;
      store.commit = async (writes) => {
        if (!writes.some(({ query }) => query.sql.includes('staff_note'))) return commit(writes);
        store.commit = commit;
        const [row] = await store.read(
          store.sql.selectFrom('consultation').select('sealed_key').where('id', '=', talk.id).compile(),
        );
        const key = row?.sealed_key ?? '';
        const sealed_key =
          how === 'rotated' ? office.vault.wrap(office.vault.unwrap(key, talk.id), talk.id) : null;
        const change = store.sql.updateTable('consultation').set({ sealed_key }).where('id', '=', talk.id);
        await commit([{ query: change.compile() }]);
        return commit(writes);
      };
      expect((await sato.act(talk, 'notes', { text: 'x' })).status).toBe(status);
      const notes = await store.read(store.sql.selectFrom('staff_note').select('id').compile());
      expect(notes).toHaveLength(status === 200 ? 1 : 0);
    },
  );

  test('only whoever has the talk assesses, and what is not theirs takes no note', async () => {
    const sato = await signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'waiting', level: 3 });
    expect((await sato.act(talk, 'assessment', { answers })).status).toBe(409);
    expect((await sato.act(talk, 'notes', { text: 'x' })).status).toBe(409);
  });

  test('an imminent case is closed only after an assessment', async () => {
    const sato = await signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: sato.id, level: 3 });
    const early = await sato.act(talk, 'close', { outcome: 'solved' });
    expect(await early.json()).toMatchObject({ reason: 'assessment-needed' });
    expect((await sato.act(talk, 'assessment', { answers })).status).toBe(200);
    expect((await sato.act(talk, 'close', { outcome: 'solved' })).status).toBe(200);
  });

  test('a referral sends the window’s card with the counselor’s words', async () => {
    const sato = await signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: sato.id });
    const id = randomUUID();
    const sent = await sato.post(`/api/consultations/${talk.id}/referrals`, {
      id,
      window: 'w1',
      text: 'こちらで一緒に考えてくれます',
      consent: true,
    });
    expect(sent.status).toBe(200);
    expect(acted).toMatchObject([
      {
        kind: 'refer',
        id: `staff:${id}`,
        text: 'こちらで一緒に考えてくれます',
        consent: true,
        card: { id: 'w1', name: '例の窓口' },
      },
    ]);
    const kept = { id, consultation_id: talk.id, window_id: 'w1', staff_id: sato.id, consent: 1 };
    const row = { ...kept, outcome: null, at: office.clock.now, outcome_at: null };
    await office.store.commit([{ query: addReferral(office.store.sql, row) }]);
    await sato.post(`/api/consultations/${talk.id}/referrals/${id}/outcome`, { outcome: 'connected' });
    const shown = await (await sato.get(`/api/consultations/${talk.id}`)).json();
    expect(shown).toMatchObject({ referrals: [{ window: '例の窓口', consent: true, outcome: 'connected' }] });
    expect((await sato.act(talk, 'referrals', { window: 'nowhere', consent: true })).status).toBe(400);
  });
});

describe('the office', () => {
  test('canned replies are read by counselors and written by editors', async () => {
    const sato = await signedIn('sato', ['counselor']);
    const abe = await signedIn('abe', ['editor']);
    const id = randomUUID();
    const reply = { title: '安全の確認', body: 'いま、安全な場所にいますか。' };
    expect((await sato.post(`/api/canned/${id}`, reply)).status).toBe(403);
    expect((await abe.post(`/api/canned/${id}`, reply)).status).toBe(200);
    expect(await (await sato.get('/api/canned')).json()).toEqual({ replies: [{ id, ...reply }] });
    expect((await abe.post(`/api/canned/${id}/delete`, {})).status).toBe(200);
    expect(await (await sato.get('/api/canned')).json()).toEqual({ replies: [] });
  });

  test('an invitation makes one account, once', async () => {
    const abe = await signedInStrong('abe', ['admin']);
    const who = { name: '高橋', email: 'Takahashi@example.jp', roles: ['counselor'], topics: ['money'] };
    const { code } = (await (await abe.post('/api/people/invites', who)).json()) as { code: string };
    const guest = office.browser();
    const joining = {
      code: code.toLowerCase().replaceAll('-', ' '),
      name: 'x',
      email: 'x@example.jp',
      password: 'a long password',
    };
    expect((await guest.post('/api/join', { ...joining, code: 'WRONG' })).status).toBe(400);
    expect(await (await guest.post('/api/join', joining)).json()).toEqual({ email: 'takahashi@example.jp' });
    expect((await guest.post('/api/join', joining)).status).toBe(400);
    expect((await guest.signIn('takahashi', 'a long password')).status).toBe(200);
    expect(await (await guest.get('/api/session')).json()).toMatchObject({
      name: '高橋',
      roles: ['counselor'],
    });
  });

  test('the first administrator comes in by the code of the first start, and nobody after', async () => {
    const before = await firstCode(office.deps);
    const code = await firstCode(office.deps);
    const guest = office.browser();
    const joining = { code, name: '田中', email: 'tanaka@example.jp', password: 'a long password' };
    expect((await guest.post('/api/join', { ...joining, code: before })).status).toBe(400);
    expect((await guest.post('/api/join', joining)).status).toBe(200);
    const second = { ...joining, email: 'other@example.jp' };
    expect((await guest.post('/api/join', second)).status).toBe(400);
    expect(await firstCode(office.deps)).toBeUndefined();
  });

  test('a reset code sets a new password, and the second factor anew, once', async () => {
    const abe = await signedInStrong('abe', ['admin']);
    const sato = await signedIn('sato', ['counselor']);
    await sato.post('/api/auth/two-factor/enable', { password: 'correct horse battery' });
    await givePasskey(office, sato.id);
    const protectedNow = async () =>
      (
        (await (await abe.get('/api/people')).json()) as { people: { id: string; secondFactor: boolean }[] }
      ).people.find(({ id }) => id === sato.id)?.secondFactor;
    expect(await protectedNow()).toBe(true);
    const { code } = (await (await abe.post(`/api/people/${sato.id}/reset`, {})).json()) as { code: string };
    const joining = { code, name: 'x', email: 'x@example.jp', password: 'another password' };
    expect(await (await office.browser().post('/api/join', joining)).json()).toEqual({
      email: 'sato@example.jp',
    });
    expect((await sato.get('/api/queue')).status).toBe(401);
    expect((await sato.signIn('sato')).status).toBe(401);
    expect((await sato.signIn('sato', 'another password')).status).toBe(200);
    expect(await (await sato.get('/api/session')).json()).toMatchObject({
      roles: ['counselor'],
      secondFactor: false,
    });
    expect((await office.browser().post('/api/join', joining)).status).toBe(400);
    expect(await protectedNow()).toBe(false);
  });

  test('a supervisor who lost the only passkey sets up another factor after it was taken away', async () => {
    const mori = await signedIn('mori', ['supervisor']);
    await givePasskey(office, mori.id);
    const password = 'correct horse battery';
    const enable = async () => (await mori.post('/api/auth/two-factor/enable', { password })).status;
    expect(await enable()).toBe(403);
    expect(await resetSecondFactor(office.deps, 'nobody@example.jp')).toBe(false);
    expect(await resetSecondFactor(office.deps, 'Mori@example.jp')).toBe(true);
    expect((await mori.get('/api/session')).status).toBe(401);
    await mori.signIn('mori');
    expect(await enable()).toBe(200);
    const { sql } = office.store;
    const logged = sql.selectFrom('audit').select('detail').where('what', '=', 'second-factor-reset');
    expect(await office.store.read(logged.compile())).toEqual([
      { detail: JSON.stringify({ person: mori.id }) },
    ]);
  });

  test('a change of role ends the person’s sessions; the last administrator stays', async () => {
    const abe = await signedInStrong('abe', ['admin']);
    const sato = await signedIn('sato', ['counselor']);
    expect((await sato.get('/api/queue')).status).toBe(200);
    expect((await abe.post(`/api/people/${sato.id}`, { topics: ['child'] })).status).toBe(200);
    expect((await sato.get('/api/queue')).status).toBe(401);
    await abe.post(`/api/people/${sato.id}`, { active: false });
    await sato.signIn('sato');
    expect((await sato.get('/api/queue')).status).toBe(401);
    expect((await abe.post(`/api/people/${abe.id}`, { active: false })).status).toBe(409);
    expect((await sato.post(`/api/people/${abe.id}`, { roles: ['counselor'] })).status).toBe(401);
  });

  test('is closed to those without the right', async () => {
    const sato = await signedIn('sato', ['counselor']);
    expect((await sato.get('/api/people')).status).toBe(403);
    expect(
      (
        await sato.post('/api/people/invites', {
          name: 'x',
          email: 'x@example.jp',
          roles: ['admin'],
          topics: [],
        })
      ).status,
    ).toBe(403);
    expect((await sato.get('/api/windows')).status).toBe(200);
    const auditor = await signedIn('kato', ['auditor']);
    for (const path of ['/api/windows', '/api/canned']) expect((await auditor.get(path)).status).toBe(403);
    expect(await (await auditor.get('/api/queue')).json()).toMatchObject({ entries: [] });
  });
});
