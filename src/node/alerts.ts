import { join, resolve } from 'node:path';
import { type Alerting, openAlerting } from '../alerting.ts';
import type { Config } from '../config.ts';
import { readText } from './files.ts';
import { CannotStart } from './platform.ts';

/** The plan of whom to tell, from `MADOGUCHI_ALERTS` or the flow's folder. Throws `CannotStart` with what is wrong in it. */
export function openAlertsFile(
  root: string,
  { alertsFile, flow, publicUrl }: Pick<Config, 'alertsFile' | 'flow' | 'publicUrl'>,
  context: { environment: Record<string, string | undefined>; now: number },
): Extract<Alerting, { ok: true }> {
  const { unreadable, ...found } = alertsFile
    ? { file: readNamed(root, alertsFile) }
    : readBeside(root, flow);
  const opened = openAlerting(found.file, context);
  if (!opened.ok) throw new CannotStart(opened.message);
  const more = [...(unreadable ? [unreadable] : []), ...(opened.alerts && !publicUrl ? [nowhereToGo] : [])];
  return { ...opened, warnings: [...more, ...opened.warnings] };
}

const nowhereToGo =
  '警告: PUBLIC_URL がないので、知らせの中のリンクは、このサーバーの外では開けません。https:// で始まる URL を設定してください。';

function readNamed(root: string, file: string): { file: string; text: string } {
  try {
    return { file, text: readText(resolve(root, file)) };
  } catch {
    throw new CannotStart(`MADOGUCHI_ALERTS のファイルが読めません: ${file}`);
  }
}

/** A flow's folder that cannot be read does not keep a published service from starting; that nobody is told is warned of. */
function readBeside(
  root: string,
  flow: string,
): { file: { file: string; text: string } | null; unreadable?: string } {
  const file = `flows/${flow.replace(/^flows\//u, '')}/alerts.yaml`;
  try {
    return { file: { file, text: readText(join(root, file)) } };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT'
      ? { file: null }
      : { file: null, unreadable: `警告: ${file} が読めません（${code}）。` };
  }
}
