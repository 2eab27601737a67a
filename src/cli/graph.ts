import { parseArgs } from 'node:util';
import { graphOf } from '../flow/graph.ts';
import { CannotStart } from '../node/platform.ts';
import { loadForStaff } from './open.ts';

/** `madoguchi graph flows/ise`: the flow as a Mermaid chart. A flow with mistakes is drawn as far as it can be read. */
export async function graph(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const { definition } = loadForStaff(positionals[0]).loaded;
  if (!definition) throw new CannotStart('フローが読めません。先に madoguchi check で誤りを直してください。');
  console.log(graphOf(definition));
  return 0;
}
