import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSealer } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { disclosureDocument } from '../../src/privacy/disclosure.ts';
import { createRetention, dueAt, forgetDue } from '../../src/privacy/retention.ts';
import { putHold } from '../../src/store/queries/retention.ts';
import type { Tables } from '../../src/store/tables.ts';
import { openThread, type Thread } from '../handle/thread.ts';

const day = 86_400_000;
const policy = { contentMs: 90 * day, notesMs: 30 * day, logMs: 365 * day, remindMs: 7 * day };

let folder: string;
let thread: Thread;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-retention-'));
  thread = await openThread(Date.parse('2026-11-24T10:00:00+09:00'), join(folder, 'm.db'));
});
afterEach(async () => {
  await thread.close();
  rmSync(folder, { recursive: true, force: true });
});

const deps = () => ({
  store: thread.store,
  vault: thread.vault,
  policy: () => policy,
  now: () => thread.clock.at,
  log: () => {},
});
const forget = () => forgetDue(deps(), thread.clock.at);
const all = <Name extends keyof Tables & string>(table: Name) =>
  thread.store.read(
    thread.store.sql
      .selectFrom(table as 'event')
      .selectAll()
      .compile(),
  ) as unknown as Promise<Tables[Name][]>;

/** A consultation with a counselor and a note, closed. */
async function closedConsultation() {
  await thread.happens({ kind: 'text', text: '家賃が払えません。人と話したい', messageId: 'm1' }, 'event-1');
  await thread.passes(5_000);
  await thread.happens({ kind: 'text', text: '人と話したい' });
  await thread.passes(5_000);
  await thread.happens({ kind: 'accept', staff: 's' });
  await thread.happens({ kind: 'reply', staff: 's', text: 'お話を聞かせてください' });
  const { consultation_id } = await thread.conversation();
  const [row] = await all('consultation');
  const key = thread.vault.unwrap(row?.sealed_key ?? '', consultation_id);
  const sealed = thread.vault.seal(key, 'staff_note:n', '滞納は三か月。来週また連絡する');
  const note = {
    id: 'n',
    consultation_id,
    staff_id: 's',
    kind: 'note' as const,
    sealed,
    at: thread.clock.at,
  };
  const { sql } = thread.store;
  await thread.store.commit([{ query: sql.insertInto('staff_note').values(note).compile() }]);
  await thread.happens({ kind: 'close', staff: 's', outcome: 'solved' });
  return consultation_id;
}

/** Every sealed value that stands in the database, wherever it stands. */
async function ciphertexts(): Promise<string[]> {
  const values = [
    ...(await all('event')).map(({ sealed }) => sealed),
    ...(await all('conversation')).flatMap((row) => [row.sealed_snapshot, row.sealed_user, row.id]),
    ...(await all('consultation')).map(({ sealed_key }) => sealed_key),
    ...(await all('staff_note')).map(({ sealed }) => sealed),
  ];
  return values.filter((value): value is string => Boolean(value));
}

/** Which of the values the files still hold, looked for by three pieces of each. */
function leftIn(files: string[], values: string[]): string[] {
  const bytes = files.filter(existsSync).map((file) => readFileSync(file, 'latin1'));
  const pieces = (value: string) => {
    const at = [0, Math.floor(value.length / 2), Math.max(0, value.length - 24)];
    return at.map((start) => value.slice(start, start + 24));
  };
  return values.filter((value) => pieces(value).some((piece) => bytes.some((file) => file.includes(piece))));
}

const files = () => [join(folder, 'm.db'), join(folder, 'm.db-wal')];

describe('forgetting on time', () => {
  test('destroys the key and leaves not even ciphertext in the file or its WAL; facts stay', async () => {
    const id = await closedConsultation();
    const sealed = await ciphertexts();
    expect(sealed.length).toBeGreaterThan(8);
    expect(leftIn(files(), sealed)).toEqual(sealed);

    thread.clock.at += 89 * day;
    expect((await forget()).content).toBe(0);
    thread.clock.at += 2 * day;
    expect((await forget()).content).toBe(1);

    expect(leftIn(files(), sealed)).toEqual([]);
    expect(await all('event')).toEqual([]);
    expect(await all('conversation')).toEqual([]);
    expect(await all('consultation')).toMatchObject([
      { id, conversation_id: null, sealed_key: null, outcome: 'solved', messages_in: 2 },
    ]);
    expect((await all('audit')).map(({ what }) => what)).toContain('content-forgotten');
  });

  test('forgets notes on a time of their own', async () => {
    await closedConsultation();
    thread.clock.at += 31 * day;
    const [note] = await all('staff_note');
    expect(await forget()).toMatchObject({ notes: 1, content: 0 });
    expect(await all('staff_note')).toEqual([]);
    expect(leftIn(files(), [note?.sealed ?? ''])).toEqual([]);
    expect((await thread.said()).length).toBeGreaterThan(0);
  });

  test('leaves a consultation for the next look when a note is written while its notes are moved', async () => {
    const id = await closedConsultation();
    const longer = { ...policy, notesMs: 365 * day };
    thread.clock.at += 91 * day;
    const { store, vault } = thread;
    const [row] = await all('consultation');
    const key = vault.unwrap(row?.sealed_key ?? '', id);
    const sealed = vault.seal(key, 'staff_note:late', '書いたばかりのメモ');
    const late = { id: 'late', consultation_id: id, staff_id: 's', kind: 'note' as const, sealed, at: 1 };
    let written = false;
    const during: typeof store = {
      ...store,
      async commit(writes) {
        if (!written) {
          written = true;
          await store.commit([{ query: store.sql.insertInto('staff_note').values(late).compile() }]);
        }
        return store.commit(writes);
      },
    };
    const look = (on: typeof store) =>
      forgetDue({ ...deps(), store: on, policy: () => longer }, thread.clock.at);
    expect(await look(during)).toMatchObject({ content: 0 });
    expect(await look(store)).toMatchObject({ content: 1 });
    const [kept] = await all('consultation');
    const notes = await all('staff_note');
    const opened = notes.map((note) =>
      vault.open(vault.unwrap(kept?.notes_key ?? '', id), `staff_note:${note.id}`, note.sealed),
    );
    expect(opened.sort()).toEqual(['書いたばかりのメモ', '滞納は三か月。来週また連絡する'].sort());
  });

  test('keeps notes longer than the content where the flow says so, under a key of their own', async () => {
    const id = await closedConsultation();
    const [before] = await all('staff_note');
    const [row] = await all('consultation');
    const oldKey = row?.sealed_key ?? '';
    const longer = { ...policy, notesMs: 365 * day };
    const forgetLonger = () => forgetDue({ ...deps(), policy: () => longer }, thread.clock.at);
    thread.clock.at += 91 * day;
    expect(await forgetLonger()).toMatchObject({ content: 1, notes: 0 });
    // The content is gone, key and ciphertext; so is the note's old ciphertext, which that key would open.
    expect(await all('event')).toEqual([]);
    expect(leftIn(files(), [oldKey, before?.sealed ?? ''])).toEqual([]);
    const [kept] = await all('consultation');
    expect(kept).toMatchObject({ id, sealed_key: null });
    expect(kept?.conversation_id).not.toBeNull();
    const [note] = await all('staff_note');
    const key = thread.vault.unwrap(kept?.notes_key ?? '', id);
    expect(thread.vault.open(key, 'staff_note:n', note?.sealed ?? '')).toContain('滞納は三か月');
    // A request for disclosure still finds them.
    const { store, vault } = thread;
    const document = await disclosureDocument({ store, vault, now: () => thread.clock.at }, id);
    expect(document).toContain('滞納は三か月');
    expect(document).toContain('残っていません');

    // Reminded before, then gone with their key, and with them whose they were.
    thread.clock.at += 270 * day;
    expect(await dueAt(deps(), longer, thread.clock.at)).toMatchObject({ notes: [], notesSoon: [{ id }] });
    thread.clock.at += 5 * day;
    expect(await forgetLonger()).toMatchObject({ content: 0, notes: 1 });
    expect(await all('staff_note')).toEqual([]);
    expect(leftIn(files(), [kept?.notes_key ?? '', note?.sealed ?? ''])).toEqual([]);
    expect(await all('consultation')).toMatchObject([{ notes_key: null, conversation_id: null }]);
    expect(await all('conversation')).toEqual([]);
  });

  test('leaves alone what is held, what goes on, and whoever has just written', async () => {
    const id = await closedConsultation();
    thread.clock.at += 91 * day;
    const hold = {
      consultation_id: id,
      staff_id: 's',
      sealed_reason: 'x',
      at: thread.clock.at,
      until: thread.clock.at + 10 * day,
    };
    await thread.store.commit([{ query: putHold(thread.store.sql, hold) }]);
    expect((await forget()).content).toBe(0);

    thread.clock.at += 11 * day;
    await thread.happens({ kind: 'text', text: 'また相談したいです' });
    expect((await forget()).content).toBe(0);
    thread.clock.at += 2 * day;
    expect((await forget()).content).toBe(1);
    // The one that was opened anew goes on.
    expect(await all('conversation')).toHaveLength(1);
    expect((await all('event')).length).toBeGreaterThan(0);
  });

  test.each([
    ['content', 91],
    ['notes', 31],
  ])('a hold set between looking and forgetting %s wins', async (_, days) => {
    const id = await closedConsultation();
    thread.clock.at += days * day;
    const { store } = thread;
    const racing = {
      ...store,
      async read(query: Parameters<typeof store.read>[0]) {
        const rows = await store.read(query);
        if (query.sql.includes('"consultation"') && rows.length > 0) {
          const at = thread.clock.at;
          const hold = { consultation_id: id, staff_id: 's', sealed_reason: 'x', at, until: at + day };
          await store.commit([{ query: putHold(store.sql, hold) }]);
        }
        return rows;
      },
    } as typeof store;
    const forgotten = await forgetDue({ ...deps(), store: racing }, thread.clock.at);
    expect(forgotten).toMatchObject({ content: 0, notes: 0 });
    expect((await all('event')).length).toBeGreaterThan(0);
    expect(await all('staff_note')).toHaveLength(1);
  });

  test('says beforehand what it will do, and reminds once a day', async () => {
    const id = await closedConsultation();
    thread.clock.at += 84 * day;
    const now = thread.clock.at;
    expect(await dueAt(deps(), policy, now)).toMatchObject({ content: [], soon: [{ id }], notes: [{ id }] });
    const turn = createRetention(deps());
    expect(await turn()).not.toBeNull();
    expect(await turn()).toBeNull();
    expect(await createRetention(deps())()).toBeNull();
    thread.clock.at += 2 * 3_600_000;
    await turn();
    const reminded = (await all('change')).filter(({ what }) => what === 'retention');
    expect(reminded).toHaveLength(1);
  });

  test('takes rows of the log by whole blocks, and the chain still holds', async () => {
    await closedConsultation();
    const sealer = { ...deps(), hash: thread.vault.auditHash };
    await createSealer(sealer)();
    thread.clock.at += 366 * day;
    expect((await forget()).blocks).toBe(1);
    thread.clock.at += 60_000;
    await createSealer(sealer)();
    expect(await verifyLog(sealer)).toMatchObject({ breaks: [], pruned: 1 });
    expect((await all('audit')).map(({ what }) => what)).not.toContain('accept');
  });
});

describe('what comes again after it was forgotten', () => {
  test('is not applied again: neither a message nor a tap, after deletion by the resident', async () => {
    await thread.happens({ kind: 'text', text: 'こまっています', messageId: 'm1' }, 'event-1');
    await thread.happens({ kind: 'choice', data: 'word|start' }, 'event-2');
    await thread.passes(5_000);
    const sealed = await ciphertexts();
    await thread.happens({ kind: 'text', text: 'データを消して' });
    await thread.happens({ kind: 'text', text: 'はい' });
    const before = await all('event');
    for (const [event, id] of [
      [{ kind: 'text', text: 'こまっています', messageId: 'm1' }, 'event-1'],
      [{ kind: 'choice', data: 'word|start' }, 'event-2'],
    ] as const)
      expect(await thread.happens(event, id)).toMatchObject({ ok: true, repeated: true });
    expect(await all('event')).toEqual(before);
    const user = new Set((await all('conversation')).flatMap((row) => [row.sealed_user, row.id]));
    expect(
      leftIn(
        files(),
        sealed.filter((value) => !user.has(value)),
      ),
    ).toEqual([]);
  });
});

describe('unsend', () => {
  test('reaches the file, the WAL and every console that is open', async () => {
    await thread.happens({ kind: 'text', text: 'まちがえて送った', messageId: 'm1' });
    const sealed = await ciphertexts();
    const changes = (await all('change')).length;
    await thread.happens({ kind: 'unsend', messageId: 'm1' });
    const now = new Set(await ciphertexts());
    expect(
      leftIn(
        files(),
        sealed.filter((value) => !now.has(value)),
      ),
    ).toEqual([]);
    expect((await all('change')).slice(changes).map(({ what }) => what)).toContain('talk');
    expect(JSON.stringify(await thread.records())).not.toContain('まちがえて');
  });
});
