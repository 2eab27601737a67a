import { describe, expect, test } from 'vitest';
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
