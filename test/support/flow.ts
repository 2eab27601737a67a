import { type Content, openContent } from '../../src/content.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';

/** The real flow and detector of a town, from the files that are served. */
export function realContent(flow = 'flows/ise'): Content {
  const opened = openContent(() => readFlowFiles(rootFolder), {
    flow,
    now: Date.now,
    examples: true,
    publicUrl: 'https://soudan.test',
  });
  if (!opened.ok) throw new Error(opened.message);
  return opened.content;
}
