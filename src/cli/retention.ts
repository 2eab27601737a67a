import { japaneseTime } from '../audit/export.ts';
import { readConfig } from '../config.ts';
import { CannotStart, openData, rootFolder } from '../node/platform.ts';
import { dueAt, forgetDue } from '../privacy/retention.ts';
import { holdsNow } from '../store/queries/retention.ts';
import { flowInForce } from './open.ts';

const usage = `使い方: npm run -s madoguchi -- retention --dry-run   いま消えるもの、まもなく消えるものを出します（何も消しません）
        npm run -s madoguchi -- retention             いま、期間を過ぎたものを消します（サービスも1時間ごとに行います）`;

/** `madoguchi retention [--dry-run]`: what the flow's `retention:` forgets now. */
export async function retention(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const dry = args[0] === '--dry-run';
  if (args.length > 1 || (args.length === 1 && !dry)) throw new CannotStart(usage);
  const read = readConfig(environment);
  if (!read.ok) throw new CannotStart(read.problems.join('\n'));
  const { config } = read;
  const now = Date.now();
  const { store, vault } = await openData(rootFolder, config.databaseUrl, config.key);
  try {
    const { flow } = await flowInForce(config, store, now);
    const policy = flow().retention;
    const days = (ms: number) => `${Math.round(ms / 86_400_000)}日`;
    console.log(
      `${config.flow}: 内容 ${days(policy.contentMs)}、職員のメモ ${days(policy.notesMs)}、記録 ${days(policy.logMs)}（相談を終えてから）`,
    );
    const due = await dueAt({ store }, policy, now);
    const list = (title: string, rows: { id: string; closed_at: number | null }[]) => {
      console.log(`${title}: ${rows.length}件`);
      for (const { id, closed_at } of rows.slice(0, 50))
        console.log(`  相談 ${id}（終了 ${japaneseTime(closed_at ?? 0)}）`);
    };
    list('内容を消すもの', due.content);
    list('メモを消すもの', due.notes);
    list(`${days(policy.remindMs)}以内に内容が消えるもの`, due.soon);
    list(`${days(policy.remindMs)}以内にメモが消えるもの`, due.notesSoon);
    const [kept] = await store.read(holdsNow(store.sql, now));
    console.log(`理由をつけて残しているもの: ${Number(kept?.rows ?? 0)}件`);
    if (dry) return 0;
    const done = await forgetDue({ store, vault, policy: () => policy, now: () => now, log: () => {} }, now);
    console.log(`消しました: 内容 ${done.content}、メモ ${done.notes}、記録の封 ${done.blocks}。`);
    return 0;
  } finally {
    await store.close();
  }
}
