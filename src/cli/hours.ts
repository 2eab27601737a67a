import { parseArgs } from 'node:util';
import { formatDiagnostic } from '../diagnostic/diagnostic.ts';
import { loadHolidays } from '../directory/holidays.ts';
import { hoursRows } from '../directory/rows.ts';
import { loadFlow } from '../flow/load.ts';
import { readInstant } from '../node/demo-clock.ts';
import { readFlowFiles } from '../node/files.ts';
import { CannotStart, rootFolder } from '../node/platform.ts';

/** `madoguchi hours --flow flows/ise [--at …] [--json]`: every window's state at an instant. */
export async function hours(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      flow: { type: 'string', default: 'flows/ise' },
      at: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const at = values.at === undefined ? Date.now() : readInstant(values.at);
  if (at === null) throw new CannotStart('--at は 2026-11-23T10:00+09:00 のように書いてください。');
  const { windows, diagnostics } = loadFlow(readFlowFiles(rootFolder), values.flow.replace(/^flows\//u, ''), {
    holidays: loadHolidays(),
    now: at,
    triage: () => () => ({ category: null, ranked: [] }),
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new CannotStart(errors.map(formatDiagnostic).join('\n\n'));
  const rows = hoursRows(windows, at);
  if (values.json) console.log(JSON.stringify(rows));
  else for (const { name, phone, text } of rows) console.log(`${name}  ${phone ?? ''}  ${text}`);
  return 0;
}
