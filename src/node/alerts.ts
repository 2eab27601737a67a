import { join, resolve } from 'node:path';
import { type Alerting, openAlerting } from '../alerting.ts';
import type { Config } from '../config.ts';
import { readFlowFiles, readText } from './files.ts';
import { CannotStart } from './platform.ts';

/** The plan of whom to tell, from `MADOGUCHI_ALERTS` or the flow's folder. Throws `CannotStart` with what is wrong in it. */
export function openAlertsFile(
  root: string,
  { alertsFile, flow }: Pick<Config, 'alertsFile' | 'flow'>,
  context: { environment: Record<string, string | undefined>; now: number },
): Extract<Alerting, { ok: true }> {
  const opened = openAlerting(alertsFile ? readNamed(root, alertsFile) : readBeside(root, flow), context);
  if (!opened.ok) throw new CannotStart(opened.message);
  return opened;
}

function readNamed(root: string, file: string): { file: string; text: string } {
  try {
    return { file, text: readText(resolve(root, file)) };
  } catch {
    throw new CannotStart(`MADOGUCHI_ALERTS のファイルが読めません: ${file}`);
  }
}

function readBeside(root: string, flow: string): { file: string; text: string } | null {
  const path = join(flow.replace(/^flows\//u, ''), 'alerts.yaml').replaceAll('\\', '/');
  const text = readFlowFiles(root).get(path);
  return text === undefined ? null : { file: `flows/${path}`, text };
}
