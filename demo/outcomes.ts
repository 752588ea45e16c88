import { keyText, type MessageKey } from '../src/message/key.ts';
import type { Proof } from '../src/message/status.ts';
import { type Happening, nameOf, type Ticked, type Told } from './happening.ts';
import type { Outcome } from './printer.ts';
import type { Stage } from './stage.ts';

/** What became of every message, in the order in which they were written. */
export async function outcomesOf({ journal, facts }: Stage): Promise<readonly Outcome[]> {
  return Promise.all(
    facts.keys.map(async (key) => ({
      id: key.id,
      recipient: key.recipient,
      known: known((await facts.proofs(key)).at(-1), nameOf(key.recipient)),
      tick: journal.all.filter((it) => isTickOf(it, key)).at(-1)?.by,
      told: journal.all.filter((it) => isToldOf(it, key)),
    })),
  );
}

const WITNESSES = {
  server: 'the server',
  stream: 'the phone',
  client: 'the app',
} as const;

function known(proof: Proof | undefined, recipient: string): string {
  if (proof === undefined) return 'nothing';
  const witness = proof.evidence === 'person' ? recipient : WITNESSES[proof.evidence];
  return `${proof.status}, says ${witness}`;
}

function isToldOf(happening: Happening, key: MessageKey): happening is Told {
  return happening.kind === 'receipt' && keyText(happening.key) === keyText(key);
}

function isTickOf(happening: Happening, key: MessageKey): happening is Ticked {
  return happening.kind === 'tick' && keyText(happening.key) === keyText(key);
}
