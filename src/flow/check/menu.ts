import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Window } from '../../directory/window.ts';
import type { Definition } from '../definition.ts';

/** Each area of the rich menu leads to exactly one thing, and whom it calls has a telephone. */
export function checkMenu({ file, source }: Definition, windows: readonly Window[]): Diagnostic[] {
  return (['everyday', 'talking'] as const).flatMap((menu) =>
    (file.menu?.[menu] ?? []).flatMap(({ go, word, call }, index) => {
      const path = ['menu', menu, index];
      const ways = [go, word, call].filter((way) => way !== undefined).length;
      if (ways === 0)
        return [
          source.at(path, {
            code: 'choice-without-way',
            message:
              'このボタンを押しても何も起きません。go（ステップ）、word（start、human など）、call（電話する窓口の id）のどれかを書いてください。',
          }),
        ];
      if (ways > 1)
        return [
          source.at(path, {
            code: 'two-ways',
            message: 'go、word、call は、一つのボタンに一つだけ書けます。ほかを消してください。',
          }),
        ];
      const window = windows.find(({ id }) => id === call);
      return window && window.phone === undefined
        ? [
            source.at([...path, 'call'], {
              code: 'window-without-phone',
              message: `窓口「${call}」には電話番号がありません。電話のある窓口の id にしてください。`,
            }),
          ]
        : [];
    }),
  );
}
