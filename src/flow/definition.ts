import type { z } from 'zod';
import { type TextName, textNames } from '../conversation/texts.ts';
import { type Diagnostic, didYouMean } from '../diagnostic/diagnostic.ts';
import { readShape } from '../diagnostic/shape.ts';
import { parseYaml, type Source } from '../diagnostic/yaml.ts';
import { type EmergencyDraft, EmergencyFile } from './emergency.ts';
import { CommonFile, FlowFile, SafetyFile, type Say, type StepFile, WordsFile } from './schema.ts';

/** The files of all flows, by path from the flows folder: `ise/flow.yaml`, `common/texts.yaml`. Read at the doors. */
export type FlowFiles = ReadonlyMap<string, string>;

/** What one municipality's flow is made of: its own folder and the shared one, in the order of their names. */
export const filesOf = (files: FlowFiles, folder: string): FlowFiles =>
  new Map(
    [...files]
      .filter(([path]) => path.startsWith(`${folder}/`) || path.startsWith('common/'))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Where a step or a text of the definition was written. */
export type Origin = { source: Source; path: PropertyKey[] };

/** A flow as read: shapes are right, names are not checked yet. */
export type Definition = {
  folder: string;
  source: Source;
  file: FlowFile;
  steps: Map<string, { step: StepFile; origin: Origin }>;
  texts: Map<TextName, { say: z.infer<typeof Say>; origin: Origin }>;
  safety: { file: z.infer<typeof SafetyFile>; source: Source };
  words: { file: z.infer<typeof WordsFile>; source: Source };
  /** `emergency.yaml`; null when there is none, or its shape is wrong. */
  emergency: EmergencyDraft | null;
  /** Something was left out because its shape is wrong: what is missing here may stand in the file all the same. */
  partial: boolean;
};

/**
 * Reads a flow and the shared parts it uses. Every mistake of shape becomes a diagnostic, all of them at once; what is
 * broken is left out of the definition, so that the rest can still be checked. Null when too little remains.
 */
export function readDefinition(
  files: FlowFiles,
  folder: string,
): { definition: Definition | null; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  let partial = false;
  const read = <T>(path: string, schema: z.ZodType<T>): { value?: T; source: Source } | null => {
    const text = files.get(path);
    if (text === undefined) return null;
    const parsed = parseYaml(path, text);
    const readable = parsed.diagnostics.every(({ code }) => code === 'duplicate-key');
    const shape = readable ? readShape(parsed.source, schema) : { diagnostics: [] };
    const found = [...parsed.diagnostics, ...shape.diagnostics];
    if (found.length > 0) partial = true;
    diagnostics.push(...found);
    return { source: parsed.source, ...('value' in shape ? { value: shape.value } : {}) };
  };

  const flow = read(`${folder}/flow.yaml`, FlowFile);
  if (!flow) return { definition: null, diagnostics: [missingFile(`${folder}/flow.yaml`)] };
  const safety = read('common/safety.yaml', SafetyFile);
  const words = read('common/words.yaml', WordsFile);
  const emergency = read(`${folder}/emergency.yaml`, EmergencyFile);
  if (!safety) diagnostics.push(missingFile('common/safety.yaml'));
  if (!words) diagnostics.push(missingFile('common/words.yaml'));
  if (!flow.value || !safety?.value || !words?.value) return { definition: null, diagnostics };

  const definition: Definition = {
    folder,
    source: flow.source,
    file: flow.value,
    steps: new Map(),
    texts: new Map(),
    safety: { file: safety.value, source: safety.source },
    words: { file: words.value, source: words.source },
    emergency: emergency?.value ? { file: emergency.value, source: emergency.source } : null,
    partial: false,
  };
  if (!emergency) diagnostics.push(missingEmergency(`${folder}/emergency.yaml`));
  const locked = new Set<string>();
  let lacking = false; // a shared part that could not be read may have what is missing
  const special = new Set(['common/safety', 'common/words', 'common/windows']);
  for (const [index, part] of flow.value.use.entries()) {
    if (special.has(part)) continue;
    const common = read(`${part}.yaml`, CommonFile);
    if (!common)
      diagnostics.push(
        flow.source.at(['use', index], {
          code: 'unknown-part',
          message: `共通部品「${part}」がありません。名前を確かめてください。`,
          ...suggest(part, commonParts(files)),
        }),
      );
    if (common && !common.value) lacking = true;
    if (!common?.value) continue;
    addSteps(definition, common.value.steps, common.source, diagnostics, locked);
    addTexts(definition, common.value.texts, common.source, diagnostics, locked);
    if (common.value.locked)
      for (const name of [...Object.keys(common.value.texts), ...Object.keys(common.value.steps)])
        locked.add(name);
  }
  addSteps(definition, flow.value.steps, flow.source, diagnostics, locked);
  addTexts(definition, flow.value.texts, flow.source, diagnostics, locked);
  if (!lacking) diagnostics.push(...missingTexts(definition));
  return { definition: { ...definition, partial }, diagnostics };
}

/** More missing texts than this are one mistake: the shared part that gives them is not used. */
const FEW = 5;

function missingTexts({ texts, source }: Definition): Diagnostic[] {
  const missing = textNames.filter((name) => !texts.has(name));
  const found = missing
    .filter((name) => name === 'out_of_hours')
    .map(() =>
      source.at(['use'], {
        code: 'handoff-without-out-of-hours',
        key: true,
        message:
          '時間外に相談員を呼んだ人への文「out_of_hours」がありません。use に common/texts を足すか、texts に書いてください。',
      }),
    );
  if (missing.length === 0) return found;
  if (missing.length > FEW)
    return [
      ...found,
      source.at(['use'], {
        code: 'missing-text',
        key: true,
        message: `共通の文が${missing.length}個ありません（${missing.slice(0, 3).join('、')} など）。use に common/texts を足してください。`,
      }),
    ];
  return [
    ...found,
    ...missing
      .filter((name) => name !== 'out_of_hours')
      .map((name) =>
        source.at(['use'], {
          code: 'missing-text',
          key: true,
          message: `文「${name}」がありません。use に common/texts を足すか、texts に書いてください。`,
        }),
      ),
  ];
}

function addSteps(
  definition: Definition,
  steps: Record<string, StepFile>,
  source: Source,
  diagnostics: Diagnostic[],
  locked: Set<string>,
): void {
  for (const [name, step] of Object.entries(steps)) {
    const path = ['steps', name];
    if (locked.has(name))
      diagnostics.push(
        source.at(path, {
          code: 'locked',
          key: true,
          message: `「${name}」は共通の安全のための部品で、書きかえられません。別の名前のステップにしてください。`,
        }),
      );
    else if (/[|]/u.test(name))
      diagnostics.push(
        source.at(path, { code: 'bad-step-name', key: true, message: 'ステップの名前に「|」は使えません。' }),
      );
    else definition.steps.set(name, { step, origin: { source, path } });
  }
}

function addTexts(
  definition: Definition,
  texts: Record<string, z.infer<typeof Say>>,
  source: Source,
  diagnostics: Diagnostic[],
  locked: Set<string>,
): void {
  for (const [name, say] of Object.entries(texts)) {
    const path = ['texts', name];
    if (!(textNames as readonly string[]).includes(name))
      diagnostics.push(
        source.at(path, {
          code: 'unknown-text',
          key: true,
          message: `「${name}」という名前の文はありません。つづりを確かめてください。`,
          ...suggest(name, textNames),
        }),
      );
    else if (locked.has(name))
      diagnostics.push(
        source.at(path, {
          code: 'locked',
          key: true,
          message: `「${name}」は共通の安全のための文で、書きかえられません。この項目を消してください。`,
        }),
      );
    else definition.texts.set(name as TextName, { say, origin: { source, path } });
  }
}

export function suggest(name: string, known: Iterable<string>): { suggestion?: string } {
  const suggestion = didYouMean(name, known);
  return suggestion ? { suggestion } : {};
}

function commonParts(files: FlowFiles): string[] {
  return [...files.keys()]
    .filter((path) => path.startsWith('common/'))
    .map((path) => path.replace(/\.yaml$/u, ''));
}

function missingEmergency(file: string): Diagnostic {
  return {
    ...missingFile(file),
    code: 'missing-emergency',
    severity: 'warning',
    message: `ファイル ${file} がありません。命の危険があるとき、だれに電話し何と言うかを書くと、相談員の画面に出ます。`,
  };
}

function missingFile(file: string): Diagnostic {
  return {
    code: 'missing-file',
    severity: 'error',
    file,
    line: 1,
    column: 1,
    source: '',
    length: 1,
    message: `ファイル ${file} がありません。フォルダの名前を確かめてください。`,
  };
}
