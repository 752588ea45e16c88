import { z } from 'zod';
import { MEANINGS, type Meaning } from './meaning.ts';
import { settingsSchema } from './schema.ts';

/** An option of the settings, and what the schema says of it. */
export interface Option {
  /** With the names of its sections: `receipts.graceMs`. */
  readonly name: string;
  readonly meaning: Meaning | undefined;
  /** What a value must be, in the words of the errors. */
  readonly expected: string;
  readonly isRequired: boolean;
  /** What holds unless it is set; `undefined`: nothing does. */
  readonly usual: unknown;
  /** Without its default. */
  readonly values: z.ZodType;
}

/** All of them, in the order of the schema. */
export const OPTIONS: readonly Option[] = optionsIn(settingsSchema, '');

function optionsIn(schema: z.ZodType, name: string): readonly Option[] {
  const values = unwrapped(schema);
  if (!(values instanceof z.ZodObject)) return [optionOf(schema, { name, values })];
  return Object.entries<z.ZodType>(values.shape).flatMap(([key, inner]) =>
    optionsIn(inner, name === '' ? key : `${name}.${key}`),
  );
}

function optionOf(schema: z.ZodType, { name, values }: Pick<Option, 'name' | 'values'>): Option {
  const unset = schema.safeParse(undefined);
  return {
    name,
    values,
    meaning: MEANINGS.get(schema),
    expected: values.safeParse(null).error?.issues[0]?.message ?? '',
    isRequired: !unset.success,
    usual: unset.data,
  };
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return isWrapped(schema) ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

function isWrapped(schema: unknown): schema is z.ZodDefault | z.ZodPrefault | z.ZodOptional {
  return (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  );
}
