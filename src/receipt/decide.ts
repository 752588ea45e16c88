import { domainOf } from '../message/jid.ts';
import type { Proof, Status } from '../message/status.ts';
import {
  type Decision,
  hold,
  isMarkable,
  isOutdone,
  isTold,
  type Matter,
  tellAfterGrace,
  tellNow,
  waitForOthers,
  wasHandedError,
} from './decision.ts';
import { askedFor } from './report.ts';

/** Is a receipt sent, for programs? */
export function decide(matter: Matter): Decision {
  if (!matter.rules.domains.includes(domainOf(matter.key.sender)))
    return hold('sender-is-elsewhere');
  const asked = askedFor(matter.life);
  return asked === undefined ? decideUnasked(matter) : decideAsked(matter, asked);
}

/**
 * With `<report/>` the sender gets exactly the named statuses, at once, even if the sender's client
 * learns them without us. All proved ones are told, so it does not matter which facts came
 * together.
 */
function decideAsked(matter: Matter, asked: readonly Status[]): Decision {
  const { disclosed, told } = matter;
  const proved = disclosed.proofs.filter(
    ({ status }) => status !== 'accepted' && asked.includes(status),
  );
  if (proved.length === 0) return holdUnwanted(matter);
  const untold = proved.filter((proof) => !isTold(proof, told, 'programs'));
  if (untold.length === 0) return hold('already-told');
  return waitForOthers(untold, matter) ?? { kind: 'tell', proofs: untold };
}

/** It is not told, but may be answered: so it is looked at when it could be told. */
function holdUnwanted(matter: Matter): Decision {
  return waitForOthers(matter.disclosed.proofs.slice(-1), matter) ?? hold('not-asked-for');
}

function decideUnasked(matter: Matter): Decision {
  const proof = matter.disclosed.proofs.at(-1);
  if (proof === undefined || proof.status === 'accepted') return hold('nothing-to-tell');
  if (!wanted(matter).includes(proof.status)) return holdUnwanted(matter);
  const decision = isOutdone(proof, matter.life)
    ? hold('client-answered')
    : decideByStatus(matter, proof);
  if (decision.kind === 'hold') return decision;
  return isTold(proof, matter.told, 'programs') ? hold('already-told') : decision;
}

/** The statuses that are told without `<report/>`: the sender's choice, else the operator's. */
function wanted({ sender, rules }: Matter): readonly Status[] {
  return sender.statuses ?? rules.statuses;
}

function decideByStatus(matter: Matter, proof: Proof): Decision {
  switch (proof.status) {
    case 'relayed':
    case 'sent':
      return tellAfterGrace(matter, proof);
    case 'delivered':
      return proof.evidence === 'client' ? hold('client-answered') : tellAfterGrace(matter, proof);
    case 'displayed':
      return isMarkable(matter.life) ? hold('client-shows-it') : tellNow(proof);
    case 'failed':
      return wasHandedError(matter.life) ? hold('server-told') : tellNow(proof);
    case 'stored':
    case 'lost':
      return waitForOthers([proof], matter) ?? tellNow(proof);
    case 'accepted':
    case 'expired':
    case 'declined':
    case 'confirmed':
      return tellNow(proof);
    default:
      return proof.status satisfies never;
  }
}
