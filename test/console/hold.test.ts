import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Office, openOffice, type Talk } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice({ demo: { accounts: [] } }); // without a second factor
});
afterEach(() => office.store.close());

type Keys = { sealed_key: string | null; notes_key: string | null };

/** Lets the keys of a consultation change just before a hold on it is written. */
function changedMeanwhile(talk: Talk, change: (key: string) => Keys) {
  const { store } = office;
  const { sql } = store;
  const { commit } = store;
  store.commit = async (writes) => {
    if (!writes.some(({ query }) => query.sql.includes('"hold"'))) return commit(writes);
    store.commit = commit;
    const [row] = await store.read(
      sql.selectFrom('consultation').select('sealed_key').where('id', '=', talk.id).compile(),
    );
    const keys = change(row?.sealed_key ?? '');
    await commit([{ query: sql.updateTable('consultation').set(keys).where('id', '=', talk.id).compile() }]);
    return commit(writes);
  };
}

const anew = (talk: Talk, key: string) => office.vault.wrap(office.vault.unwrap(key, talk.id), talk.id);
const another = (talk: Talk) => office.vault.wrap(office.vault.newDataKey(), talk.id);

test.each<[string, number, (talk: Talk, key: string) => Keys]>([
  ['is forgotten', 404, () => ({ sealed_key: null, notes_key: null })],
  ['loses its content, not its notes,', 200, (talk) => ({ sealed_key: null, notes_key: another(talk) })],
  ['is sealed anew', 200, (talk, key) => ({ sealed_key: anew(talk, key), notes_key: null })],
])('a hold set while the consultation %s answers what is true', async (_, status, change) => {
  const talk = await office.talk({ state: 'closed' });
  const mori = await office.signedIn('mori', ['supervisor']);
  changedMeanwhile(talk, (key) => change(talk, key));
  const set = await mori.post(`/api/consultations/${talk.id}/hold`, { reason: '裁判', days: 30 });
  expect(set.status).toBe(status);
  const { held } = (await (await mori.get('/api/retention')).json()) as { held: object[] };
  expect(held).toMatchObject(status === 200 ? [{ id: talk.id, reason: '裁判' }] : []);
  const { sql } = office.store;
  const logged = sql.selectFrom('audit').select('seq').where('what', '=', 'held').compile();
  expect(await office.store.read(logged)).toHaveLength(status === 200 ? 1 : 0);
});
