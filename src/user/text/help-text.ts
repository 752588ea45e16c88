import type { Policy } from '../../message/policy.ts';
import { LANGUAGES } from '../commands/command.ts';
import type { HelpLine, Language } from './language.ts';

/** The order of the policies in the help. */
const LISTED: readonly Policy[] = ['client', 'automatic', 'manual', 'refuse'];

export function helpText(isAdmin: boolean, language: Language): string {
  const { help, policies } = language;
  return [
    help.intro,
    ...linesFor(isAdmin, language).map(helpLine),
    help.policies,
    ...LISTED.map((policy) => helpLine({ example: policies[policy].name, ...policies[policy] })),
  ].join('\n');
}

/** In one line: with which words a message to the bot can begin. */
export function briefHelp(isAdmin: boolean, language: Language): string {
  const first = linesFor(isAdmin, language).map(({ example }) => example.split(' ')[0] ?? '');
  return language.help.brief([...new Set(first)]);
}

function linesFor(isAdmin: boolean, { help }: Language): readonly HelpLine[] {
  const lines = isAdmin ? [...help.commands, ...help.forAdmins] : help.commands;
  return lines.map(({ example, meaning }) => ({ example, meaning: withLanguages(meaning) }));
}

/** A text of one language does not know the others. */
function withLanguages(text: string): string {
  return text.replace('{languages}', LANGUAGES.join(', '));
}

function helpLine({ example, meaning }: HelpLine): string {
  return `${example} – ${meaning}`;
}
