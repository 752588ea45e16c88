import { z } from 'zod';
import { OPTIONS } from './options.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Reader = (text: string) => unknown;

const PREFIX = 'XMPP_RECEIPTS_';

/** `component.secretFile` is XMPP_RECEIPTS_COMPONENT_SECRET_FILE. */
export function variableOf(option: string): string {
  const words = option.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`);
  return `${PREFIX}${words.toUpperCase()}`;
}

/** The settings of the file, replaced by those of the environment where it has some. */
export function withEnvironment(settings: unknown, environment: Environment): unknown {
  return OPTIONS.reduce((merged, { name, values }) => {
    const value = environment[variableOf(name)];
    return value === undefined ? merged : put(merged, name.split('.'), readerFor(values)(value));
  }, settings);
}

/** Variables with our prefix that belong to no option: a name that is misspelt, or an old one. */
export function unknownVariables(environment: Environment): readonly string[] {
  const known = OPTIONS.map(({ name }) => variableOf(name));
  return Object.keys(environment).filter(
    (name) => name.startsWith(PREFIX) && !known.includes(name),
  );
}

/** A value that cannot be read stays a text, so that the schema refuses it. */
function readerFor(schema: z.ZodType): Reader {
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
