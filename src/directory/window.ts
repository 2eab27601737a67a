import { z } from 'zod';
import { parseDate } from './calendar.ts';
import type { Schedule } from './hours.ts';
import { localized } from './localized.ts';
import { dialable } from './phone.ts';

const date = z
  .string()
  .refine(
    (text) => parseDate(text) !== undefined,
    '日付は「2026-11-23」のように、ある日を年-月-日で書いてください。',
  );

const dateSpan = z.union([
  date,
  z.strictObject({ from: date.describe('初日'), to: date.describe('最終日（この日も含む）') }),
]);

const id = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u, 'ID は半角の小文字・数字・「-」で書いてください。例：hello-work-ise');

const https = z.string().regex(/^https:\/\/\S+$/u, 'アドレスは「https://」から書いてください。');

/** The category of the lines that anybody may call; national lines belong to it in every flow. */
export const LINES = 'lines';

/** One consultation window as staff write it. The one source of the type, the checks and the JSON Schema. */
export const windowSchema = z.strictObject({
  id: id.describe('この窓口を指す名前。ほかの窓口と重ならない、半角の小文字・数字・「-」'),
  name: localized.describe('窓口の名前'),
  about: localized.describe('何を相談できるか。相談者に見せる一行'),
  categories: z.array(z.string()).min(1).describe('相談分野のID。お金・住まいなら money-housing'),
  target: z
    .array(z.string())
    .optional()
    .describe('対象の人。例：高齢者、障がいのある人、子育て中の人。書かなければ誰でも'),
  area: z.array(z.string()).min(1).describe('どこの人が使えるか。市町村の名前、または「全国」'),
  districts: z.array(z.string()).optional().describe('担当する地区。書かなければ area の全部'),
  languages: z.array(z.string()).optional().describe('話せる言語。ja、en など。書かなければ不明'),
  channels: z
    .array(z.enum(['phone', 'line', 'mail', 'chat', 'visit', 'home-visit']))
    .optional()
    .describe(
      '相談の方法。phone 電話、line LINE、mail メール、chat チャット、visit 窓口に行く、home-visit 訪問してもらう',
    ),
  phone: z
    .string()
    .refine(
      (printed) => dialable(printed) !== undefined,
      '日本の電話番号として読めません。市外局番から、半角の数字と「-」で書いてください。例：0596-00-0000',
    )
    .optional()
    .describe('電話番号。引用符で囲む。番号が二つあるときは窓口を分けて書く'),
  hours: z
    .string()
    .optional()
    .describe('受付時間。例：Mo-Fr 08:30-17:15; PH off; Dec 29-Jan 03 off。資料にないときは書かない'),
  holidays_unknown: z
    .literal(true)
    .optional()
    .describe('資料に祝日と年末年始のことが書かれていないとき true。その日は「受付中」と表示しない'),
  rests_after_holiday: z
    .enum(['Mo', 'Tu', 'We', 'Th', 'Fr'])
    .optional()
    .describe('週の定休日。この曜日が祝日のとき、次の平日も休みになる窓口だけに書く'),
  closed_dates: z.array(dateSpan).optional().describe('臨時の休み。日付、または { from: 初日, to: 最終日 }'),
  open_dates: z
    .array(
      z.strictObject({
        date: dateSpan.describe('日付、または { from: 初日, to: 最終日 }'),
        hours: z.string().describe('その日の受付時間。例：10:00-15:00'),
      }),
    )
    .optional()
    .describe('臨時に開く日。休みの決まりより優先する'),
  reservation: z.boolean().optional().describe('予約が必要なら true'),
  fee: localized.optional().describe('費用。例：無料'),
  address: z.string().min(1).optional().describe('所在地'),
  map: https.optional().describe('地図のアドレス'),
  url: https.optional().describe('ホームページのアドレス'),
  via: z.string().optional().describe('連絡先が分からないときに、つないでもらえる窓口のID'),
  when_unsure: z.literal(true).optional().describe('「どこに相談したらよいか迷ったら」の窓口なら true'),
  note: localized.optional().describe('相談者に見せる補足'),
  staff_note: z.string().optional().describe('職員だけが見る覚え書き。資料の食い違いなど'),
  source: z
    .strictObject({
      document: z.string().min(1).describe('資料の名前'),
      place: z.string().min(1).describe('資料の中の場所'),
    })
    .describe('この内容のもとになった資料'),
  confirmed: z
    .union([z.null(), date])
    .describe(
      '窓口に確かめた日。例：2026-11-01。まだなら null（相談者には「受付時間は変わることがあります」と出る）',
    ),
  fixed_by_law: z
    .literal(true)
    .optional()
    .describe('法令で決まった番号（110、119、189、#9110）だけ true。確認の日付がなくても確認ずみとして扱う'),
  example: z.literal(true).optional().describe('試すために作った例の値なら true。本番では読み込まれない'),
});

export const windowsFileSchema = z
  .strictObject({ windows: z.array(windowSchema).min(1).describe('窓口の一覧') })
  .describe('相談窓口のファイル（windows.yaml）');

export type WindowEntry = z.infer<typeof windowSchema>;

/** A window as the program holds it: what staff wrote, and its hours ready to be asked. */
export type Window = WindowEntry & {
  /** Absent when the sources give no hours. */
  schedule?: Schedule;
};

/** A resident can get there by what the entry says, without asking anyone first. */
export const isReachable = (window: WindowEntry): boolean =>
  Boolean(window.phone || window.address || window.url);

/** 「全国」 windows stand behind those of the municipality. */
export const isNational = (window: WindowEntry): boolean => window.area.includes('全国');

/** Confirmed within the last twelve months, or fixed by law. */
export function isConfirmed(window: WindowEntry, today: number): boolean {
  if (window.fixed_by_law) return true;
  const confirmed = window.confirmed === null ? undefined : parseDate(window.confirmed);
  return confirmed !== undefined && today - confirmed <= 366;
}

/** What stands in the file, right or wrong: the checks look at what they can. */
export type RawEntry = { [Key in keyof z.input<typeof windowSchema>]?: unknown };

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
