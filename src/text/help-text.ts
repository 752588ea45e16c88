import type { Policy } from '../message/policy.ts';
import type { HelpLine, Language } from './language.ts';

const LISTED: readonly Policy[] = ['client', 'automatic', 'manual', 'refuse'];

/** What can be said to us, and what the policies mean. */
export function helpText(isAdmin: boolean, language: Language): string {
  const { help, policies } = language;
  return [
    help.intro,
    ...[...help.commands, ...(isAdmin ? help.forAdmins : [])].map(line),
    help.policies,
    ...LISTED.map((policy) => line({ example: policies[policy].name, ...policies[policy] })),
  ].join('\n');
}

function line({ example, meaning }: HelpLine): string {
  return `${example} – ${meaning}`;
}
