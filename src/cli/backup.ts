import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { entryWrite } from '../audit/entry.ts';
import { CannotStart, rootFolder } from '../node/platform.ts';
import { openSqlite } from '../store/sqlite.ts';
import { restoreDatabase } from '../store/sqlite-file.ts';

function fileOf(environment: NodeJS.ProcessEnv): string {
  const url = environment.DATABASE_URL ?? 'sqlite:data/madoguchi.db';
  if (!url.startsWith('sqlite:'))
    throw new CannotStart(
      'backup と restore は SQLite のためのものです。PostgreSQL では pg_dump を使ってください。',
    );
  return resolve(rootFolder, url.slice('sqlite:'.length));
}

/** `madoguchi backup FILE`: a whole copy while the service runs. The key is not in it: keep that elsewhere. */
export async function backup([target]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (!target) throw new CannotStart('使い方: npm run -s madoguchi -- backup 写しのファイル');
  const file = fileOf(environment);
  if (!existsSync(file)) throw new CannotStart(`データベースがありません: ${file}`);
  if (existsSync(target))
    throw new CannotStart(`同じ名前のファイルがあります。別の名前にしてください: ${resolve(target)}`);
  const store = openSqlite({ file });
  await store.backup(resolve(target));
  await store.commit([entryWrite(store.sql, { at: Date.now(), what: 'backed-up' })]);
  await store.close();
  console.log(
    `写しを作りました: ${resolve(target)}\nMADOGUCHI_KEY は写しに入りません。鍵は別の場所に控えてください。`,
  );
  return 0;
}

/** `madoguchi restore FILE`: puts a copy back, with the service stopped; what was there is kept beside it. */
export async function restore([source]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (!source) throw new CannotStart('使い方: npm run -s madoguchi -- restore 写しのファイル');
  if (!existsSync(source)) throw new CannotStart(`写しがありません: ${resolve(source)}`);
  const file = fileOf(environment);
  let restored: ReturnType<typeof restoreDatabase>;
  try {
    restored = restoreDatabase(resolve(source), file);
  } catch (error) {
    throw new CannotStart(
      `戻せませんでした。何も変えていません。${error instanceof Error ? error.message : ''}`,
    );
  }
  const { migrations, kept } = restored;
  console.log(
    `戻しました: ${file}（${migrations.at(-1) ?? ''} まで）。${kept ? `これまでのものは ${kept} にあります。` : ''}`,
  );
  return 0;
}
