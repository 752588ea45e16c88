import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTIONS, variableOf } from '../../src/config/environment.ts';
import { settingsSchema } from '../../src/config/schema.ts';
import { REPOSITORY } from '../support/repository.ts';
import { PAGES, readPage } from './pages.ts';

describe('the documents', () => {
  it.each(PAGES)('%s links to what exists', (page) => {
    const links = [...readPage(page).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map(
      ([, target = '']) => target,
    );
    const missing = links
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(path.join(REPOSITORY, path.dirname(page), target)));
    expect(missing).toEqual([]);
  });

  it('ARCHITECTURE.md names files and folders that exist', () => {
    const named = [
      ...readPage('ARCHITECTURE.md').matchAll(
        /`((?:src|docs|test|(?:prosody|ejabberd)-config)\/[^`\s*]+)`/g,
      ),
    ];
    const missing = named
      .map(([, file = '']) => file)
      .filter((file) => !existsSync(path.join(REPOSITORY, file)));
    expect(named.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });

  it('docs/operating.md lists every option with its variable and its default', () => {
    const rows = [
      ...readPage('docs/operating.md').matchAll(
        /^\| `([^`]+)` \| `([^`]+)` \| (?:`([^`]*)`|–) \|/gm,
      ),
    ];
    const documented = Object.fromEntries(
      rows.map(([, option, variable, value]) => [option, { variable, value }]),
    );
    expect(documented).toEqual(optionsAsDocumented());
  });
});

function optionsAsDocumented(): Readonly<
  Record<string, { variable: string; value: string | undefined }>
> {
  const defaults = settingsSchema.parse({
    component: { domain: 'receipts.example.org', secret: 'x' },
    domains: ['example.org'],
  });
  const required = ['component.domain', 'component.secret', 'component.secretFile', 'domains'];
  const entries = Object.keys(OPTIONS).map((option) => {
    const found = required.includes(option) ? '' : textOf(valueAt(defaults, option));
    const value = found === '' ? undefined : found;
    return [option, { variable: variableOf(option), value }] as const;
  });
  return Object.fromEntries(entries);
}

function valueAt(settings: unknown, option: string): unknown {
  return option
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], settings);
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
