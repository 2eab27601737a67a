import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import type { Menus } from '../flow/menu.ts';
import { checkLine, type Finding, formatFindings, isHealthy } from '../line/check.ts';
import { createLineClient } from '../line/client.ts';
import { menuRequests } from '../line/menu/request.ts';
import { setUpLine } from '../line/setup.ts';
import { renderPng } from '../node/menu-png.ts';
import { CannotStart } from '../node/platform.ts';
import { menusForStaff } from './open.ts';

const usage = `使い方:
  npm run -s madoguchi -- line check
  npm run -s madoguchi -- line setup flows/ise
  npm run -s madoguchi -- line setup flows/ise --dry-run [--out フォルダ]`;

/**
 * `madoguchi line check`: looks at the real channel and says in Japanese what is wrong and where to click.
 * `madoguchi line setup flows/ise`: draws and installs the rich menus, sets and tests the webhook, then checks;
 * `--dry-run` only writes the pictures, to `menu/` or the folder `--out` names.
 */
export async function line(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { 'dry-run': { type: 'boolean', default: false }, out: { type: 'string', default: 'menu' } },
    allowPositionals: true,
  });
  const [what, folder] = positionals;
  if (what === 'check') return checking(environment);
  if (what !== 'setup' || folder === undefined) throw new CannotStart(usage);
  const menus = menusForStaff(folder);
  return values['dry-run'] ? drawing(menus, values.out) : installing(menus, environment);
}

async function checking(environment: NodeJS.ProcessEnv): Promise<number> {
  const { client, publicUrl } = connect(environment);
  return tell(await checkLine(client, publicUrl));
}

async function installing(menus: Menus | null, environment: NodeJS.ProcessEnv): Promise<number> {
  const { client, publicUrl } = connect(environment);
  return tell(await setUpLine(client, menus, publicUrl, renderPng));
}

async function drawing(menus: Menus | null, out: string): Promise<number> {
  if (!menus) {
    console.log('このフローに menu はありません。');
    return 0;
  }
  mkdirSync(out, { recursive: true });
  for (const { which, svg } of await menuRequests(menus)) {
    const file = join(out, `${which}.png`);
    writeFileSync(file, renderPng(svg));
    console.log(
      `${file} に${which === 'everyday' ? 'ふだんの' : '相談員と話しているときの'}メニューを描きました。`,
    );
  }
  return 0;
}

/** Only the token and the address matter here; the service's own secrets need not be on this machine. */
function connect(environment: NodeJS.ProcessEnv) {
  const read = readConfig({ LINE_CHANNEL_SECRET: 'unused', MADOGUCHI_KEY: 'unused', ...environment });
  if (!read.ok) throw new CannotStart(read.problems.join('\n'));
  const { accessToken, lineApiBaseUrl, publicUrl } = read.config;
  const client = createLineClient({ token: accessToken, baseUrl: lineApiBaseUrl, timeoutMs: 15_000 });
  return { client, publicUrl: publicUrl || undefined };
}

function tell(findings: readonly Finding[]): number {
  console.log(formatFindings(findings));
  return isHealthy(findings) ? 0 : 1;
}
