/**
 * A short human name for a conversation, for counselors to speak of it: 「あさぎ色のツグミ」. Always the same for one
 * pseudonym, and says nothing about the person. About 8,000 names: two conversations may share one, so it is shown,
 * never used as a key. Left out are birds and colors with an unlucky or insulting second meaning.
 */
export function nameOf(pseudonym: string): string {
  const hash = fnv1a(pseudonym);
  const bird = birds[hash % birds.length];
  const color = colors[Math.floor(hash / birds.length) % colors.length];
  return `${color}色の${bird}`;
}

/** FNV-1a, 32 bits; the pseudonym is an HMAC already, so spreading is all that is asked of it. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

const colors = (
  'あさぎ あかね あい あんず いちご うぐいす うすくれない うめ えんじ おうど おりーぶ かき かば からし かりやす きなり ' +
  'きはだ きみどり ききょう くちなし くり くるみ くわのみ こうばい こがね こけ こはく こむぎ こん さくら さくらんぼ さけ ' +
  'さんご しののめ しらふじ しんばし すいか すおう すず すみれ そら たけ たまご たんぽぽ だいだい ちゃ つゆくさ つつじ ' +
  'とうもろこし とき とくさ なす なでしこ なのはな なんど にじ にんじん ぬれば ねぎ はい はす はちみつ はとば はなだ ひすい ひまわり ' +
  'ひわ びわ ふかみどり ふじ ぶどう べにばな ほたる まっちゃ みかん みず みどり むぎわら むらさき もえぎ もみじ もも ' +
  'やまぶき やなぎ ゆず よもぎ らいらっく らくだ りんどう るり れもん わかくさ わかたけ わかば わすれなぐさ'
).split(' ');

const birds = (
  'アオゲラ アオジ アオバズク アオバト アカゲラ アカショウビン アカハラ アトリ アマツバメ アリスイ イカル イソシギ イスカ ' +
  'イワツバメ イワヒバリ ウグイス ウソ ウミネコ エナガ オオルリ オオヨシキリ オカヨシガモ オシドリ オナガ カイツブリ カケス カササギ ' +
  'カッコウ カモメ カワガラス カワセミ カワラヒワ カンムリワシ キクイタダキ キジ キジバト キセキレイ キバシリ キビタキ キレンジャク クイナ ' +
  'クマタカ クロツグミ クロジ ケリ コウノトリ コガモ コガラ コゲラ コサメビタキ コマドリ コルリ サシバ サンコウチョウ シジュウカラ ' +
  'シマエナガ シメ シロハラ ジョウビタキ スズメ セグロセキレイ センダイムシクイ ソウシチョウ タゲリ タシギ タンチョウ チゴハヤブサ ' +
  'チュウヒ チョウゲンボウ ツグミ ツツドリ ツバメ トキ トラツグミ ノゴマ ノビタキ ノスリ ハギマシコ ハクセキレイ ハクチョウ ハヤブサ ' +
  'ヒガラ ヒバリ ヒヨドリ ヒレンジャク ビンズイ フクロウ ブッポウソウ ベニマシコ ホオアカ ホオジロ ホシガラス マヒワ ミサゴ ミソサザイ ' +
  'ミヤマホオジロ ムクドリ メジロ メボソムシクイ ヤマガラ ヤマセミ ヤマドリ ユリカモメ ヨシゴイ ライチョウ ルリビタキ'
).split(' ');
