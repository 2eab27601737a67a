import { describe, expect, test } from 'vitest';
import { nameOf } from '../../src/vault/name.ts';
import { openOffice } from './office.ts';

describe('the log in the console', () => {
  test('is read by auditors and administrators alone', async () => {
    const office = await openOffice({ demo: { accounts: [] } });
    for (const [role, status] of [
      ['auditor', 200],
      ['admin', 200],
      ['supervisor', 403],
      ['counselor', 403],
      ['editor', 403],
    ] as const) {
      await office.staff(role, [role]);
      const browser = office.browser();
      await browser.signIn(role);
      expect([role, (await browser.get('/api/log')).status]).toEqual([role, status]);
      expect((await browser.get('/api/log/export')).status).toBe(status);
      expect((await browser.post('/api/log/verify', {})).status).toBe(status);
    }
    expect((await office.browser().get('/api/log')).status).toBe(401);
  });

  test('tells who opened which talk, once a reading, and who did what', async () => {
    const office = await openOffice({ demo: { accounts: [] } });
    const reader = await office.staff('reader', ['counselor']);
    await office.staff('auditor', ['auditor']);
    const talk = await office.talk({ state: 'waiting', texts: [{ text: 'ひみつ' }] });
    const browser = office.browser();
    await browser.signIn('reader');
    await browser.get(`/api/consultations/${talk.id}`);
    await browser.get(`/api/consultations/${talk.id}`);
    office.clock.now += 6 * 60_000;
    await browser.get(`/api/consultations/${talk.id}`);
    const auditor = office.browser();
    await auditor.signIn('auditor');
    const { entries } = await (await auditor.get(`/api/log?consultation=${talk.id}`)).json();
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      what: 'talk-read',
      words: '相談を開いた',
      staff: { id: reader, name: 'reader' },
      consultation: talk.id,
      sealed: false,
    });
    const all = await (await auditor.get('/api/log')).json();
    expect(all.entries.map((entry: { what: string }) => entry.what)).toContain('signed-in');
    const csv = await (await auditor.get('/api/log/export')).text();
    expect(csv).toContain('相談を開いた');
    expect(csv).not.toContain('ひみつ');
    expect(JSON.stringify(await (await auditor.post('/api/log/verify', {})).json())).toContain('"breaks":[]');
  });

  test('is narrowed by person, kind, time and the name that counselors use, and so is the file', async () => {
    const office = await openOffice({ demo: { accounts: [] } });
    const reader = await office.staff('reader', ['counselor']);
    await office.staff('auditor', ['auditor']);
    const talk = await office.talk({ state: 'waiting', resident: 'U-one' });
    const other = await office.talk({ state: 'waiting', resident: 'U-two' });
    const browser = office.browser();
    await browser.signIn('reader');
    for (const { id } of [talk, other]) await browser.get(`/api/consultations/${id}`);
    const auditor = office.browser();
    await auditor.signIn('auditor');
    const rows = async (query: string) =>
      (await (await auditor.get(`/api/log?${query}`)).json()) as {
        entries: { what: string; consultation: string | null; name: string | null; staff: { id: string } }[];
        people: { id: string; label: string }[];
        kinds: { id: string; label: string }[];
      };
    const name = nameOf(talk.conversation);
    const named = await rows(`name=${encodeURIComponent(name)}`);
    expect(named.entries.map(({ consultation }) => consultation)).toEqual([talk.id]);
    expect(named.entries[0]?.name).toBe(name);
    expect((await rows(`name=${encodeURIComponent('いない鳥')}`)).entries).toEqual([]);
    expect((await rows(`staff=${reader}&what=talk-read`)).entries).toHaveLength(2);
    expect((await rows(`what=talk-read&to=${office.clock.now}`)).entries).toEqual([]);
    expect(named.people.map(({ label }) => label)).toContain('reader');
    expect(named.kinds).toContainEqual({ id: 'talk-read', label: '相談を開いた' });
    const csv = await (await auditor.get(`/api/log/export?name=${encodeURIComponent(name)}`)).text();
    expect(csv).toContain(talk.id);
    expect(csv).not.toContain(other.id);
  });

  test('who may not see a talk leaves no reading behind, and sees nothing', async () => {
    const office = await openOffice();
    await office.staff('reader', ['counselor'], ['child']);
    const talk = await office.talk({ state: 'waiting', topic: 'money' });
    const browser = office.browser();
    await browser.signIn('reader');
    expect((await browser.get(`/api/consultations/${talk.id}`)).status).toBe(404);
    const query = office.store.sql.selectFrom('audit').selectAll().where('what', '=', 'talk-read').compile();
    expect(await office.store.read(query)).toEqual([]);
  });
});
