import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { badHours, gapDiagnostics } from '../../directory/check-hours.ts';
import type { Holidays } from '../../directory/holidays.ts';
import { compileHours } from '../../directory/hours.ts';
import type { Definition } from '../definition.ts';

/** The desk's hours: readable, and saying what holds on holidays and at the turn of the year. */
export function checkDesk({ file, source }: Definition, holidays: Holidays): Diagnostic[] {
  const path = ['desk', 'hours'];
  const { hours } = file.desk;
  const compiled = compileHours(hours, holidays);
  if (!compiled.ok) return [badHours(source, path, hours, compiled.error)];
  return gapDiagnostics(source, path, hours).map((found) => ({
    ...found,
    message: found.message.replace(/資料に書かれていないときは.*$/u, ''),
  }));
}
