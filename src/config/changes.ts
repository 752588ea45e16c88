import type { Config } from './config.ts';

/** Options by other names than the parts of a Config that they become. */
const OPTION_OF: Readonly<Record<string, string>> = {
  'component.host': 'component.server',
  'component.port': 'component.server',
  'component.others': 'component.server',
  'http.listen.host': 'http.listen',
  'http.listen.port': 'http.listen',
  'http.listen.token': 'http.token',
  'http.listen.names': 'http.names',
};

/** The names of the options that differ. Never their values, which may be secret. */
export function changedOptions(before: Config, after: Config): readonly string[] {
  const [old, young] = [valuesIn(before), valuesIn(after)];
  const parts = [...new Set([...old.keys(), ...young.keys()])];
  const changed = parts.filter((part) => old.get(part) !== young.get(part));
  return [...new Set(changed.map((part) => OPTION_OF[part] ?? part))].toSorted();
}

function valuesIn(config: Config): ReadonlyMap<string, string> {
  return new Map(leavesOf(config, ''));
}

function leavesOf(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[name, JSON.stringify(value) ?? '']];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, name === '' ? key : `${name}.${key}`),
  );
}
