import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Definition } from '../definition.ts';
import { duration } from '../duration.ts';

/** Notes lie under the key of their consultation, so they cannot outlive its content. */
export function checkRetention({ file, source }: Definition): Diagnostic[] {
  const { content, notes } = file.retention;
  if (notes === undefined || duration(notes) <= duration(content)) return [];
  return [
    source.at(['retention', 'notes'], {
      code: 'notes-outlive-content',
      message: `メモ（notes: ${notes}）は、内容（content: ${content}）より長く残せません。メモは相談と同じ鍵で封じられ、鍵は内容といっしょに消えます。`,
    }),
  ];
}
