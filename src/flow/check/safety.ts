import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Path, Source } from '../../diagnostic/yaml.ts';
import type { Window } from '../../directory/window.ts';
import type { Definition } from '../definition.ts';

/** Numbers that work everywhere and at any hour; fixed by law. */
const emergency = /110|119/u;

type Value = string | Record<string, string>;

/**
 * Safety texts that would no longer do what they are for. The shared ones are locked; these rules see that nobody, in
 * whichever file, takes the numbers, the hours or the honest first words out of them (DESIGN 3 and 8).
 */
export function checkSafety(definition: Definition, windows: readonly Window[]): Diagnostic[] {
  const { safety, texts } = definition;
  const fallback = texts.get('fallback');
  return [
    ...Object.entries(safety.file.messages).flatMap(
      ([kind, { imminent, windows: ids, imminent_windows }]) => [
        ...mustName(
          safety.source,
          ['messages', kind, 'imminent'],
          imminent,
          emergency,
          '緊急の文には、すべてのことばで 110 か 119 を書いてください。',
        ),
        ...checkLines(safety.source, ['messages', kind, 'windows'], ids, windows),
        ...(imminent_windows
          ? checkLines(safety.source, ['messages', kind, 'imminent_windows'], imminent_windows, windows)
          : []),
      ],
    ),
    ...(fallback
      ? mustName(
          fallback.origin.source,
          fallback.origin.path,
          fallback.say,
          emergency,
          'うまく動かなかったときの文には、すべてのことばで 110 か 119 を書いてください。',
        )
      : []),
    ...mustKeep(
      definition,
      'first_message',
      'desk.hours',
      '最初の文には、相談員の時間「{{ desk.hours }}」を入れてください。',
    ),
    ...mustKeep(
      definition,
      'out_of_hours',
      'desk.next_open',
      '時間外の文には、次の受付「{{ desk.next_open }}」を入れてください。',
    ),
  ];
}

function mustKeep(
  { texts }: Definition,
  name: 'first_message' | 'out_of_hours',
  variable: string,
  message: string,
): Diagnostic[] {
  const text = texts.get(name);
  if (!text) return [];
  const wanted = new RegExp(`\\{\\{\\s*${variable.replace('.', '\\.')}\\s*\\}\\}`, 'u');
  return mustName(text.origin.source, text.origin.path, text.say, wanted, message);
}

/** In every language, at least one bubble says what is wanted. */
function mustName(
  source: Source,
  path: Path,
  say: Value | Value[],
  wanted: RegExp,
  message: string,
): Diagnostic[] {
  const bubbles = [say].flat();
  const languages = new Set(
    bubbles.flatMap((bubble) => (typeof bubble === 'string' ? [''] : Object.keys(bubble))),
  );
  const weak = [...languages].find(
    (language) =>
      !bubbles.some((bubble) => wanted.test(typeof bubble === 'string' ? bubble : (bubble[language] ?? ''))),
  );
  if (weak === undefined) return [];
  return [
    source.at(path, {
      code: 'weakened-safety',
      key: true,
      message: weak ? `${message}（${weak}）` : message,
    }),
  ];
}

/** Whoever reads a safety message can call somebody at once, at any hour. */
function checkLines(
  source: Source,
  path: Path,
  ids: readonly string[],
  windows: readonly Window[],
): Diagnostic[] {
  const known = windows.filter(({ id }) => ids.includes(id));
  if (known.length < ids.length || known.some(({ phone, hours }) => phone && hours === '24/7')) return [];
  return [
    source.at(path, {
      code: 'weakened-safety',
      key: true,
      message: '危険があるときの電話には、24時間つながる番号（hours: 24/7）を一つは入れてください。',
    }),
  ];
}
