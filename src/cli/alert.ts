import { parseArgs } from 'node:util';
import type { Plan, Way } from '../alert/plan.ts';
import type { Told } from '../alert/tell.ts';
import { readConfig } from '../config.ts';
import { openAlertsFile } from '../node/alerts.ts';
import { CannotStart, rootFolder } from '../node/platform.ts';

const usage = '使い方: npm run -s madoguchi -- alert test [--to 名札]';

/** `madoguchi alert test`: tells everybody of the plan, or one of them, that this is a test, and says how that went. */
export async function alert([what, ...args]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (what !== 'test') throw new CannotStart(usage);
  const { values } = parseArgs({ args, options: { to: { type: 'string' } } });
  const read = readConfig(environment);
  if (!read.ok) throw new CannotStart(read.problems.join('\n'));
  const { config } = read;
  const { alerts, warnings } = openAlertsFile(rootFolder, config, { environment, now: Date.now() });
  for (const warning of warnings) console.error(`${warning}\n`);
  if (!alerts) return 1;
  const { plan, tell } = alerts;
  const people = peopleOf(plan, values.to);
  const notice = {
    service: 'Madoguchi',
    level: 'none',
    reason: 'late',
    waited: 0,
    console: `${config.publicUrl || `http://localhost:${config.port}`}/console/`,
    acknowledge: null,
    test: true,
  } as const;
  const tried = await Promise.all(
    people.flatMap(({ name, ways }) =>
      ways.map(async (way) => ({ name, way, told: await tell(way, notice) })),
    ),
  );
  for (const { name, way, told } of tried) console.log(line(name, way, told));
  return tried.every(({ told }) => told.ok) ? 0 : 1;
}

function peopleOf({ people }: Plan, id: string | undefined) {
  if (id === undefined) return [...people.values()];
  const person = people.get(id);
  if (!person) throw new CannotStart(`「${id}」は people にいません。\n${usage}`);
  return [person];
}

const ways: Record<Way['kind'], string> = {
  mail: 'メール',
  slack: 'Slack',
  teams: 'Teams',
  webhook: 'Webhook',
};

function line(name: string, { kind }: Way, told: Told): string {
  return told.ok
    ? `○ ${name}（${ways[kind]}）: 届けました`
    : `× ${name}（${ways[kind]}）: 届きません — ${meaning(told)}`;
}

/** What a reason means for whoever set it up, and what to look at. */
function meaning({ reason, again }: Exclude<Told, { ok: true }>): string {
  if (reason === 'login')
    return 'メールサーバーにログインできません。user_env と password_env の値を確かめてください';
  if (reason === 'timeout')
    return '返事がありません。サーバーの名前と、外への通信が許されているかを確かめてください';
  if (reason === 'network') return 'つながりません。サーバーの名前とポートを確かめてください';
  if (reason === 'tls')
    return '暗号化した通信ができません。相手の証明書を確かめてください。メールなら security も確かめてください';
  if (reason.startsWith('http-') && !again)
    return `URL が使えなくなっています（${reason}）。作りなおして環境変数に入れてください`;
  if (reason.startsWith('smtp-5'))
    return `メールサーバーが断りました（${reason}）。宛先と差出人を確かめてください`;
  return `あとでもう一度試してください（${reason}）`;
}
