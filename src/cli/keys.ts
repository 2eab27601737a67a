import { entryWrite } from '../audit/entry.ts';
import { CannotStart, openData, random, rootFolder } from '../node/platform.ts';
import { rotateKeys } from '../store/rotate.ts';

const usage = `使い方: npm run -s madoguchi -- keys rotate

鍵を替える手順:
 1. openssl rand -base64 32 で新しい鍵を作り、別の場所に控える
 2. MADOGUCHI_KEY を「新しい鍵,今までの鍵」にして、サービスを起動しなおす
 3. 同じ MADOGUCHI_KEY で keys rotate を実行する（サービスは動いたままでよい。途中で止めても、もう一度実行すれば続きから進む）
 4. MADOGUCHI_KEY を「新しい鍵」だけにして、サービスを起動しなおす
古い写し（バックアップ）を読むには、そのときの鍵が要ります。`;

/** `madoguchi keys rotate`: seals with the newest key what the older ones have sealed. */
export async function keys([what]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (what !== 'rotate') throw new CannotStart(usage);
  const opened = await openData(
    rootFolder,
    environment.DATABASE_URL ?? 'sqlite:data/madoguchi.db',
    environment.MADOGUCHI_KEY ?? '',
  );
  const { store, vault } = opened;
  const { ring } = opened.keys;
  try {
    if (ring.byId.size < 2) throw new CannotStart(`MADOGUCHI_KEY に鍵が一つしかありません。\n\n${usage}`);
    const done = await rotateKeys({ store, vault, ring, random });
    await store.commit([
      entryWrite(store.sql, { at: Date.now(), what: 'keys-rotated', detail: { ...done } }),
    ]);
    console.log(
      `新しい鍵に替えました: 相談の鍵 ${done.dataKeys}、利用者の番号 ${done.users}、共通の鍵 ${done.settings}。`,
    );
    if (done.broken > 0)
      console.log(
        `開けなかったもの: ${done.broken}。書きかえられたか、ほかの鍵で封じられています。古い鍵を捨てる前に調べてください。`,
      );
    else console.log('これで、MADOGUCHI_KEY から古い鍵を除けます。');
    return done.broken > 0 ? 1 : 0;
  } finally {
    await store.close();
  }
}
