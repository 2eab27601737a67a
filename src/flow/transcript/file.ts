import { z } from 'zod';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { readShape } from '../../diagnostic/shape.ts';
import { parseYaml, type Source } from '../../diagnostic/yaml.ts';
import type { FlowFiles } from '../definition.ts';

const levels = ['none', 'watch', 'high', 'imminent'] as const;

/** A wall clock time in Japan, or a full ISO time. */
const Time = z
  .string()
  .refine(
    (text) => readTime(text) !== null,
    '「2026-11-23 10:00」のように、年-月-日 時:分で書いてください。',
  );

/** One line of a transcript: what somebody does, or what is expected then. Exactly one key. */
export const Line = z
  .strictObject({
    resident: z
      .string()
      .min(1)
      .optional()
      .describe('相談者が書く文。続けて並べると、一息に書いたものとしてまとめて答えます。'),
    tap: z.string().optional().describe('相談者が押すボタン（画面に出ている文字）。'),
    menu: z
      .string()
      .optional()
      .describe('相談者が、画面の下のメニュー（リッチメニュー）で押すボタンの文字。'),
    send: z
      .enum(['sticker', 'image', 'video', 'audio', 'file', 'location', 'other'])
      .optional()
      .describe('相談者が送るもの。sticker=スタンプ、image=写真、audio=声。'),
    follow: z.literal(true).optional().describe('相談者が友だちに追加した。'),
    unsend: z.string().optional().describe('相談者が取り消した文。'),
    wait: z
      .string()
      .regex(/^\d+[smhd]$/u, '「10m」「2h」「1d」のように書いてください。')
      .optional()
      .describe('時間がたつ。30s=30秒、10m=10分、2h=2時間、1d=1日。その間のタイマーも動きます。'),
    at: Time.optional().describe('時刻を進める。例: 2026-11-23 10:00'),
    counselors: z
      .union([
        z.number().int().min(0),
        z.strictObject({
          on_duty: z.number().int().min(0).describe('画面の前にいる相談員の数。'),
          free: z.number().int().min(0).describe('あと何人の相談を受けられるか。'),
        }),
      ])
      .optional()
      .describe('画面の前にいる相談員の数が変わる。'),
    accept: z.string().optional().describe('相談員（名前）が相談を受ける。'),
    counselor: z.string().min(1).optional().describe('相談を受けた相談員が書く文。'),
    give_back: z.literal(true).optional().describe('相談員がボットに戻す。'),
    gone: z.literal(true).optional().describe('相談員の画面が切れた。'),
    close: z
      .union([
        z.string(),
        z.strictObject({
          outcome: z.string().describe('結果の id（outcomes）。'),
          farewell: z.string().optional().describe('終わりの文の代わりに、相談員が書く文。'),
          survey: z.boolean().optional().describe('false なら、アンケートを出さない。'),
        }),
      ])
      .optional()
      .describe(
        '相談員が相談を終える。結果の id（outcomes）か、{ outcome: …, farewell: …, survey: false }。',
      ),
    take_over: z.string().optional().describe('スーパーバイザー（名前）が話を引き取る。'),
    refer: z
      .union([z.string(), z.strictObject({ window: z.string(), say: z.string() })])
      .optional()
      .describe('相談員が窓口のカードを送る。窓口の id か、{ window: id, say: 前に書く文 }。'),
    set_categories: z.array(z.string()).optional().describe('相談員が分野を変える。分野の id を並べる。'),
    mute: z
      .string()
      .regex(/^\d+m$/u, '「30m」のように、分で書いてください。')
      .optional()
      .describe('相談員が利用を止める時間。0m で元に戻す。'),
    flag: z.enum(['threat', 'sexual', 'other']).optional().describe('相談員が、脅しやいやがらせを報告する。'),
    set_level: z
      .strictObject({ to: z.enum(levels), reason: z.string() })
      .optional()
      .describe('相談員が危険度を変える。下げるときは理由がいる。'),
    bot: z.string().optional().describe('ボットの吹き出しが、このとおりである。'),
    bot_contains: z.string().optional().describe('ボットの吹き出しに、この文が入っている。'),
    windows: z.array(z.string()).min(1).optional().describe('窓口の一覧に、この id の窓口がある。'),
    choices: z.array(z.string()).min(1).optional().describe('この文字のボタンが出ている。'),
    silent: z.literal(true).optional().describe('ボットは何も言わない。'),
    queue: z
      .enum([...levels, 'empty'])
      .optional()
      .describe('相談員を待つ列に、この危険度で入っている。empty=入っていない。'),
    categories: z.array(z.string()).optional().describe('この相談の分野が、ちょうどこの id である。'),
    owner: z.enum(['bot', 'waiting', 'human', 'closed']).optional().describe('だれが話を持っているか。'),
    step: z.string().optional().describe('いるステップ。'),
  })
  .refine(
    (line) => Object.keys(line).length <= 1,
    '一行には一つだけ書いてください。次のことは「- 」で始まる次の行に書きます。',
  );

/** One conversation, written like a chat. */
export const Transcript = z.strictObject({
  name: z.string().min(1).describe('何を確かめる会話か。'),
  at: Time.default('2026-11-24 10:00').describe('始まる時刻。省くと 2026-11-24 10:00（平日の朝）。'),
  counselors: z.number().int().min(0).default(1).describe('画面の前にいる相談員の数。省くと 1。'),
  language: z.string().optional().describe('相談者のことば。省くとフローの最初のことば。'),
  returning: z.boolean().default(false).describe('前にも相談したことがある人か。'),
  talk: z.array(Line).min(1).describe('会話。上から順に起きることと、そのときの答え。'),
});

export const TranscriptFile = z
  .strictObject({ tests: z.array(Transcript).min(1).describe('会話の試験。') })
  .describe(
    '会話の試験のファイル（*.test.yaml）。相談者のことばと、ボットの答えを、チャットのように書きます。',
  );

export type Line = z.infer<typeof Line>;
export type Transcript = z.infer<typeof Transcript>;

/** A transcript, and where it was written. */
export type WrittenTranscript = { transcript: Transcript; source: Source; path: PropertyKey[] };

/** All transcripts beside a flow: `ise/*.test.yaml`. */
export function readTranscripts(
  files: FlowFiles,
  folder: string,
): { transcripts: WrittenTranscript[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const transcripts = [...files]
    .filter(([path]) => path.startsWith(`${folder}/`) && path.endsWith('.test.yaml'))
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([path, text]) => {
      const { source, diagnostics: syntax } = parseYaml(path, text);
      const shape = syntax.length > 0 ? { diagnostics: [] } : readShape(source, TranscriptFile);
      diagnostics.push(...syntax, ...shape.diagnostics);
      // What stands in a file that is wrong somewhere would be played with holes.
      if (diagnostics.length > 0 || !('value' in shape) || !shape.value) return [];
      return shape.value.tests.map((transcript, index) => ({ transcript, source, path: ['tests', index] }));
    });
  return { transcripts, diagnostics };
}

/** ms of `2026-11-23 10:00` in Japan, or of an ISO time with its zone; null when it is neither. */
export function readTime(text: string): number | null {
  const local = /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}):(\d{2})$/u.exec(text.trim());
  const at = Date.parse(local ? `${local[1]}T${local[2]?.padStart(2, '0')}:${local[3]}:00+09:00` : text);
  return Number.isNaN(at) ? null : at;
}
