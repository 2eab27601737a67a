import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Definition } from '../definition.ts';

/** Each area of the rich menu leads to exactly one thing. */
export function checkMenu({ file, source }: Definition): Diagnostic[] {
  return (['everyday', 'talking'] as const).flatMap((menu) =>
    (file.menu?.[menu] ?? []).flatMap(({ go, word }, index) => {
      if ((go === undefined) !== (word === undefined)) return [];
      return [
        source.at(['menu', menu, index], {
          code: go === undefined ? 'choice-without-way' : 'two-ways',
          message:
            go === undefined
              ? 'このボタンを押しても何も起きません。go（ステップ）か word（start、human など）を書いてください。'
              : 'go と word の両方は書けません。どちらかを消してください。',
        }),
      ];
    }),
  );
}
