import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** A line for each thing that is wrong: the key, what was expected, what was found. */
export function explainIssue(issue: Issue, settings: unknown): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) =>
        `"${nameOf([...issue.path, key])}" is not an option; docs/settings.md lists them all`,
    );
  }
  const name = nameOf(issue.path);
  const value = valueAt(settings, issue.path);
  const found = MAY_HOLD_SECRETS.includes(name) ? kindOf(value) : shown(name, value);
  return [`"${name}" must be ${issue.message}, found ${found}`];
}

export function explainVariable(name: string): string {
  return `"${name}" in the environment is not an option; docs/settings.md lists them all. Correct the name or unset it`;
}

/** The values of these options are never shown, because what we say ends up in logs. */
const MAY_HOLD_SECRETS = ['the file', 'component', 'component.secret', 'http', 'http.token'];

function shown(name: string, found: unknown): string {
  if (found === undefined) return 'nothing';
  return JSON.stringify(name === 'store' ? withoutPassword(found) : found);
}

/** The address of a store may hold a password; of a misspelt one nobody knows where. */
function withoutPassword(found: unknown): unknown {
  if (typeof found !== 'string') return found;
  return found.replace(/^.*@(?=.)/s, '…@').replace(/(password=)[^&]*/gi, '$1…');
}

function kindOf(found: unknown): string {
  if (found === undefined) return 'nothing';
  if (found === '') return 'an empty text';
  if (typeof found === 'string') return 'a text';
  if (typeof found === 'number') return 'a number; quotes make it a text';
  return Array.isArray(found) ? 'a list' : 'something else';
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.');
}

function valueAt(settings: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), settings);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
