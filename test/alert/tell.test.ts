import { afterEach, expect, test } from 'vitest';
import { sendMail } from '../../src/alert/mail.ts';
import type { Smtp } from '../../src/alert/plan.ts';
import { createTell } from '../../src/alert/tell.ts';
import type { Notice } from '../../src/alert/words.ts';
import { openMailServer, openReceiver, openSocketServer } from './receivers.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const kept = <T extends { close(): Promise<void> }>(server: T): T => {
  closing.push(server.close);
  return server;
};

const notice: Notice = {
  service: '伊勢市 よりそいLINE相談',
  level: 'imminent',
  reason: 'late',
  waited: 3 * 60_000 + 5_000,
  console: 'https://soudan.test/console/',
  acknowledge: 'https://soudan.test/alert/a/night/s',
  test: false,
};

const smtpTo = (port: number, more: Partial<Smtp> = {}): Smtp => ({
  server: '127.0.0.1',
  port,
  security: 'none',
  from: 'madoguchi@city.test',
  login: { user: 'madoguchi', password: 'mail-password' },
  ...more,
});
const teller = (smtp: Smtp | null) => createTell({ fetch, mail: sendMail, smtp });

test('Slack, Teams and any program get level, waiting time and links, in their own forms', async () => {
  const receiver = kept(await openReceiver());
  const tell = teller(null);
  for (const kind of ['slack', 'teams', 'webhook'] as const)
    expect(await tell({ kind, url: receiver.url(`/${kind}`) }, notice)).toEqual({ ok: true });
  const [slack, teams, webhook] = receiver.got.map(({ body }) => body);
  expect(slack.text).toBe('【緊急】相談者が3分待っています');
  expect(JSON.stringify(slack.blocks)).toContain('<https://soudan.test/alert/a/night/s|私が対応します');
  const card = teams.attachments[0];
  expect(card.contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect(card.content.actions.map(({ url }: { url: string }) => url)).toEqual([
    notice.console,
    notice.acknowledge,
  ]);
  expect(webhook).toMatchObject({ event: 'madoguchi.alert', level: 'imminent', waiting_seconds: 185 });
});

test('mail goes through a server that wants a login', async () => {
  const mail = kept(await openMailServer());
  const tell = teller(smtpTo(mail.port));
  expect(await tell({ kind: 'mail', address: 'night@city.test' }, notice)).toEqual({ ok: true });
  expect(mail.got).toHaveLength(1);
  expect(mail.got[0]).toMatchObject({ to: ['night@city.test'] });
  expect(mail.got[0]?.text).toContain('【緊急】相談者が3分待っています');
  expect(mail.got[0]?.text).toContain('https://soudan.test/alert/a/night/s');
});

test('what went wrong is a fixed word, and says whether trying again helps', async () => {
  const mail = kept(await openMailServer({ refuse: { 'gone@city.test': 550, 'gray@city.test': 451 } }));
  const receiver = kept(await openReceiver((path) => Number(path.slice(1))));
  const to = (address: string) => ({ kind: 'mail', address }) as const;
  const at = (status: number) => ({ kind: 'webhook', url: receiver.url(`/${status}`) }) as const;
  const tell = teller(smtpTo(mail.port));
  expect(await tell(to('gone@city.test'), notice)).toEqual({ ok: false, reason: 'smtp-550', again: false });
  // Greylisting: a server that does not know us yet takes it at a later try.
  expect(await tell(to('gray@city.test'), notice)).toEqual({ ok: false, reason: 'smtp-451', again: true });
  expect(await tell(at(500), notice)).toEqual({ ok: false, reason: 'http-500', again: true });
  expect(await tell(at(429), notice)).toEqual({ ok: false, reason: 'http-429', again: true });
  expect(await tell(at(404), notice)).toEqual({ ok: false, reason: 'http-404', again: false });
  // The link in it acknowledges: it goes where the plan says, and nowhere else.
  for (const status of [302, 307])
    expect(await tell(at(status), notice)).toEqual({ ok: false, reason: `http-${status}`, again: false });
  expect(receiver.got.map(({ path }) => path)).not.toContain('/elsewhere');
  const stranger = teller(smtpTo(mail.port, { login: { user: 'madoguchi', password: 'wrong' } }));
  expect(await stranger(to('night@city.test'), notice)).toEqual({ ok: false, reason: 'login', again: false });
  const busy = kept(await openMailServer({ busy: true }));
  expect(await teller(smtpTo(busy.port))(to('night@city.test'), notice)).toEqual({
    ok: false,
    reason: 'smtp-454',
    again: true,
  });
  // A server without TLS, where the plan wants it: nothing goes in clear.
  const strict = teller(smtpTo(mail.port, { security: 'starttls' }));
  expect(await strict(to('night@city.test'), notice)).toMatchObject({ ok: false });
  // Nor to a server that cannot say who it is.
  const impostor = kept(await openMailServer({ starttls: true }));
  const careful = teller(smtpTo(impostor.port, { security: 'starttls' }));
  expect(await careful(to('night@city.test'), notice)).toEqual({ ok: false, reason: 'tls', again: true });
  const disguised = kept(await openMailServer({ secure: true }));
  expect(await tell({ kind: 'webhook', url: `https://127.0.0.1:${disguised.port}/` }, notice)).toEqual({
    ok: false,
    reason: 'tls',
    again: true,
  });
  expect([...mail.got, ...busy.got, ...impostor.got, ...disguised.got]).toEqual([]);
  const gone = at(200);
  await receiver.close();
  expect(await tell(gone, notice)).toEqual({ ok: false, reason: 'network', again: true });
  const nowhere = teller(smtpTo(1));
  expect(await nowhere(to('night@city.test'), notice)).toEqual({ ok: false, reason: 'network', again: true });
});

test('a server that falls silent, or hangs up in the middle, is asked again later', async () => {
  const silent = kept(await openSocketServer(() => {}));
  const mute = kept(await openSocketServer((socket) => socket.write('220 mail.city.test\r\n')));
  const hangsUp = kept(
    await openSocketServer((socket) => {
      socket.write('220 mail.city.test\r\n');
      socket.once('data', () => socket.destroy());
    }),
  );
  const to = { kind: 'mail', address: 'night@city.test' } as const;
  const impatient = (smtp: Smtp | null) => createTell({ fetch, mail: sendMail, smtp, timeoutMs: 300 });
  const timeout = { ok: false, reason: 'timeout', again: true };
  const url = (port: number) => ({ kind: 'webhook', url: `http://127.0.0.1:${port}/` }) as const;
  expect(await impatient(null)(url(silent.port), notice)).toEqual(timeout);
  expect(await impatient(smtpTo(silent.port))(to, notice)).toEqual(timeout);
  expect(await impatient(smtpTo(mute.port))(to, notice)).toEqual(timeout);
  const network = { ok: false, reason: 'network', again: true };
  expect(await teller(smtpTo(hangsUp.port))(to, notice)).toEqual(network);
  expect(await teller(null)(url(hangsUp.port), notice)).toEqual(network);
});
