import { CannotStart, rootFolder } from './node/platform.ts';

/** What `madoguchi` can do, one line each; `main` looks the first word up here and loads only what it needs. */
const commands: Record<
  string,
  { help: string; run(args: string[], environment: NodeJS.ProcessEnv): Promise<number> }
> = {
  start: {
    help: 'サービスを起動します',
    run: async (_, environment) => (await import('./node/start.ts')).start(environment),
  },
  demo: {
    help: 'LINE の代わりの画面つきで試します',
    run: async (args) => (await import('./node/demo.ts')).demo(args),
  },
  build: {
    help: '画面（コンソールと電話）を作ります',
    run: async () => ((await import('./node/build.ts')).buildClients(rootFolder, true) ? 0 : 1),
  },
  line: {
    help: 'LINE の設定を確かめ、メニューと Webhook を入れます（line check / line setup flows/ise）',
    run: async (args, environment) => (await import('./cli/line.ts')).line(args, environment),
  },
  staff: {
    help: '相談員などの利用者を作り（staff add）、失くした二段階認証を取り消します（staff reset-second-factor）',
    run: async (args, environment) => (await import('./cli/staff.ts')).staff(args, environment),
  },
  alert: {
    help: '危険な相談の知らせが届くか試します（alert test）',
    run: async (args, environment) => (await import('./cli/alert.ts')).alert(args, environment),
  },
  backup: {
    help: 'データベースの写しを作ります（backup ファイル）',
    run: async (args, environment) => (await import('./cli/backup.ts')).backup(args, environment),
  },
  restore: {
    help: '写しを戻します（restore ファイル）',
    run: async (args, environment) => (await import('./cli/backup.ts')).restore(args, environment),
  },
  check: {
    help: 'フローの誤りをぜんぶ探します（check flows/ise）',
    run: async (args) => (await import('./cli/check.ts')).check(args),
  },
  keys: {
    help: '暗号の鍵を新しいものに替えます（keys rotate）',
    run: async (args, environment) => (await import('./cli/keys.ts')).keys(args, environment),
  },
  test: {
    help: '会話の試験をします（test flows/ise --coverage / --update）',
    run: async (args) => (await import('./cli/test.ts')).test(args),
  },
  retention: {
    help: '保存期間を過ぎたものを消します（retention --dry-run）',
    run: async (args, environment) => (await import('./cli/retention.ts')).retention(args, environment),
  },
  evidence: {
    help: '個人情報の取り扱いの根拠を文書にします（evidence 根拠.md）',
    run: async (args, environment) => (await import('./cli/evidence.ts')).evidence(args, environment),
  },
  audit: {
    help: '記録（ログ）を確かめ、書き出します（audit verify）',
    run: async (args, environment) => (await import('./cli/audit.ts')).audit(args, environment),
  },
  publish: {
    help: 'フローを調べて公開します（publish flows/ise --why わけ / --list / --diff N / --rollback N）',
    run: async (args, environment) => (await import('./cli/publish.ts')).publish(args, environment),
  },
  chat: {
    help: '端末でボットと話します（chat flows/ise --at 2026-11-23T02:00）',
    run: async (args) => (await import('./cli/chat.ts')).chat(args),
  },
  graph: {
    help: 'フローを図（Mermaid）にします（graph flows/ise）',
    run: async (args) => (await import('./cli/graph.ts')).graph(args),
  },
  schema: {
    help: 'エディター用の定義と、手引きの項目の一覧を作りなおします',
    run: async () => (await import('./cli/schema.ts')).schema(),
  },
  risk: {
    help: '文の危険度を調べます（risk --jsonl、標準入力から）',
    run: async (args) => (await import('./cli/hear.ts')).risk(args),
  },
  triage: {
    help: '文を相談分野に分けます（triage --flow flows/ise --jsonl、標準入力から）',
    run: async (args) => (await import('./cli/hear.ts')).triage(args),
  },
  hours: {
    help: '窓口の受付状況を出します（hours --flow flows/ise）',
    run: async (args) => (await import('./cli/hours.ts')).hours(args),
  },
};

/** Runs one command and answers its exit code. Expected failures are sentences, never stack traces. */
export async function main([name, ...args]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const command = name === undefined ? undefined : commands[name];
  if (!command) {
    const asked = name === undefined || name === '--help' || name === '-h' || name === 'help';
    if (!asked) console.error(`「${name}」という命令はありません。\n`);
    console.error(
      `使い方: npm run -s madoguchi -- <命令>\n\n${Object.entries(commands)
        .map(([word, { help }]) => `  ${word.padEnd(12)}${help}`)
        .join('\n')}`,
    );
    return asked ? 0 : 2;
  }
  try {
    return await command.run(args, environment);
  } catch (error) {
    const said = error instanceof CannotStart ? error.message : misspelt(error, command.help);
    if (said === null) throw error;
    console.error(said);
    return 1;
  }
}

/** What to say of options that `parseArgs` does not take; null for any other error. */
function misspelt(error: unknown, help: string): string | null {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')))
    return null;
  const option = /'(--?[^' =]+)/u.exec(error.message)?.[1];
  return `${option ? `「${option}」という書き方は、この命令では使えません` : '命令の書き方が正しくありません'}。この命令: ${help}`;
}
