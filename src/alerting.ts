import { firstGap } from './alert/coverage.ts';
import { loadPlan } from './alert/load.ts';
import { sendMail } from './alert/mail.ts';
import type { Plan } from './alert/plan.ts';
import { createTell, type Tell } from './alert/tell.ts';
import { formatDiagnostic } from './diagnostic/diagnostic.ts';
import { calendarDay, japanTime } from './directory/calendar.ts';
import { loadHolidays } from './directory/holidays.ts';

export type Alerting =
  | { ok: true; alerts: { plan: Plan; tell: Tell } | null; warnings: string[] }
  | { ok: false; message: string };

/**
 * Opens the plan of whom to tell, and the ways of telling. Mistakes refuse the start; that nobody would be told, now or at some
 * hour, comes back as warnings for whoever starts the program. `found` is null where there is no `alerts.yaml`.
 */
export function openAlerting(
  found: { file: string; text: string } | null,
  { environment, now }: { environment: Record<string, string | undefined>; now: number },
): Alerting {
  if (!found) return { ok: true, alerts: null, warnings: [nobodyTold] };
  const { plan, diagnostics } = loadPlan(found.file, found.text, { environment, holidays: loadHolidays() });
  if (!plan) return { ok: false, message: diagnostics.map(formatDiagnostic).join('\n\n') };
  const gap = firstGap(plan, now);
  const warnings = [
    ...diagnostics.map(formatDiagnostic),
    ...(gap === null
      ? []
      : [
          `${found.file}: だれの時間でもない時があります（${inWords(gap)}から）。その間に危険な相談が来たら、時間外の人にも知らせます。`,
        ]),
  ];
  const tell = createTell({ fetch: (input, init) => fetch(input, init), mail: sendMail, smtp: plan.smtp });
  return { ok: true, alerts: { plan, tell }, warnings };
}

const nobodyTold = `**********************************************************************
警告: 危険な相談が来ても、画面の前に相談員がいなければ、だれにも知らされません。
フローのフォルダーに alerts.yaml を書き、次の命令で届くか確かめてください。
  npm run -s madoguchi -- alert test
(WARNING: nobody would be told of a person in danger. Write alerts.yaml.)
**********************************************************************`;

function inWords(at: number): string {
  const { day, minute } = japanTime(at);
  const date = calendarDay(day);
  const clock = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
  return `${date.month}月${date.day}日 ${clock}`;
}
