import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Command } from '../../src/operator/cli/commander.ts';
import { makeProgram } from '../../src/operator/cli/program.ts';
import { REPOSITORY } from '../support/repository.ts';
import { readPage } from './pages.ts';
import { BLOCKS } from './where-blocks-are-run.ts';

const read = (name: string): string => readFileSync(join(REPOSITORY, name), 'utf8');

const SPANS = Object.keys(BLOCKS).flatMap((page) => {
  const prose = readPage(page).replace(/^ *```.*?^ *```$/gms, '');
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replace(/\s+/g, ' '));
});

/** What is named in the sentences and tables of the documents, and begins so. */
function named(begin: RegExp): readonly string[] {
  return [...new Set(SPANS.filter((span) => begin.test(span)))];
}

describe('what a sentence or table names can be typed:', () => {
  test.each(
    named(/\bxmpp-receipts (?!run$)[a-z]+/).filter((span) => !/^(sys|docker compose l)/.test(span)),
  )('%s', (span) => {
    const words = span.replace(/^.*\bxmpp-receipts /, '').split(' ');
    const known = wordsOf(commandOf(words));
    const unknown = words.filter((word) => word.startsWith('-') && !known.includes(word));
    expect(unknown).toEqual([]);
  });

  test.each(named(/^npm (run|test|ci|pack)/))('%s', (span) => {
    const { scripts } = JSON.parse(read('package.json'));
    const [, script] = /^npm run (?:-s )?(\w+)/.exec(span) ?? [];
    expect(script === undefined ? 'of npm' : scripts[script]).toEqual(expect.any(String));
  });

  test.each(named(/^npx vitest run --project/))('%s', (span) => {
    expect(read('vitest.config.ts')).toContain(`name: '${span.split(' ').at(-1)}'`);
  });

  test.each(named(/^docker compose (run|exec|logs)/))('%s', (span) => {
    const [, service = ''] = /(?:run --rm|exec|logs) (\S+)/.exec(span) ?? [];
    expect(Object.keys(parse(read('compose.yaml')).services)).toContain(service);
  });
});

/** The command that these words begin with. */
function commandOf([word = '', ...rest]: readonly string[], within = makeProgram({})): Command {
  const found = within.commands.find((command) => command.name() === word);
  if (found === undefined) throw new Error(`${within.name()} has no command "${word}"`);
  const command = found as unknown as Command;
  return command.commands.length === 0 || rest.length === 0 ? command : commandOf(rest, command);
}

/** The options that it takes. */
function wordsOf(command: Command): readonly (string | undefined)[] {
  return [...makeProgram({}).options, ...command.options].map(({ long }) => long);
}
