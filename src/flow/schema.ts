import { z } from 'zod';

/**
 * The flow language, as staff write it. This file is the one source of its types, its checks, its JSON Schema
 * (`npm run schema`) and the reference in `flows/README.md`; the descriptions are written for staff, in Japanese.
 */

/** One text in one or several variants. A bare string is the flow's first language. */
export const Text = z
  .union([z.string().min(1), z.record(z.string(), z.string().min(1))])
  .describe('文。ことばごとに書き分けるときは ja: / easy:（やさしい日本語）/ en: のように並べます。');

/** One bubble, or several in a list (five at most in one answer). */
export const Say = z
  .union([Text, z.array(Text).min(1).max(5)])
  .describe('ボットの発言。「- 」で並べると吹き出しが分かれます（5つまで）。');

const StepName = z.string().min(1).max(60).describe('ステップの名前。');
const CategoryId = z.string().min(1).describe('相談分野の id。');

export const When = z
  .strictObject({
    answer: z
      .record(z.string(), z.union([z.string(), z.array(z.string())]))
      .optional()
      .describe('これまでの答え。例: { about: other }。並べると「どれか」。'),
    desk: z
      .enum(['open', 'closed', 'present', 'absent'])
      .optional()
      .describe('有人対応。open=時間内、closed=時間外、present=時間内で相談員がいる、absent=いない。'),
    level: z.enum(['watch', 'high', 'imminent']).optional().describe('危険度がこれ以上のとき。'),
    language: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('相談者のことば。'),
    returning: z.boolean().optional().describe('以前にも相談したことがある人か。'),
  })
  .describe('条件。書いたものがすべて当てはまるとき。');

const SetAnswers = z.record(z.string(), z.string()).describe('覚えておく答え。例: { about: self }');

export const ChoiceItem = z.union([
  z
    .record(z.string(), StepName)
    .refine((value) => Object.keys(value).length === 1, '「ラベル: ステップ名」を一組だけ書いてください。'),
  z.strictObject({
    label: Text.describe('ボタンの文字（20文字まで）。'),
    go: StepName.optional().describe('押したときに進むステップ。'),
    category: CategoryId.optional().describe('押したときに進む相談分野。'),
    set: SetAnswers.optional(),
    when: When.optional().describe('この条件のときだけ見せます。'),
  }),
]);

export const Ask = z
  .union([
    z.array(ChoiceItem).min(1).describe('選択肢。'),
    z.strictObject({
      type: z
        .enum(['text', 'number', 'date', 'yes-no', 'many'])
        .describe(
          '答えの種類。text=自由に書く、number=数、date=日付、yes-no=はい・いいえ、many=いくつでも選ぶ。',
        ),
      save: z.string().optional().describe('答えを覚える名前。'),
      min: z.number().optional().describe('number の最小。'),
      max: z.number().optional().describe('number の最大。'),
      options: z
        .array(z.strictObject({ label: Text, value: z.string() }))
        .optional()
        .describe('many の選択肢。'),
      yes: StepName.optional().describe('yes-no で「はい」のとき進むステップ。'),
      no: StepName.optional().describe('yes-no で「いいえ」のとき進むステップ。'),
      go: StepName.optional().describe('答えたあとに進むステップ。'),
      skip: StepName.optional().describe('「答えない」を選べるようにし、そのとき進むステップ。'),
    }),
  ])
  .describe('たずねること。');

export const WindowsBlock = z
  .strictObject({
    category: z
      .union([CategoryId, z.array(CategoryId)])
      .optional()
      .describe('相談分野。'),
    target: z
      .string()
      .optional()
      .describe('対象（windows.yaml の target）。答えで選ぶときは "{{ answer.名前 }}"。'),
    district: z
      .string()
      .optional()
      .describe('地区（windows.yaml の districts）。答えで選ぶときは "{{ answer.名前 }}"。'),
    language: z
      .string()
      .optional()
      .describe('対応することば（windows.yaml の languages）。答えで選ぶときは "{{ answer.名前 }}"。'),
    ids: z.array(z.string()).optional().describe('窓口の id を直に選ぶとき。'),
    limit: z.number().int().min(1).max(10).optional().describe('一度に見せる数（10まで）。省くと5。'),
  })
  .describe('窓口の一覧。いま開いている窓口が先に並びます。');

export const Step = z
  .strictObject({
    say: Say.optional(),
    windows: WindowsBlock.optional(),
    ask: Ask.optional(),
    branch: z
      .array(z.strictObject({ when: When.optional(), go: StepName }))
      .min(1)
      .optional()
      .describe('条件で分かれる道。上から見て、最初に当てはまるところへ進みます。'),
    go: StepName.optional().describe('続けて進むステップ。'),
    else: StepName.optional().describe('書かれた文が選択肢にも分野にも当てはまらないとき進むステップ。'),
    media: StepName.optional().describe('スタンプや写真が来たとき進むステップ。'),
    handoff: z
      .union([
        z.literal(true),
        z.strictObject({
          topic: CategoryId.optional().describe('引き継ぎの分野。'),
          priority: z.enum(['watch', 'high']).optional().describe('危険度を少なくともここまで上げます。'),
        }),
      ])
      .optional()
      .describe('相談員に引き継ぎます。'),
    after: z
      .array(
        z.strictObject({
          wait: z
            .string()
            .regex(/^\d+[smhd]$/u, '「10m」「2h」「1d」のように書いてください。')
            .describe('待つ時間。30s=30秒、10m=10分、2h=2時間、1d=1日。'),
          go: StepName,
        }),
      )
      .max(3)
      .optional()
      .describe('返事がないまま時間がたったとき進むステップ。'),
    survey: z
      .boolean()
      .optional()
      .describe('アンケートのステップ（相談が終わったあとの答えとして数えます）。'),
    end: z.literal(true).optional().describe('ここで相談を終えます。'),
  })
  .describe('会話の一場面。');

export const Category = z.strictObject({
  label: Text.describe('分野の名前。'),
  go: StepName.describe('この分野のステップ。'),
  words: z.array(z.string()).default([]).describe('この分野だとわかることば。'),
  examples: z.array(z.string()).default([]).describe('この分野の相談の例文。'),
});

export const Desk = z.strictObject({
  name: Text.describe('有人対応の名前。'),
  hours: z.string().describe('対応する曜日と時間（windows.yaml の hours と同じ書き方）。'),
  hours_text: Text.optional().describe('相談者に見せる対応時間。省くと hours から作ります。'),
  last_entry: z
    .string()
    .regex(/^\d+m$/u, '「30m」のように、分で書いてください。')
    .default('30m')
    .describe('受付を終える、閉まる前の時間。'),
  capacity: z
    .union([
      z.number().int().min(1),
      z.partialRecord(z.enum(['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su', 'PH']), z.number().int().min(0)),
    ])
    .default(2)
    .describe('相談員一人が同時に受ける数。曜日ごとに変えられます。'),
  session: z
    .string()
    .regex(/^\d+m$/u, '「50m」のように、分で書いてください。')
    .default('50m')
    .describe('一回の目安の時間。'),
  idle: z
    .string()
    .regex(/^\d+[mh]$/u, '「30m」「1h」のように書いてください。')
    .default('30m')
    .describe('返事がないとき相談を閉じるまでの時間。'),
  owner_silent: z
    .string()
    .regex(/^\d+m$/u, '「10m」のように、分で書いてください。')
    .default('10m')
    .describe('相談員の返事がないとき、待ち列に戻すまでの時間。'),
  high_goes_on: z.boolean().default(true).describe('危険度の高い相談は、時間を過ぎても続けます。'),
  talk: z
    .enum(['line', 'web'])
    .default('line')
    .describe('相談員との話を LINE で続けるか、市の相談ページ（web）で行うか。'),
  leave_to: z
    .url({ protocol: /^https$/u, error: 'https:// で始まるアドレスを書いてください。' })
    .max(500, '500字までにしてください。')
    .regex(
      /^https:\/\/[^@/?#\s]+(?:[/?#]|$)/u,
      '名前やパスワードを入れず、https:// のあとにサイトの名前を書いてください。',
    )
    .default('https://www.jma.go.jp/')
    .describe('相談ページの「すぐに閉じる」で開く、だれが見ていてもおかしくないページ。省くと気象庁の天気。'),
  example: z.boolean().default(false).describe('試すための例の値なら true（本番では使えません）。'),
});

export const Outcome = z.strictObject({
  id: z.string().describe('記録に残す名前（半角）。'),
  label: z.string().describe('相談員に見せる名前。'),
});

const MenuArea = z.strictObject({
  label: Text.describe('ボタンの文字。'),
  icon: z
    .enum(['heart', 'list', 'person', 'clock', 'home', 'phone', 'language', 'shield', 'chat', 'close'])
    .describe(
      '絵。heart=ハート、list=一覧、person=人、clock=時計、home=家、phone=電話、language=ことば、shield=守る、chat=ふきだし、close=ばつ。',
    ),
  go: StepName.optional().describe('押したときに進むステップ。'),
  word: z
    .enum(['start', 'human', 'quit', 'language', 'delete'])
    .optional()
    .describe('いつでも通じることば。'),
  call: z
    .string()
    .optional()
    .describe(
      '押したときに電話をかける窓口の id。番号はメニューの絵にも書かれます。ボットを通らないので、相談員と話しているあいだも使えます。',
    ),
});
export const Menu = z.strictObject({
  bar: Text.describe('メニューを開く帯の文字（14文字まで）。'),
  everyday: z.array(MenuArea).min(1).max(6).describe('ふだんのメニュー。ボタンは6つまで。'),
  talking: z
    .array(MenuArea)
    .min(1)
    .max(3)
    .optional()
    .describe(
      '相談員と話しているときのメニュー。ボタンは3つまで。go と word は相談員に伝わるだけで、ボットは答えません（word: delete だけは答えます）。省くと、lines の最初の電話と「相談を終わりたい」になります。',
    ),
});

const Days = z.string().regex(/^[1-9]\d{0,3}d$/u, '「90d」のように、日数で書いてください。');

/** How long what is kept after a consultation is closed. */
export const Retention = z
  .strictObject({
    content: Days.default('90d').describe('相談の内容。終えてからの日数。'),
    notes: Days.optional().describe(
      '職員のメモと危険の確認。省くと content と同じ。content より長くすると、内容が消えたあとも、別の鍵で残ります。',
    ),
    log: Days.default('1095d').describe('だれが何を開き、変えたかの記録。'),
    remind: Days.default('7d').describe('消える何日前に、スーパーバイザーに知らせるか。'),
  })
  .describe('保存期間。過ぎると、鍵ごと消えて戻せません。');

/** The kinds of danger that have words of their own. */
const safetyKinds = [
  'suicide',
  'selfharm',
  'abuse',
  'dv',
  'sexual',
  'bullying',
  'harm_others',
  'distress',
  'other_in_danger',
  'child',
] as const;

/** What a flow may add to the common safety messages; taking away is not in the language. */
export const SafetyAddition = z
  .strictObject({
    say: Text.optional().describe('共通の文のあとに足す、一つの吹き出し。'),
    windows: z.array(z.string()).min(1).optional().describe('共通の電話のあとに足す、窓口の id。'),
  })
  .describe('危険がうかがえたときの共通の文に足すもの。共通の文は消したり変えたりできません。');

/** `flow.yaml` of one municipality. */
export const FlowFile = z.strictObject({
  name: z.string().describe('サービスの名前。'),
  municipality: z.string().describe('市町村の名前。'),
  languages: z.array(z.string()).min(1).default(['ja']).describe('使うことば。最初のものが標準です。'),
  use: z.array(z.string()).default([]).describe('共通部品。例: common/safety'),
  categories: z.record(z.string(), Category).describe('相談分野。'),
  desk: Desk.describe('有人対応。'),
  outcomes: z.array(Outcome).min(1).describe('相談を終えるときに相談員が選ぶ結果。'),
  menu: Menu.optional().describe('リッチメニュー（画面の下に出るボタン）。'),
  texts: z.record(z.string(), Say).default({}).describe('共通の文の差しかえ。'),
  lines: z
    .array(z.string())
    .max(5)
    .default([])
    .describe(
      '時間外や混みあうときに案内する電話の id（5つまで）。省くと全国の電話から、開いている順に選びます。',
    ),
  answers: SetAnswers.default({}).describe(
    'どの相談者も、はじめから持っている答え。例: { age: child }（子どもだけが使うとき）',
  ),
  labels: z
    .record(
      z.string(),
      z.strictObject({
        label: z.string().min(1).describe('答えの名前を、相談員に見せることばで。例: 年代'),
        values: z
          .record(z.string(), z.string().min(1))
          .default({})
          .describe('答えの中身を、相談員に見せることばで。例: { child: 子ども }。省くとボタンの文字。'),
      }),
    )
    .default({})
    .describe('覚えた答え（set や save）が、相談員の画面にどう見えるか。'),
  safety: z
    .partialRecord(z.enum(safetyKinds), SafetyAddition)
    .default({})
    .describe('危険がうかがえたときの共通の文に、市町村の窓口や一言を足します。'),
  retention: Retention.prefault({}),
  start: StepName.describe('最初のステップ。'),
  survey: StepName.optional().describe('相談を終えたあとのステップ。'),
  about: StepName.optional().describe(
    '「だれが読みますか」のように、この相談のことを聞かれたときに進むステップ。',
  ),
  distress: StepName.optional().describe(
    'つらさがうかがえる文（見守り）で、分野がわからないときに進むステップ。一回の相談で一度だけ。',
  ),
  steps: z.record(StepName, Step).describe('ステップ。'),
});
export type FlowFile = z.infer<typeof FlowFile>;
export type StepFile = z.infer<typeof Step>;

/** A shared part of `flows/common/`: named texts, steps, or both. */
export const CommonFile = z.strictObject({
  locked: z.boolean().default(false).describe('true なら、市町村のフローからは書きかえられません。'),
  texts: z.record(z.string(), Say).default({}),
  steps: z.record(StepName, Step).default({}),
});

/** `flows/common/safety.yaml`: what is said, and which lines are offered, by kind and level. */
export const SafetyFile = z.strictObject({
  locked: z.literal(true),
  messages: z.record(
    z.enum(safetyKinds),
    z.strictObject({
      high: Say,
      imminent: Say,
      windows: z.array(z.string()).min(1).describe('文のあとに出す窓口の id（5つまで）。'),
      imminent_windows: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('緊急のときに出す窓口の id。省くと windows と同じ。'),
    }),
  ),
  again: Say.describe('同じ危険度の文が続いたとき。'),
});

/** `flows/common/words.yaml`: words that are understood at every step. */
export const WordsFile = z.strictObject({
  start: z.array(z.string()).min(1),
  human: z.array(z.string()).min(1),
  quit: z.array(z.string()).min(1),
  language: z.array(z.string()).min(1),
  delete: z.array(z.string()).min(1),
  yes: z.array(z.string()).min(1),
  no: z.array(z.string()).min(1),
  about: z
    .array(z.string().min(3))
    .default([])
    .describe('この相談のことをたずねることば。短い文の中にあれば、わかります。'),
  thanks: z.array(z.string()).default([]).describe('お礼やうなずき。聞きかえさずに受けとめます。'),
});
