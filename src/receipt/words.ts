import { domainOf } from '../message/jid.ts';
import type { Proof, Status } from '../message/status.ts';
import {
  type Decision,
  type HoldReason,
  hold,
  isMarkable,
  isOutdone,
  isTold,
  type Matter,
  tellAfter,
  tellAfterGrace,
  tellNow,
  waitForOthers,
  wasHandedError,
} from './decision.ts';
import { type Mentions, sentMentionedUntil, storedMentionedUntil } from './mentions.ts';
import { statusesInWords, wantsWords } from './preferences.ts';
import { askedFor } from './report.ts';
import type { TickDecision } from './tick.ts';
import type { Tracked } from './tracked.ts';
import { isTicked } from './worth-a-row.ts';

export interface WordsMatter extends Matter {
  readonly tracked: Tracked;
  readonly tick: TickDecision;
  /** What the sender was told of this contact lately. */
  readonly mentions: Mentions;
}

/**
 * Is a person told in words? Only what they must know or act on, and never what their own client
 * shows them: a tick, a marker, the server's error.
 */
export function decideWords(matter: WordsMatter): Decision {
  const { key, life, disclosed, told, rules, sender } = matter;
  if (!rules.domains.includes(domainOf(key.sender))) return hold('sender-is-elsewhere');
  if (!wantsWords(sender, rules.words.byDefault)) return hold('words-off');
  const proof = disclosed.proofs.at(-1);
  if (proof === undefined || proof.status === 'accepted') return hold('nothing-to-tell');
  if (!comesInWords(proof.status, matter)) return hold('not-asked-for');
  const decision = isOutdone(proof, life) ? hold('client-answered') : decideByStatus(matter, proof);
  if (decision.kind === 'hold') return decision;
  return isTold(proof, told, 'people') ? hold('already-told') : decision;
}

/** `<report/>` names all that the sender wants to hear of this message. */
function comesInWords(status: Status, { sender, rules, life }: Matter): boolean {
  const chosen = statusesInWords(sender, rules);
  return chosen.includes(status) && askedFor(life)?.includes(status) !== false;
}

function decideByStatus(matter: WordsMatter, proof: Proof): Decision {
  const shown = shownBy(matter, proof.status);
  if (shown !== undefined) return hold(shown);
  switch (proof.status) {
    case 'relayed':
    case 'delivered':
      return tellAfterGrace(matter, proof);
    case 'sent':
      return tellSent(matter, proof);
    case 'stored':
      return tellStored(matter, proof);
    case 'lost':
      return waitForOthers([proof], matter) ?? tellNow(proof);
    case 'accepted':
    case 'failed':
    case 'displayed':
    case 'confirmed':
    case 'expired':
    case 'declined':
      return tellNow(proof);
    default:
      return proof.status satisfies never;
  }
}

/**
 * A contact whose app confirms nothing is named once a day. Not at once: a phone may wake up, and
 * who decides each time may answer. Who that is must not show, so the wait is the same for all.
 */
function tellSent(matter: WordsMatter, proof: Proof): Decision {
  const { rules, mentions, completeUpTo } = matter;
  const isMentioned = sentMentionedUntil(mentions, completeUpTo) !== undefined;
  const wait = Math.max(rules.grace, rules.words.storedAfter);
  return isMentioned ? hold('mentioned') : tellAfter(wait, matter, proof);
}

/** Only if it still waits after a while. What is written meanwhile is told of a day later. */
function tellStored(matter: WordsMatter, proof: Proof): Decision {
  const { rules, mentions, completeUpTo } = matter;
  const decision = tellAfter(rules.words.storedAfter, matter, proof);
  if (decision.kind === 'wait') return decision;
  const until = storedMentionedUntil(mentions, completeUpTo, rules.words);
  if (until !== undefined) return { kind: 'wait', proof, until };
  return waitForOthers([proof], matter) ?? decision;
}

/** What shows it to the sender without us; `undefined`: nothing does. */
function shownBy({ tracked, life, tick }: WordsMatter, status: Status): HoldReason | undefined {
  switch (status) {
    case 'failed':
      return wasHandedError(life) ? 'server-told' : undefined;
    case 'displayed':
      return isMarkable(life) ? 'client-shows-it' : undefined;
    case 'delivered':
    case 'confirmed':
      return isTicked(tracked, life, tick) ? 'client-shows-it' : undefined;
    default:
      return undefined;
  }
}
