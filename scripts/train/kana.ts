/**
 * How children and learners write: frequent words of danger and of daily life in kana. Training reads every utterance
 * once as it stands and once so, because a model of characters does not know that 殴 and なぐ are one word.
 */
const readings: readonly [string, string][] =
  '死 し,殺 ころ,消え きえ,生き いき,生ま うま,命 いのち,自殺 じさつ,逝 い,終わ おわ,楽に らくに,目が覚め めがさめ,起き おき,眠 ねむ,寝 ね,朝 あさ,夜 よる,今夜 こんや,明日 あした,今日 きょう,毎日 まいにち,今 いま,私 わたし,僕 ぼく,俺 おれ,自分 じぶん,父 ちち,母 はは,お父さん おとうさん,お母さん おかあさん,兄 あに,姉 あね,弟 おとうと,妹 いもうと,子供 こども,子ども こども,娘 むすめ,息子 むすこ,夫 おっと,妻 つま,旦那 だんな,主人 しゅじん,彼氏 かれし,家族 かぞく,家 いえ,部屋 へや,友達 ともだち,先生 せんせい,学校 がっこう,会社 かいしゃ,仕事 しごと,社長 しゃちょう,店長 てんちょう,人 ひと,男 おとこ,殴 なぐ,叩 たた,蹴 け,怒 おこ,怖 こわ,泣 な,痛 いた,苦し くるし,辛 つら,悲し かなし,疲れ つかれ,嫌 いや,無理 むり,限界 げんかい,助け たすけ,逃げ にげ,隠れ かくれ,帰 かえ,出 で,入 はい,行 い,来 く,居な いな,言 い,書 か,話 はな,聞 き,見 み,触 さわ,体 からだ,手首 てくび,手 て,足 あし,腕 うで,顔 かお,首 くび,血 ち,傷 きず,切 き,刺 さ,薬 くすり,飲 の,包丁 ほうちょう,酒 さけ,お金 おかね,金 かね,ご飯 ごはん,食べ たべ,物 もの,水 みず,外 そと,鍵 かぎ,車 くるま,海 うみ,川 かわ,山 やま,橋 はし,駅 えき,電車 でんしゃ,屋上 おくじょう,飛び とび,落ち おち,最後 さいご,全部 ぜんぶ,何も なにも,誰も だれも,誰に だれに,一人 ひとり,意味 いみ,迷惑 めいわく,手紙 てがみ,捨て すて,渡 わた,好き すき,思 おも,考え かんがえ,気持ち きもち,生活 せいかつ,病院 びょういん,警察 けいさつ,写真 しゃしん,裸 はだか,怒鳴 どな,暴力 ぼうりょく,虐待 ぎゃくたい'
    .split(',')
    .map((pair): [string, string] => {
      const [word = '', reading = ''] = pair.split(' ');
      return [word, reading];
    })
    // Longer words first: 今夜 before 今.
    .sort(([a], [b]) => b.length - a.length);

/** A text with the known words in kana. */
export const inKana = (text: string): string =>
  readings.reduce((written, [word, reading]) => written.replaceAll(word, reading), text);
