import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createStaff } from '../console/staff.ts';
import { createEmulator } from '../emulator/emulator.ts';
import { createPhoneRoutes } from '../emulator/phone-routes.ts';
import { describePreview, type Preview, previewOf } from '../flow/preview.ts';
import { createLog } from '../log.ts';
import { assetsIn } from './assets.ts';
import { buildClients } from './build.ts';
import { demoAccounts, demoSecrets } from './demo-accounts.ts';
import { createDemoClock, readInstant } from './demo-clock.ts';
import { installDemoMenus } from './demo-menus.ts';
import { CannotStart, rootFolder } from './platform.ts';
import { run } from './run.ts';
import { listen } from './serve.ts';
import { untilStopped } from './start.ts';
import { watchFlows } from './watch.ts';

/**
 * `npm run demo`: Madoguchi with SQLite, a flow, and a LINE of our own to try it against. `--at 2026-11-23T10:00` sets
 * the clock, `--flow flows/ise` the town, `--port 3000` the address (the phone is one higher), `--talk web` the
 * resident's own page instead of LINE.
 */
export async function demo(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      at: { type: 'string' },
      flow: { type: 'string', default: 'flows/ise' },
      port: { type: 'string', default: '3000' },
      data: { type: 'string', default: 'data/demo.db' },
      talk: { type: 'string' },
      'log-file': { type: 'string' },
    },
  });
  const start = values.at === undefined ? null : readInstant(values.at);
  if (values.at !== undefined && start === null)
    throw new CannotStart('--at は 2026-11-23T10:00 のように書いてください。');
  const { talk } = values;
  if (talk !== undefined && talk !== 'line' && talk !== 'web')
    throw new CannotStart('--talk は line か web にしてください。');
  if (!buildClients(rootFolder)) return 1;

  const clock = createDemoClock(start);
  const port = Number(values.port);
  const emulator = createEmulator({
    channelSecret: demoSecrets.channelSecret,
    channelAccessToken: demoSecrets.accessToken,
    webhookUrl: `http://localhost:${port}/line/webhook`,
    now: clock.now,
    random: Math.random,
    deliver: fetch,
    accountName: '相談窓口（デモ）',
    quota: 5_000,
    redelivery: true,
    redeliverAfterMs: 10_000,
  });
  let preview: Preview | null = null;
  const phone = createPhoneRoutes({
    emulator,
    clock,
    page: assetsIn(join(rootFolder, 'dist', 'phone')),
    preview: () => preview,
  });
  emulator.app.route('/', phone);
  const line = await listen((request) => emulator.app.fetch(request), { port: port + 1, host: '127.0.0.1' });
  const running = await run({
    root: rootFolder,
    config: {
      ...demoSecrets,
      port,
      databaseUrl: `sqlite:${values.data}`,
      flow: values.flow,
      lineApiBaseUrl: `http://127.0.0.1:${line.port}`,
      publicUrl: `http://localhost:${port}`,
      trial: true,
    },
    now: clock.now,
    log: createLog(() => {}, clock.now),
    demo: {
      accounts: demoAccounts.map(({ label, email, password }) => ({ label, email, password })),
      phone: `http://localhost:${line.port}/phone/`,
    },
    host: '127.0.0.1',
    ...(talk ? { talk } : {}),
  }).catch(async (error: unknown) => {
    emulator.close();
    await line.close();
    throw error;
  });
  clock.attach(running.store);
  // Together: hashing a password takes a tenth of a second each, and the first start should not wait for four.
  await Promise.all(
    demoAccounts.map((account) => createStaff({ sessions: running.service.sessions }, account)),
  );

  console.log(`
窓口のデモが動いています。（Ctrl+C で終わります）

  相談者の電話    http://localhost:${line.port}/phone/
  相談員の画面    http://localhost:${port}/console/

${demoAccounts.map(({ label, email, password }) => `  ${label}  ${email}  ${password}`).join('\n')}

  時計は電話の画面で変えられます（祝日、午前2時など）。
`);
  const showMenus = () =>
    void installDemoMenus(running.flows.menus(), {
      url: `http://127.0.0.1:${line.port}`,
      token: demoSecrets.accessToken,
    });
  showMenus();
  const stopWatching = watchFlows(rootFolder, () => {
    const { diagnostics } = running.flows.reload();
    preview = previewOf(diagnostics);
    emulator.platform.changed();
    showMenus();
    const mistakes = describePreview(diagnostics);
    console.log(
      mistakes ? `${mistakes}\n\n直すまでは、前の会話のまま動きます。` : '保存された会話に切りかえました。',
    );
  });
  await untilStopped();
  stopWatching();
  emulator.close();
  await line.close();
  await running.stop();
  return 0;
}
