import { validator } from 'hono/validator';
import type { z } from 'zod';

/** A JSON body of this shape, or 400 without saying what was wrong with it. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return validator('json', (value, c): z.output<Schema> | Response => {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : c.json({ error: 'bad-input' as const }, 400);
  });
}
