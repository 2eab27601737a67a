import { closeSync, fsyncSync, openSync } from 'node:fs';
import { openContent } from '../../src/content.ts';
import { newSnapshot } from '../../src/conversation/begin.ts';
import type { Snapshot } from '../../src/conversation/snapshot.ts';
import { sealContext } from '../../src/handle/record.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { openData, rootFolder, uuid } from '../../src/node/platform.ts';
import { openDatabase } from '../../src/store/sqlite-file.ts';
import { newUserIds } from './traffic.ts';

/** Messages of each conversation: one event each, and the delivery that answered it. */
const messagesEach = 10;

/**
 * Fills a database as years would: conversations of real residents, sealed for real, so that they can come back; their
 * messages made in SQL with bytes of the usual size. Most are over, a few are going on, forty wait for a counselor. Returns
 * LINE user ids of residents whose talk is over.
 */
export async function fillDatabase(file: string, channel: string, conversations: number): Promise<string[]> {
  const { store, vault } = await openData(rootFolder, `sqlite:${file}`, demoSecrets.key);
  await store.close();
  const opened = openContent(() => readFlowFiles(rootFolder), {
    flow: 'flows/ise',
    now: Date.now,
    examples: true,
    publicUrl: 'https://soudan.test',
  });
  if (!opened.ok) throw new Error(opened.message);
  const fresh = newSnapshot(opened.content.flows.flow(), 'ja', false);
  const over: Snapshot = { ...fresh, greeted: true, talk: { ...fresh.talk, state: 'closed' } };

  const db = openDatabase(file);
  db.pragma('synchronous = off');
  const addConversation = db.prepare(
    `insert into conversation (id, version, state, level, owner, consultation_id, language, topic, unreachable,
       sealed_user, sealed_snapshot, waiting_since, resident_at, counselor_at, created_at, updated_at)
     values (?, ${messagesEach}, ?, 0, null, ?, 'ja', 'health', 0, ?, ?, ?, ?, null, ?, ?)`,
  );
  const addConsultation = db.prepare(
    `insert into consultation (id, conversation_id, sealed_key, opened_at, closed_at, in_hours, "returning", level,
       categories, handed_off_at, accepted_at, first_response_at, messages_in, messages_bot, messages_counselor, outcome)
     values (?, ?, ?, ?, ?, 1, 0, 0, 'health', null, null, null, ?, ?, 0, ?)`,
  );
  const now = Date.now();
  const userIds = newUserIds(conversations);
  const back: string[] = [];
  db.transaction(() => {
    for (const [index, userId] of userIds.entries()) {
      const id = vault.pseudonym(channel, userId);
      const consultation = uuid();
      const key = vault.newDataKey();
      // Within the time that content is kept: none of it is due to be forgotten.
      const at = now - (conversations - index) * 50_000;
      const state = index < 40 ? 'waiting' : index < 300 ? 'bot' : 'closed';
      const sealed = vault.seal(key, sealContext.snapshot(id, messagesEach), JSON.stringify(over));
      const waiting = state === 'waiting' ? at : null;
      addConversation.run(id, state, consultation, vault.sealUser(id, userId), sealed, waiting, at, at, at);
      const closed = state === 'closed';
      const wrapped = vault.wrap(key, consultation);
      addConsultation.run(
        consultation,
        id,
        wrapped,
        at,
        closed ? at : null,
        messagesEach,
        messagesEach,
        closed ? 'informed' : null,
      );
      if (closed) back.push(userId);
    }
  })();
  const numbers = `(with recursive n(v) as (select 1 union all select v + 1 from n where v < ${messagesEach}) select v from n)`;
  db.exec(`
    begin;
    insert into event (conversation_id, version, id, consultation_id, kind, at, applied_at, staff_id, message_key, level, sealed)
      select c.id, v, hex(randomblob(13)), c.consultation_id, 'text', c.created_at + v, c.created_at + v, null,
        hex(randomblob(22)), 0, hex(randomblob(300))
      from conversation c, ${numbers};
    insert into delivery (id, conversation_id, consultation_id, first_version, version, row_count, kind, state, via,
        sealed_body, token_at, attempts, doubt, created_at, first_attempt_at, due_at, finished_at, reason)
      select hex(randomblob(16)), c.id, c.consultation_id, v, v, 1, 'answer', 'sent', 'reply', null, c.created_at, 1, 0,
        c.created_at, c.created_at, c.created_at, c.created_at, null
      from conversation c, ${numbers};
    insert into change (at, consultation_id, what) select created_at, consultation_id, 'queue' from conversation;
    commit;
  `);
  db.pragma('wal_checkpoint(truncate)');
  db.close();
  // What lies there for years is on the disk: else the first to sync the file would wait for all of it.
  const handle = openSync(file, 'r');
  fsyncSync(handle);
  closeSync(handle);
  // Spread over the whole database, as those who come back are.
  return back.sort((a, b) => (a < b ? -1 : 1)).slice(0, 20_000);
}
