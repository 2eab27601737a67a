import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_UTF8 } from '../diagnostic/yaml.ts';
import { jsonSchemas, withSchemaLine } from '../flow/json-schemas.ts';
import { withReference } from '../flow/reference.ts';
import { readFlowFiles } from '../node/files.ts';
import { CannotStart, rootFolder } from '../node/platform.ts';

/** Everything that is made from the schema, by its path below `flows/`: JSON Schemas, first lines, the handbook's reference. */
export function generated(): Map<string, string> {
  const made = new Map(
    Object.entries(jsonSchemas()).map(([name, schema]) => [
      `schema/${name}.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  );
  for (const [path, text] of readFlowFiles(rootFolder))
    if (path.endsWith('.yaml') && text !== NOT_UTF8) made.set(path, withSchemaLine(path, text));
  const handbook = withReference(readFileSync(join(rootFolder, 'flows', 'README.md'), 'utf8'));
  if (handbook === null) throw new CannotStart('flows/README.md に、項目の一覧を入れるしるしがありません。');
  return made.set('README.md', handbook);
}

/** `madoguchi schema`: writes what is made from the schema; run it after a change of the language. */
export async function schema(): Promise<number> {
  mkdirSync(join(rootFolder, 'flows', 'schema'), { recursive: true });
  for (const [path, text] of generated()) writeFileSync(join(rootFolder, 'flows', path), text);
  console.log('flows/schema/ と、手引きの項目の一覧を書きました。');
  return 0;
}
