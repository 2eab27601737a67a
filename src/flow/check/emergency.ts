import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { type Definition, suggest } from '../definition.ts';

/** Numbers fixed by law that no emergency card goes without: whoever reads it at night must not have to look them up. */
const always = ['police-110', 'ambulance-119'] as const;

/** A card that would leave a counselor without a number to call. `ids`: all windows of the directory. */
export function checkEmergency({ emergency }: Definition, ids: readonly string[]): Diagnostic[] {
  if (!emergency) return [];
  const { file, source } = emergency;
  const named = new Set(file.calls.flatMap(({ to = [] }) => to));
  const missing = always.filter((id) => !named.has(id));
  return [
    ...(missing.length > 0
      ? [
          source.at(['calls'], {
            code: 'emergency-without-110',
            key: true,
            message: `緊急時カードに ${missing.join(' と ')} がありません。calls のどれかの to に書いてください。`,
          }),
        ]
      : []),
    ...file.calls.flatMap(({ to = [], who, phone }, index) => [
      ...to.flatMap((id, place) =>
        ids.includes(id)
          ? []
          : [
              source.at(['calls', index, 'to', place], {
                code: 'unknown-window',
                message: `「${id}」という窓口はありません。windows.yaml の id を確かめてください。`,
                ...suggest(id, ids),
              }),
            ],
      ),
      ...(to.length === 0 && !who
        ? [
            source.at(['calls', index], {
              code: 'call-to-nobody',
              message: 'だれに電話するかがありません。to（窓口の id）か who（相手の名前）を書いてください。',
            }),
          ]
        : []),
      ...(phone && !who
        ? [
            source.at(['calls', index, 'phone'], {
              code: 'phone-of-nobody',
              message:
                'phone は who の番号です。窓口の番号は windows.yaml に書き、ここには who といっしょに書いてください。',
            }),
          ]
        : []),
      ...(who && !phone
        ? [
            source.at(['calls', index, 'who'], {
              code: 'emergency-number-missing',
              severity: 'warning',
              message: `「${who}」の電話番号（phone）がまだありません。画面には「（市で記入）」と出ます。`,
            }),
          ]
        : []),
    ]),
  ];
}
