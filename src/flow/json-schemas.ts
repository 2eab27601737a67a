import { z } from 'zod';
import { windowsFileSchema } from '../directory/window.ts';
import { EmergencyFile } from './emergency.ts';
import { CommonFile, FlowFile, SafetyFile, WordsFile } from './schema.ts';
import { TranscriptFile } from './transcript/file.ts';

/** A JSON Schema, as editors read it and as the handbook's reference is made of. */
export type JsonSchema = {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
};

const files = {
  flow: FlowFile,
  windows: windowsFileSchema,
  transcript: TranscriptFile,
  texts: CommonFile,
  safety: SafetyFile,
  words: WordsFile,
  emergency: EmergencyFile,
};
export type SchemaName = keyof typeof files;

/** What staff may write in each kind of file, by the name of its schema. */
export function jsonSchemas(): Record<SchemaName, JsonSchema> {
  const made = Object.entries(files).map(([name, schema]) => [
    name,
    z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' }),
  ]);
  return Object.fromEntries(made) as Record<SchemaName, JsonSchema>;
}

/** The schema that a file in the flows folder is held against; null for files with a form of their own. */
export function schemaFor(path: string): SchemaName | null {
  const name = path.split('/').at(-1) ?? '';
  if (name === 'flow.yaml') return 'flow';
  if (name === 'windows.yaml') return 'windows';
  if (name === 'emergency.yaml') return 'emergency';
  if (name.endsWith('.test.yaml')) return 'transcript';
  if (
    path.startsWith('common/') &&
    (name === 'safety.yaml' || name === 'words.yaml' || name === 'texts.yaml')
  )
    return name.replace('.yaml', '') as SchemaName;
  return null;
}

const marker = '# yaml-language-server: $schema=';

/** A file with the line that tells an editor its schema, so that it completes keys and underlines mistakes. */
export function withSchemaLine(path: string, text: string): string {
  const name = schemaFor(path);
  if (name === null) return text;
  const line = `${marker}../schema/${name}.json`;
  const rest = text.startsWith(marker) ? text.slice(text.indexOf('\n') + 1) : text;
  return `${line}\n${rest}`;
}
