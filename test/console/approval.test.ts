import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../src/console/access.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { engineOn, threeSteps } from '../alert/engine.ts';
import { openReceiver } from '../alert/receivers.ts';
import { type Office, openOffice, password } from './office.ts';
import { assert, givePasskey } from './passkey.ts';
import { oneTimeCode } from './totp.ts';

let office: Office;
beforeEach(async () => {
  let seat = 0; // better-auth counts by address, and these people sit at desks of their own
  office = await openOffice({ address: () => `192.0.2.${++seat % 250}` });
});

/** Somebody signed in, with an authenticator. */
async function person(name: string, roles: Role[]) {
  const id = await office.staff(name, roles);
  const browser = office.browser();
  await browser.signIn(name);
  const enabled = await browser.post('/api/auth/two-factor/enable', { password });
  const { totpURI } = (await enabled.json()) as { totpURI: string };
  const code = () => oneTimeCode(new URL(totpURI).searchParams.get('secret') ?? '');
  await browser.post('/api/auth/two-factor/verify-totp', { code: await code() });
  return { ...browser, id, code };
}

type Person = Awaited<ReturnType<typeof person>>;

const inDanger = () =>
  office.talk({ state: 'waiting', level: 3, resident: 'U-in-danger', texts: [{ text: 'もうだめです' }] });

async function asks(who: Person, talk: { id: string }, change: object = {}) {
  const id = randomUUID();
  const body = {
    id,
    ground: 'suicide',
    reason: '薬を飲んだと書いている',
    proof: { code: await who.code() },
    ...change,
  };
  const answer = await who.post(`/api/consultations/${talk.id}/identity`, body);
  return { id, status: answer.status, body: await answer.json() };
}

const refusal = async (answer: Response) => [answer.status, (await answer.json()).reason];

describe('opening an identity', () => {
  test('takes a counselor and a supervisor, shows the sheet once, and stands in the log', async () => {
    const [sato, mori] = [await person('sato', ['counselor']), await person('mori', ['supervisor'])];
    const talk = await inDanger();
    const { id, status } = await asks(sato, talk);
    expect(status).toBe(200);
    expect((await sato.post(`/api/approvals/${id}/use`, {})).status).toBe(409);

    const seen = (await (await mori.get('/api/approvals')).json()).approvals[0];
    expect(seen).toMatchObject({
      stage: 'asked',
      reason: '薬を飲んだと書いている',
      ground: '自死のおそれ',
      askedBy: 'sato',
      mayDecide: true,
    });
    expect(
      (await mori.post(`/api/approvals/${id}/approve`, { proof: { code: await mori.code() } })).status,
    ).toBe(200);
    const { sheet } = await (await sato.post(`/api/approvals/${id}/use`, {})).json();
    expect(sheet).toMatchObject({
      userId: 'U-in-danger',
      channel: { name: '試験の窓口' },
      messages: [{ kind: 'text', at: office.clock.now }],
    });
    for (const again of [sato, mori]) {
      const second = await again.post(`/api/approvals/${id}/use`, {});
      expect(await refusal(second)).toEqual([409, 'not-now']);
    }

    const { sql } = office.store;
    const log = await office.store.read(
      sql.selectFrom('audit').selectAll().where('consultation_id', '=', talk.id).orderBy('seq').compile(),
    );
    expect(log.map(({ what, staff_id }) => [what, staff_id])).toEqual([
      ['identity-asked', sato.id],
      ['reason-read', mori.id],
      ['identity-approved', mori.id],
      ['identity-shown', sato.id],
    ]);
    expect(JSON.stringify(log)).not.toContain('薬');
    const told = await office.store.read(
      sql.selectFrom('change').select('what').where('what', '=', 'approval').compile(),
    );
    expect(told).toHaveLength(3);
    const stored = await office.store.read(sql.selectFrom('approval').selectAll().compile());
    expect(JSON.stringify(stored)).not.toMatch(/薬|U-in-danger/u);
  });

  test('is not agreed to by the same person, the same role, or a role that may not', async () => {
    const mori = await person('mori', ['supervisor', 'admin']);
    const other = await person('other', ['supervisor']);
    const sato = await person('sato', ['counselor']);
    const admin = await person('admin', ['admin']);
    const { id } = await asks(mori, await inDanger());
    const approve = async (who: Person) => {
      const answer = await who.post(`/api/approvals/${id}/approve`, { proof: { code: await who.code() } });
      return [answer.status, (await answer.json()).reason ?? null];
    };
    expect(await approve(mori)).toEqual([409, 'other-role-needed']);
    expect(await approve(other)).toEqual([409, 'other-role-needed']);
    expect(await approve(sato)).toEqual([403, null]);
    expect(await approve(admin)).toEqual([200, null]);
    expect((await other.post(`/api/approvals/${id}/use`, {})).status).toBe(409);
    expect((await sato.get('/api/approvals').then((answer) => answer.json())).approvals).toEqual([]);
  });

  test('waits half an hour for the second person, and half an hour to be used', async () => {
    const [sato, mori] = [await person('sato', ['counselor']), await person('mori', ['supervisor'])];
    const talk = await inDanger();
    const late = await asks(sato, talk);
    office.clock.now += 31 * 60_000;
    const tooLate = await mori.post(`/api/approvals/${late.id}/approve`, {
      proof: { code: await mori.code() },
    });
    expect(await refusal(tooLate)).toEqual([409, 'not-now']);
    const next = await asks(sato, talk);
    expect(
      (await mori.post(`/api/approvals/${next.id}/approve`, { proof: { code: await mori.code() } })).status,
    ).toBe(200);
    office.clock.now += 31 * 60_000;
    expect((await sato.post(`/api/approvals/${next.id}/use`, {})).status).toBe(409);
  });

  test('looks at a few numbers only when many come at once', async () => {
    const mori = await person('mori', ['supervisor']);
    const guesses = Array.from({ length: 30 }, (_, i) => ({ proof: { code: `${i}`.padStart(6, '0') } }));
    const answers = await Promise.all(
      guesses.map(async (guess) => refusal(await mori.post('/api/approvals/none/approve', guess))),
    );
    const looked = answers.filter(([, reason]) => reason === 'code-wrong').length;
    expect(looked).toBeGreaterThan(0);
    expect(looked).toBeLessThanOrEqual(10);
  });

  test('wants a fresh number from both, and stops looking after five wrong ones', async () => {
    const [sato, mori] = [await person('sato', ['counselor']), await person('mori', ['supervisor'])];
    const talk = await inDanger();
    expect((await asks(sato, talk, { proof: { code: '000000' } })).body.reason).toBe('code-wrong');
    expect((await asks(sato, talk, { proof: { code: '' } })).status).toBe(400);
    const { id } = await asks(sato, talk);
    for (let i = 0; i < 5; i++)
      expect(
        await refusal(await mori.post(`/api/approvals/${id}/approve`, { proof: { code: `00000${i}` } })),
      ).toEqual([409, 'code-wrong']);
    const right = await mori.post(`/api/approvals/${id}/approve`, { proof: { code: await mori.code() } });
    expect(await refusal(right)).toEqual([409, 'too-many']);

    await office.staff('plain', ['counselor']);
    const plain = office.browser();
    await plain.signIn('plain');
    const body = { id: randomUUID(), ground: 'suicide', reason: 'x', proof: { code: '123456' } };
    expect(await refusal(await plain.post(`/api/consultations/${talk.id}/identity`, body))).toEqual([
      409,
      'no-second-factor',
    ]);
  });

  test('takes a passkey of one’s own with a finger, a face or a PIN, for a challenge of now, and no other', async () => {
    const [sato, mori] = [await person('sato', ['counselor']), await person('mori', ['supervisor'])];
    const [own, strange] = [await givePasskey(office, sato.id), await givePasskey(office, mori.id)];
    const talk = await inDanger();
    const challenge = async () => {
      const answer = await sato.get('/api/auth/passkey/generate-authenticate-options');
      return ((await answer.json()) as { challenge: string }).challenge;
    };
    const shows = async (passkey: object) => {
      const { status, body } = await asks(sato, talk, { proof: { passkey } });
      return body.reason ?? status;
    };
    expect(await shows(assert(own, await challenge(), { verified: false }))).toBe('code-wrong');
    expect(await shows(assert(strange, await challenge()))).toBe('code-wrong');
    expect(await shows(assert(own, await challenge(), { from: 'https://evil.example' }))).toBe('code-wrong');
    expect(await shows(assert({ ...strange, id: own.id }, await challenge()))).toBe('code-wrong');
    // Five wrong ones would stop the looking; the fifth is right.
    const right = assert(own, await challenge());
    expect(await shows(right)).toBe(200);
    expect(await shows(right)).toBe('code-wrong');
  });

  test('is for danger to life, and for talks the person may see', async () => {
    const sato = await person('sato', ['counselor']);
    const talk = await inDanger();
    expect((await asks(sato, talk, { ground: 'curiosity' })).status).toBe(400);
    expect((await asks(sato, talk, { ground: 'request' })).status).toBe(400);
    expect((await asks(sato, talk, { ground: 'toString' })).status).toBe(400);
    expect((await asks(sato, talk, { reason: ' ' })).status).toBe(400);
    expect((await asks(sato, { id: randomUUID() })).status).toBe(404);
    const botTalk = await office.talk({ state: 'bot' });
    expect((await asks(sato, botTalk)).status).toBe(404);
  });
});

describe('supervisors', () => {
  test('are told away from the screen that somebody asks, and that it was opened; without a word of why', async () => {
    const receiver = await openReceiver();
    const store = openSqlite({ file: ':memory:' });
    const clock = { now: Date.parse('2026-11-24T02:00:00+09:00') };
    const alerts = engineOn(store, receiver.url, clock, [], `supervisors: [b]\n${threeSteps}`);
    let seat = 0;
    office = await openOffice({
      store,
      alerts,
      now: () => clock.now,
      address: () => `192.0.2.${++seat}`,
    });
    const pass = async () => {
      clock.now += 1_000;
      await alerts.tick();
      await alerts.drain(10_000);
    };
    const [sato, mori] = [await person('sato', ['counselor']), await person('mori', ['supervisor'])];
    const talk = await office.talk({ state: 'human', level: 3, owner: sato.id });
    await pass();
    expect(receiver.got).toEqual([]);

    const { id } = await asks(sato, talk);
    const standing = async () => (await (await mori.get('/api/approvals/standing')).json()).standing;
    expect(await standing()).toMatchObject([{ id, stage: 'asked', askedBy: 'sato', mayDecide: true }]);
    await pass();
    expect(receiver.got.map(({ path, body }) => [path, body.reason])).toEqual([['/b', 'identity-asked']]);
    await mori.post(`/api/approvals/${id}/approve`, { proof: { code: await mori.code() } });
    await pass();
    expect(receiver.got).toHaveLength(1);
    await sato.post(`/api/approvals/${id}/use`, {});
    await pass();
    expect(receiver.got.map(({ body }) => body.reason)).toEqual(['identity-asked', 'identity-opened']);
    expect(await standing()).toMatchObject([{ stage: 'used', usedBy: 'sato' }]);
    for (const { raw } of receiver.got) {
      expect(raw).toContain('身元');
      expect(raw).not.toMatch(/薬|sato|U-in-danger/u);
      expect(raw).not.toContain(talk.id);
    }
    // Nobody answers for it, nothing of it stays open, and it is no alert of somebody who waits.
    expect(receiver.got[0]?.body.acknowledge_url).toBeNull();
    expect(await alerts.list()).toEqual([]);
    clock.now += 31 * 60_000;
    await pass();
    const open = store.sql.selectFrom('alert').select('id').where('state', '<>', 'over').compile();
    expect(await store.read(open)).toEqual([]);
    await receiver.close();
  });

  test('see it above every page; nobody else does', async () => {
    const [sato, auditor] = [await person('sato', ['counselor']), await person('aki', ['auditor'])];
    for (const who of [sato, auditor]) expect((await who.get('/api/approvals/standing')).status).toBe(403);
  });
});

describe('a disclosure request', () => {
  test('takes a supervisor and an administrator, and gives the words without the account', async () => {
    const [mori, admin] = [await person('mori', ['supervisor']), await person('admin', ['admin'])];
    const talk = await inDanger();
    const id = randomUUID();
    const body = { id, ground: 'request', reason: '本人が窓口で請求', proof: { code: await mori.code() } };
    expect((await mori.post(`/api/consultations/${talk.id}/disclosure`, body)).status).toBe(200);
    expect(
      (await admin.post(`/api/approvals/${id}/approve`, { proof: { code: await admin.code() } })).status,
    ).toBe(200);
    const { document, sheet } = await (await mori.post(`/api/approvals/${id}/use`, {})).json();
    expect(sheet).toBeNull();
    expect(document).toContain('本人: もうだめです');
    expect(document).not.toContain('U-in-danger');

    const sato = await person('sato', ['counselor']);
    const own = { ...body, id: randomUUID(), proof: { code: await sato.code() } };
    expect((await sato.post(`/api/consultations/${talk.id}/disclosure`, own)).status).toBe(403);
  });
});
