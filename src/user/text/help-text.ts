import type { Policy } from '../../message/policy.ts';
import { LANGUAGES } from '../commands/command.ts';
import type { HelpLine, HelpSection, Language } from './language.ts';

/** The order of the policies in the help. */
const LISTED: readonly Policy[] = ['client', 'automatic', 'manual', 'refuse'];

/** A heading, and what is explained below it. */
export interface Explained {
  readonly heading: string;
  readonly lines: readonly HelpLine[];
}

/** A few lines: the things that people say most. */
export function helpText(isAdmin: boolean, language: Language): string {
  const { help } = language;
  const groups = sectionsFor(isAdmin, language).map(
    ({ heading, short }) => `${heading}: ${short.join(' · ')}`,
  );
  return [help.intro, ...groups, help.all].join('\n');
}

/** Everything that can be said. */
export function longHelpText(isAdmin: boolean, language: Language): string {
  const explained = helpSections(isAdmin, language).flatMap(({ heading, lines }) => [
    heading,
    ...lines.map(({ example, meaning }) => `${example} – ${meaning}`),
  ]);
  return [language.help.intro, ...explained].join('\n');
}

export function helpSections(isAdmin: boolean, language: Language): readonly Explained[] {
  const { help, policies } = language;
  const listed = LISTED.map((policy) => ({ example: policies[policy].name, ...policies[policy] }));
  return [
    ...sectionsFor(isAdmin, language).map(({ heading, lines }) => ({
      heading,
      lines: lines.map(withLanguages),
    })),
    { heading: help.policies, lines: listed },
  ];
}

/** In one line: with which words a message to the bot can begin. */
export function briefHelp(isAdmin: boolean, language: Language): string {
  const lines = sectionsFor(isAdmin, language).flatMap((section) => section.lines);
  const first = lines.map(({ example }) => example.split(' ')[0] ?? '');
  return language.help.brief([...new Set(first)]);
}

function sectionsFor(isAdmin: boolean, { help }: Language): readonly HelpSection[] {
  return isAdmin ? [...help.sections, help.forAdmins] : help.sections;
}

/** A text of one language does not know the others. */
function withLanguages({ example, meaning }: HelpLine): HelpLine {
  return { example, meaning: meaning.replace('{languages}', LANGUAGES.join(', ')) };
}
