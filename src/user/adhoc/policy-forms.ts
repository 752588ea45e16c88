import { POLICIES } from '../../message/policy.ts';
import type { DataForm, Field } from '../../protocol/form.ts';
import { type Answers, flagIn, oneOf, textIn } from '../../protocol/form-answers.ts';
import { peerOf } from '../commands/address.ts';
import type { Command } from '../commands/command.ts';
import type { PolicyReply } from '../commands/reply.ts';
import type { Language } from '../text/language.ts';
import { firstPartOf } from '../text/text-parts.ts';
import { type Dialog, done, type Outcome, performAll, type Session, wrong } from './dialog.ts';

/**
 * Some clients show no options unless one is chosen. We choose the first one, so it must do no
 * harm.
 */
const CHOICES = ['default', ...POLICIES.toReversed()] as const;
type PolicyChoice = (typeof CHOICES)[number];

/** The policy for all senders. */
export const policy: Dialog = {
  open: async ({ perform, language }) => {
    const present = await perform({ kind: 'show-policy' });
    if (present.kind !== 'policy') return done(present);
    return {
      kind: 'asking',
      form: policyForm(present, language),
      accept: (answers) => performAll(policyChanges(answers, present), { perform, present }),
    };
  },
};

function policyForm(present: PolicyReply, language: Language): DataForm {
  const { commands, fields, notes } = language.forms;
  const { tellsDeclined, isLocked } = present;
  return {
    title: commands.policy.name,
    instructions: commands.policy.instructions,
    fields: [
      isLocked
        ? lockedField(present, language)
        : choiceField(language, { values: [choiceOf(present)] }),
      {
        type: 'boolean',
        name: 'tell-declined',
        label: fields.tellDeclined,
        value: tellsDeclined,
        ifWrong: notes.badBoolean,
      },
    ],
  };
}

function lockedField({ policy }: PolicyReply, { forms, refusals }: Language): Field {
  return { type: 'fixed', text: `${forms.policies[policy]}\n${refusals.locked}` };
}

function choiceOf({ policy, isOwn }: PolicyReply): PolicyChoice {
  return isOwn ? policy : 'default';
}

/**
 * Only what differs. If the form comes back unchanged, the operator's choice must not become the
 * user's own.
 */
function policyChanges(answers: Answers, present: PolicyReply): readonly Command[] {
  const changes: Command[] = [];
  const choice = oneOf(CHOICES, answers, 'policy');
  if (choice !== undefined && choice !== choiceOf(present))
    changes.push({ kind: 'set-policy', policy: choice });
  const tells = flagIn(answers, 'tell-declined');
  if (tells !== undefined && tells !== present.tellsDeclined)
    changes.push({ kind: 'tell-declined', tells });
  return changes;
}

/** The policy for one contact, or for all users of a domain. */
export const contactPolicy: Dialog = {
  open: async (session) => {
    const present = await session.perform({ kind: 'show-policy' });
    if (present.kind !== 'policy' || present.isLocked) return done(present);
    return {
      kind: 'asking',
      form: exceptionForm(present, session.language),
      accept: (answers) => setException(answers, session),
    };
  },
};

function exceptionForm(present: PolicyReply, language: Language): DataForm {
  const { commands, fields, notes } = language.forms;
  return {
    title: commands['contact-policy'].name,
    instructions: commands['contact-policy'].instructions,
    fields: [
      ...exceptionFields(present, language),
      {
        type: 'jid-single',
        name: 'contact',
        label: fields.peer,
        isRequired: true,
        ifWrong: notes.badPeer,
      },
      choiceField(language, { values: CHOICES.slice(0, 1), isRequired: true }),
    ],
  };
}

function exceptionFields({ exceptions }: PolicyReply, language: Language): readonly Field[] {
  const { forms, policy } = language;
  const lines = Object.entries(exceptions).map(([peer, allowed]) =>
    policy.exception(peer, forms.policies[allowed]),
  );
  return lines.length === 0
    ? []
    : [
        {
          type: 'fixed',
          text: firstPartOf([forms.fields.exceptions, ...lines].join('\n'), language),
        },
      ];
}

async function setException(answers: Answers, { perform, language }: Session): Promise<Outcome> {
  const { badPeer, badPolicy } = language.forms.notes;
  const peer = peerOf(textIn(answers, 'contact'));
  if (peer === undefined) return wrong(badPeer);
  const choice = oneOf(CHOICES, answers, 'policy');
  if (choice === undefined) return wrong(badPolicy);
  return done(await perform({ kind: 'set-exception', peer, policy: choice }));
}

function choiceField(
  { forms }: Language,
  present: { readonly values: readonly string[]; readonly isRequired?: boolean },
): Field {
  return {
    type: 'list-single',
    name: 'policy',
    label: forms.fields.policy,
    options: CHOICES.map((value) => ({ value, label: forms.policies[value] })),
    ifWrong: forms.notes.badPolicy,
    ...present,
  };
}
