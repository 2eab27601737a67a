import { type JsonSchema, jsonSchemas } from './json-schemas.ts';

/** What stands around the generated part of the handbook. */
export const referenceBegin = '<!-- ここから下は npm run schema が書きます。手で直さないでください。 -->';
export const referenceEnd = '<!-- ここまで -->';

/** The handbook with its reference made anew; null when the place for it is not marked. */
export function withReference(handbook: string): string | null {
  const begin = handbook.indexOf(referenceBegin);
  const end = handbook.indexOf(referenceEnd);
  if (begin < 0 || end < begin) return null;
  return `${handbook.slice(0, begin + referenceBegin.length)}\n\n${reference()}\n${handbook.slice(end)}`;
}

/** Every key that staff may write, as tables, made from the one schema that the program reads by. */
export function reference(): string {
  const { flow, windows, transcript, emergency } = jsonSchemas();
  const of = (schema: JsonSchema | undefined, ...path: string[]): JsonSchema =>
    path.reduce(
      (here, key) => (key === '*' ? inner(here) : (objectIn(here)?.properties?.[key] ?? {})),
      schema ?? {},
    );
  const step = of(flow, 'steps', '*');
  const choice = alternatives(of(step, 'ask')).find(({ items }) => items)?.items;
  return [
    section('flow.yaml', flow),
    section('flow.yaml の categories（分野一つ）', of(flow, 'categories', '*')),
    section('flow.yaml の desk（有人対応）', of(flow, 'desk')),
    section('flow.yaml の menu（リッチメニュー）', of(flow, 'menu')),
    section('flow.yaml の menu のボタン一つ', of(flow, 'menu', 'everyday', '*')),
    section('flow.yaml の safety に足すもの', of(flow, 'safety', '*')),
    section('flow.yaml の labels（答え一つ）', of(flow, 'labels', '*')),
    section('ステップ', step),
    section(
      'ask の選択肢一つ（「- ラベル: ステップ名」と短くも書けます）',
      objectIn(choice ?? {}, 'label') ?? {},
    ),
    section('ask のいろいろな質問（type を書く形）', objectIn(of(step, 'ask'), 'type') ?? {}),
    section('when と branch の条件', of(step, 'branch', '*', 'when')),
    section('ステップの windows（窓口の一覧）', of(step, 'windows')),
    section('handoff', of(step, 'handoff')),
    section('after（時間がたったとき）', of(step, 'after', '*')),
    section('windows.yaml の窓口一つ', of(windows, 'windows', '*')),
    section('emergency.yaml（緊急時カード）', emergency),
    section('emergency.yaml の電話ひとつ', of(emergency, 'calls', '*')),
    section('会話の試験（*.test.yaml）一つ', of(transcript, 'tests', '*')),
    section('会話の試験の一行', of(transcript, 'tests', '*', 'talk', '*')),
  ].join('\n');
}

function section(title: string, schema: JsonSchema): string {
  const { properties = {}, required = [] } = objectIn(schema) ?? {};
  const rows = Object.entries(properties).map(
    ([key, value]) =>
      `| \`${key}\` | ${required.includes(key) ? '要る' : ''} | ${cell(kindOf(value))} | ${cell(value.description ?? '')} |`,
  );
  return [`### ${title}`, '', '| 項目 | | 書くもの | 意味 |', '| --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const alternatives = (schema: JsonSchema): JsonSchema[] => schema.anyOf?.flatMap(alternatives) ?? [schema];

/** The object among the forms a value may take; with `key`, the one that knows it. */
const objectIn = (schema: JsonSchema, key?: string): JsonSchema | undefined =>
  alternatives(schema).find(({ properties }) => properties && (key === undefined || key in properties));

/** What stands inside a list or a map with free keys. */
function inner(schema: JsonSchema): JsonSchema {
  for (const { items, additionalProperties } of alternatives(schema)) {
    if (items) return items;
    if (typeof additionalProperties === 'object') return additionalProperties;
  }
  return {};
}

function kindOf(schema: JsonSchema): string {
  const kinds = [...new Set(alternatives(schema).map(kindOfOne))].filter(Boolean);
  const usual = schema.default;
  const shown =
    usual === undefined || (typeof usual === 'object' && usual !== null && Object.keys(usual).length === 0)
      ? ''
      : `（省くと ${typeof usual === 'object' ? JSON.stringify(usual) : String(usual)}）`;
  return `${kinds.join('、または ')}${shown}`;
}

function kindOfOne({
  type,
  enum: values,
  const: only,
  items,
  properties,
  additionalProperties,
}: JsonSchema): string {
  if (only !== undefined) return `\`${String(only)}\``;
  if (values) return values.map((value) => `\`${String(value)}\``).join(' ');
  if (type === 'array') return `並び（${items ? kindOf(items) : ''}）`;
  if (type === 'object' && properties) return '項目の組';
  if (type === 'object' && additionalProperties) return 'ことばや名前ごとの組';
  const names: Record<string, string> = {
    string: '文字',
    integer: '整数',
    number: '数',
    boolean: 'true か false',
    null: '`null`',
  };
  return [type ?? []]
    .flat()
    .map((name) => names[name] ?? '')
    .join('、または ');
}
