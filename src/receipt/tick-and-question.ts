import type { Life } from '../message/life.ts';
import { factsReadUpTo } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import { consentOf } from './consent.ts';
import type { Context } from './disclose.ts';
import { entitlementOf } from './entitlement.ts';
import { type QuestionDecision, questionOf } from './question.ts';
import { type TickDecision, tickOf } from './tick.ts';
import { hasMark, type Tracked } from './tracked.ts';

export interface TickAndQuestion {
  readonly tick: TickDecision;
  readonly question: QuestionDecision;
}

export function tickAndQuestionOf(
  { key, ticked }: Tracked,
  life: Life,
  context: Context & { readonly completeUpTo: Stamp },
): TickAndQuestion {
  const { rules, readUpTo, completeUpTo } = context;
  const covered = { startedAt: life.startedAt, facts: factsReadUpTo(life, readUpTo) };
  const consent = consentOf(key, life, context);
  const entitlement = entitlementOf(key, life, rules);
  const wasTicked = hasMark(life, ticked);
  const { grace } = rules;
  const tick = tickOf({ key, life: covered, consent, entitlement, wasTicked, completeUpTo, grace });
  return { tick, question: questionOf(covered, consent, { asker: entitlement, wasTicked }) };
}
