import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { BadConfig, type Config, loadConfig } from '../../src/config/config.ts';

/** The folder of the file, a new one for each test. */
export let folder: string;

/** For beforeEach: makes the folder, and removes it after the test. */
export function useNewFolder(): () => void {
  folder = mkdtempSync(join(tmpdir(), 'xmpp-receipts-config-'));
  return () => rmSync(folder, { recursive: true });
}

export const DAY_MS = 86_400_000;

/** The options without a default. */
export const LEAST = {
  component: { domain: 'receipts.example.org', secret: 's3cret' },
  domains: ['example.org'],
};

export function load(
  settings: unknown,
  environment: Readonly<Record<string, string>> = {},
): Config {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, settings === undefined ? '' : stringify(settings));
  return loadConfig(file, environment);
}

export function complaintsOf(
  settings: unknown,
  environment: Readonly<Record<string, string>> = {},
): readonly string[] {
  try {
    load(settings, environment);
  } catch (error) {
    if (error instanceof BadConfig) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** Settings that are enough, but for that option; with an index, a list of that one value. */
export function withOption(option: string, value: unknown): unknown {
  return put(LEAST, option.split('.'), value);
}

function put(settings: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  if (name === '0') return [value];
  const section = (settings ?? {}) as Readonly<Record<string, unknown>>;
  return { ...section, [name]: rest.length === 0 ? value : put(section[name], rest, value) };
}
