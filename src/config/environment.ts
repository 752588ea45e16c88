import { z } from 'zod';
import { settingsSchema } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Reader = (text: string) => unknown;

const PREFIX = 'XMPP_RECEIPTS_';

/**
 * Every option of the schema, and how its environment variable is read. A value that cannot be read
 * stays a text, so that the schema refuses it.
 */
export const OPTIONS: Readonly<Record<string, Reader>> = Object.fromEntries(
  optionsIn(settingsSchema, []),
);

/** `component.secretFile` is XMPP_RECEIPTS_COMPONENT_SECRET_FILE. */
export function variableOf(option: string): string {
  const words = option.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`);
  return `${PREFIX}${words.toUpperCase()}`;
}

/** The settings of the file, replaced by those of the environment where it has some. */
export function withEnvironment(settings: unknown, environment: Environment): unknown {
  return Object.entries(OPTIONS).reduce((merged, [option, read]) => {
    const value = environment[variableOf(option)];
    return value === undefined ? merged : put(merged, option.split('.'), read(value));
  }, settings);
}

/** Variables with our prefix that belong to no option: a name that is misspelt, or an old one. */
export function unknownVariables(environment: Environment): readonly string[] {
  const known = Object.keys(OPTIONS).map(variableOf);
  return Object.keys(environment).filter(
    (name) => name.startsWith(PREFIX) && !known.includes(name),
  );
}

function optionsIn(schema: unknown, path: readonly string[]): readonly [string, Reader][] {
  if (isWrapped(schema)) return optionsIn(schema.unwrap(), path);
  if (!(schema instanceof z.ZodObject)) return [[path.join('.'), readerFor(schema)]];
  return Object.entries(schema.shape).flatMap(([name, option]) =>
    optionsIn(option, [...path, name]),
  );
}

function isWrapped(schema: unknown): schema is z.ZodDefault | z.ZodPrefault | z.ZodOptional {
  return (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  );
}

function readerFor(schema: unknown): Reader {
  if (schema instanceof z.ZodBoolean) return readFlag;
  if (schema instanceof z.ZodNumber) return readNumber;
  return schema instanceof z.ZodArray ? readList : (text) => text;
}

function readFlag(text: string): unknown {
  if (text === 'true') return true;
  return text === 'false' ? false : text;
}

function readNumber(text: string): unknown {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

function readList(text: string): unknown {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/**
 * A copy with that value at that path. What is not a section stays, so that the schema refuses it.
 */
function put(settings: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  if (settings !== undefined && !isSection(settings)) return settings;
  const section = settings ?? {};
  return { ...section, [name]: rest.length === 0 ? value : put(section[name], rest, value) };
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
