import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

/** Draws the senders' icons as PNG, which is what LINE takes, from the SVG beside them. `node scripts/icons.ts` */
const folder = join(import.meta.dirname, '..', 'src', 'talk', 'client', 'public', 'icons');

for (const name of readdirSync(folder).filter((file) => file.endsWith('.svg'))) {
  const svg = readFileSync(join(folder, name), 'utf8');
  const png = new Resvg(svg, { fitTo: { mode: 'width', value: 256 } }).render().asPng();
  writeFileSync(join(folder, name.replace('.svg', '.png')), png);
}
