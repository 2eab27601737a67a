import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { menuFont } from '../line/menu/picture.ts';

/**
 * BIZ UDPGothic (Morisawa, OFL): a universal-design face made to be told apart at small sizes, which is how a menu is read
 * on a phone. The package holds it as TTF; resvg reads no woff2.
 */
const font = fileURLToPath(
  import.meta.resolve('@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf'),
);

/** A menu's SVG as PNG, at its own size. */
export function renderPng(svg: string): Uint8Array<ArrayBuffer> {
  const options = {
    font: { loadSystemFonts: false, fontFiles: [font], defaultFontFamily: menuFont },
    languages: ['ja'],
  };
  return new Uint8Array(new Resvg(svg, options).render().asPng());
}
