import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportLog } from '../audit/export.ts';
import { type Break, verifyLog } from '../audit/verify.ts';
import { CannotStart, openData, rootFolder } from '../node/platform.ts';

const usage = `使い方: npm run -s madoguchi -- audit verify           記録が書きかえられていないかを確かめます
        npm run -s madoguchi -- audit export ファイル  記録を CSV に書き出します（相談の内容は入っていません）`;

const reasons: Record<Break['why'], string> = {
  rows: '中の行が変えられたか、消されたか、足されています',
  chain: '封が合いません',
  missing: '封がぬけています',
};

/** `madoguchi audit verify | export FILE`. `verify` ends with 1 when the log was tampered with. */
export async function audit([what, file]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (what !== 'verify' && !(what === 'export' && file)) throw new CannotStart(usage);
  const { store, vault } = await openData(
    rootFolder,
    environment.DATABASE_URL ?? 'sqlite:data/madoguchi.db',
    environment.MADOGUCHI_KEY ?? '',
  );
  try {
    if (what === 'export' && file) {
      await pipeline(Readable.from(exportLog(store, {})), createWriteStream(resolve(file), { mode: 0o600 }));
      console.log(`書き出しました: ${resolve(file)}`);
      return 0;
    }
    const found = await verifyLog({ store, hash: vault.auditHash });
    for (const { block, why } of found.breaks) console.log(`封 ${block}: ${reasons[why]}。`);
    console.log(
      `${found.breaks.length === 0 ? '記録に異状はありません' : '記録が書きかえられています'}: 封 ${found.blocks}、行 ${found.entries}。まだ封じていない行 ${found.unsealed}。` +
        (found.pruned > 0 ? `保存期間を過ぎて消した封 ${found.pruned} まで。` : ''),
    );
    console.log(`いちばん新しい封: ${found.head || 'なし'}（サーバーのログの audit-block と同じはずです）`);
    return found.breaks.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}
