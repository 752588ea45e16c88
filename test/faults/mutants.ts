import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../support/repository.ts';

/** A daemon with a mistake, which the driver must find. */
export interface Mutant {
  readonly name: string;
  /** In `dist/src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** What the driver says of it. */
  readonly finds: RegExp;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'tells delivered for what is only sent',
    file: 'message/kinds.js',
    from: "proves: 'sent'",
    to: "proves: 'delivered'",
    finds: /wrong: .*told delivered, and no device had it/,
  },
  {
    name: 'sends a receipt again under another id',
    file: 'sending/compose.js',
    from: 'receiptMessage({ id,',
    to: 'receiptMessage({ id: id + "-" + Date.now(),',
    finds: /duplicated: .*told \w+ under/,
  },
  {
    name: 'forgets a receipt before the server has it',
    file: 'sending/send-round.js',
    from: 'await sendUntilTaken(stanzas, parts);\n    await settle(written.map(({ item }) => item));',
    to: 'await settle(written.map(({ item }) => item));\n    await sendUntilTaken(stanzas, parts);',
    finds: /lost: .*not (come|told)/,
  },
  {
    name: 'tells a status after a further one',
    file: 'receipt/tell.js',
    from: "return decision.kind === 'tell' ? decision.proofs : [];",
    to: "return decision.kind === 'tell' ? decision.proofs.toReversed() : [];",
    finds: /wrong: .*told \w+ after/,
  },
  {
    name: 'forgets what it knew when it hears more',
    file: 'message/record.js',
    from: 'export function addFacts(record, news) {',
    to: 'export function addFacts(record, news) {\n    if (news.length > 0) record = { ...record, facts: record.facts.filter(({ kind }) => kind === "accepted") };',
    finds: /wrong: .*the store said|lost: /,
  },
  {
    name: 'tells what became of a message to somebody who refuses',
    file: 'receipt/disclose.js',
    from: "refuse: ['accepted', 'failed', 'declined']",
    to: "refuse: ['accepted', 'sent', 'stored', 'delivered', 'failed', 'declined']",
    finds: /wrong: .*of somebody who refuses/,
  },
  {
    name: 'acknowledges facts before they are committed',
    file: 'facts/pipeline.js',
    from: 'const isCommitted = await parts.commitInTurn(batch);',
    to: 'const isCommitted = true; void parts.commitInTurn(batch);',
    finds: /lost: .*the store (has no record|says)/,
  },
  {
    name: 'sends a notice under an id that it does not keep',
    file: 'sending/compose-notice.js',
    from: 'id: overdue.notice,',
    to: 'id: overdue.notice.slice(0, -4) + String(Date.now()).slice(-4),',
    finds: /wrong: a notice/,
  },
  {
    name: 'sends a notice before the deadline',
    file: 'facts/watching.js',
    from: '[[domain, upTo]]',
    to: '[[domain, upTo + 2_000_000]]',
    finds: /wrong: .*a notice \d+ ms before/,
  },
  {
    name: 'sends a notice about what was answered in time',
    file: 'receipt/watch.js',
    from: 'known.some((status) => reaches(status, watch.goal))',
    to: 'known.length > 1_000_000',
    finds: /wrong: .*the sign that its sender waits for/,
  },
];

/** Nothing may be found in it by the same rules. */
export const SOUND: Mutant = {
  name: 'has no mistake',
  file: 'main.js',
  from: '//# sourceMappingURL',
  to: '//# sourceMappingURL',
  finds: /./,
};

/** The program of that daemon, in a folder of its own. */
export function buildMutant({ file, from, to }: Mutant): { main: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  cpSync(join(REPOSITORY, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const name of ['package.json', 'node_modules'])
    symlinkSync(join(REPOSITORY, name), join(folder, name));
  const path = join(folder, 'dist/src', file);
  writeFileSync(path, changed(readFileSync(path, 'utf8'), { file, from, to }));
  return { main: join(folder, 'dist/src/main.js'), folder };
}

function changed(text: string, { file, from, to }: Pick<Mutant, 'file' | 'from' | 'to'>): string {
  if (text.split(from).length !== 2) throw new Error(`${file} has not, or not once: ${from}`);
  return text.replace(from, () => to);
}
