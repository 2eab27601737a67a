import type { z } from 'zod';
import type { Path } from './yaml.ts';

/** What an object, array, record, wrapper or union of zod is made of; each kind has its own of these. */
type Parts = {
  type: string;
  shape?: Record<string, z.core.$ZodType>;
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
  innerType?: z.core.$ZodType;
  options?: readonly z.core.$ZodType[];
};

const partsOf = (schema: z.core.$ZodType): Parts => schema._zod.def as unknown as Parts;

/** `string`, `object`, `record`, `array` …, as zod names them. */
export const kindOf = (schema: z.core.$ZodType): string => partsOf(schema).type;

/** A schema without its wrappers (optional, default), as the flat list of what its unions allow. */
export function branches(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { innerType, options } = partsOf(schema);
  if (innerType) return branches(innerType);
  return options ? options.flatMap(branches) : [schema];
}

/** The keys that a schema knows at a path, over all branches of its unions. */
export function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  return schemasAt(schema, path)
    .flatMap(branches)
    .flatMap((branch) => Object.keys(partsOf(branch).shape ?? {}));
}

/** The options of the union that stands at a path and has so many of them. */
export function unionAt(
  schema: z.core.$ZodType,
  path: Path,
  size: number,
): readonly z.core.$ZodType[] | undefined {
  return schemasAt(schema, path)
    .flatMap(unions)
    .find((options) => options.length === size);
}

/** All unions within a schema at its own place, outer ones first. */
function unions(schema: z.core.$ZodType): (readonly z.core.$ZodType[])[] {
  const { innerType, options } = partsOf(schema);
  if (innerType) return unions(innerType);
  return options ? [options, ...options.flatMap(unions)] : [];
}

function schemasAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType[] {
  let here = [schema];
  for (const step of path)
    here = here.flatMap(branches).flatMap((branch) => {
      const { shape, element, valueType } = partsOf(branch);
      return shape?.[String(step)] ?? element ?? valueType ?? [];
    });
  return here;
}
