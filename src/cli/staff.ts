import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { type Role, roles } from '../console/access.ts';
import { createSessions } from '../console/session.ts';
import { createStaff, resetSecondFactor } from '../console/staff.ts';
import { CannotStart, openData, rootFolder } from '../node/platform.ts';

const usage = `使い方: npm run -s madoguchi -- staff add --name 名前 --email メールアドレス [--role ${roles.join(' | ')}]…
       npm run -s madoguchi -- staff reset-second-factor --email メールアドレス`;

/**
 * `madoguchi staff add`: makes an account, and prints its first password once. `madoguchi staff reset-second-factor`: for
 * whoever lost their telephone or passkey, when no administrator can come in either.
 */
export async function staff([what, ...args]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (what === 'add') return add(args, environment);
  if (what === 'reset-second-factor') return reset(args, environment);
  throw new CannotStart(usage);
}

async function reset(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: { email: { type: 'string' } } });
  if (!values.email) throw new CannotStart(usage);
  const { store, sessions } = await openAccounts(environment);
  const done = await resetSecondFactor({ store, sessions, now: Date.now }, values.email);
  await store.close();
  if (!done) throw new CannotStart('そのメールアドレスの利用者はいません。');
  console.log(
    '二段階認証（認証アプリとパスキー）を取り消し、サインインを終わらせました。パスワードで入り、設定しなおしてください。',
  );
  return 0;
}

async function add(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      name: { type: 'string' },
      email: { type: 'string' },
      role: { type: 'string', multiple: true, default: ['counselor'] },
      topic: { type: 'string', multiple: true, default: ['*'] },
    },
  });
  const wanted = values.role.filter((role): role is Role => (roles as readonly string[]).includes(role));
  const unknown = values.role.find((role) => !(roles as readonly string[]).includes(role));
  if (unknown !== undefined) throw new CannotStart(`「${unknown}」という役割はありません。\n${usage}`);
  if (!values.name || !values.email) throw new CannotStart(usage);
  const { store, sessions } = await openAccounts(environment);
  const password = randomBytes(12).toString('base64url');
  const made = await createStaff(
    { sessions },
    { name: values.name, email: values.email, password, roles: wanted, topics: values.topic },
  );
  await store.close();
  if (!made.ok) throw new CannotStart('そのメールアドレスはもう使われています。');
  console.log(`作りました。最初のパスワード（一度だけ表示します。入ったら変えてください）: ${password}`);
  return 0;
}

async function openAccounts(environment: NodeJS.ProcessEnv) {
  const read = readConfig(environment);
  if (!read.ok) throw new CannotStart(read.problems.join('\n'));
  const { config } = read;
  const { store, keys } = await openData(rootFolder, config.databaseUrl, config.key);
  const sessions = createSessions(store, {
    publicUrl: config.publicUrl || `http://localhost:${config.port}`,
    secret: keys.sessionSecret,
    demo: false,
  });
  return { store, sessions };
}
