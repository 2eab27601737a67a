import { z } from 'zod';
import type { Source } from '../diagnostic/yaml.ts';
import type { WindowCard } from '../message/message.ts';

const Call = z
  .strictObject({
    when: z.string().min(1).describe('どんなときか。'),
    to: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('電話する先。windows.yaml の窓口の id（番号は窓口から出ます）。'),
    who: z.string().min(1).optional().describe('窓口の一覧にない相手。例: 夜間の責任者'),
    phone: z.string().min(1).optional().describe('who の電話番号。省くと、画面に「（市で記入）」と出ます。'),
    say: z.string().min(1).describe('電話で言うこと、すること。'),
  })
  .describe('電話ひとつ。');

/** `emergency.yaml` of a municipality: whom counselors call when a life is in danger, and what they say. */
export const EmergencyFile = z.strictObject({
  calls: z.array(Call).min(1).max(12).describe('だれに電話し、何と言うか。急ぐものから順に。'),
  remember: z.array(z.string().min(1)).max(10).default([]).describe('そのあいだ、忘れてはいけないこと。'),
});
export type EmergencyFile = z.infer<typeof EmergencyFile>;

/** The file as read, with its place. */
export type EmergencyDraft = { file: EmergencyFile; source: Source };

/** One number to call; `phone` null where the city has not written it yet. */
export type EmergencyLine = { name: string; phone: string | null; unconfirmed: boolean };
/** The card beside a talk: in order of urgency. */
export type EmergencyCard = {
  calls: { when: string; lines: EmergencyLine[]; say: string }[];
  remember: readonly string[];
};

/** The card with the numbers of the directory as it is at the moment. */
export function emergencyCard(
  { calls, remember }: EmergencyFile,
  windows: readonly WindowCard[],
): EmergencyCard {
  const known = new Map(windows.map((window) => [window.id, window]));
  const lineOf = (id: string): EmergencyLine[] => {
    const window = known.get(id);
    return window
      ? [{ name: window.name, phone: window.phone ?? null, unconfirmed: window.unconfirmed }]
      : [];
  };
  const calling = calls.map(({ when, to = [], who, phone, say }) => ({
    when,
    say,
    lines: [...to.flatMap(lineOf), ...(who ? [{ name: who, phone: phone ?? null, unconfirmed: false }] : [])],
  }));
  return { calls: calling, remember };
}
