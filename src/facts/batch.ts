import type { Fact } from '../message/fact.ts';
import { keyText } from '../message/key.ts';
import type { Stamp } from '../message/time.ts';
import { type Line, readLines } from '../protocol/feed-text.ts';
import { digitsIn } from '../protocol/field.ts';
import { errorOf, resultOf } from '../protocol/iq.ts';
import { NS } from '../protocol/namespaces.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { News } from '../store/record-store.ts';
import type { Source } from './source.ts';

/** What one IQ of facts holds. */
export interface Batch extends Source {
  readonly waiting: number;
  readonly text: string;
  readonly lines: readonly Line[];
  /** The server has dropped facts up to then; what tells of it may still be waiting. */
  readonly gap: Stamp | undefined;
}

export function readBatch(request: Element, facts: Element, spell: Spelling): Batch {
  const domain = request.attrs['from'] ?? '';
  const { node = '' } = facts.attrs;
  const text = facts.getText();
  const waiting = Number(facts.attrs['waiting'] ?? 0) || 0;
  const gap = digitsIn(facts.attrs['gap'] ?? '');
  return { domain, node, waiting, text, lines: readLines(text, domain, { spell, node }), gap };
}

/** The news of several batches: the facts of one message are joined. */
export function newsIn(batches: readonly Batch[]): readonly News[] {
  const news = new Map<string, { key: News['key']; facts: Fact[] }>();
  for (const line of batches.flatMap(({ lines }) => lines)) {
    if (line.kind !== 'message') continue;
    const name = keyText(line.key);
    const known = news.get(name);
    if (known === undefined) news.set(name, { key: line.key, facts: [...line.facts] });
    else known.facts.push(...line.facts);
  }
  return [...news.values()];
}

export type Deleted = Extract<Line, { kind: 'deleted' }>;

export function deletedIn(batches: readonly Batch[]): readonly Deleted[] {
  return batches.flatMap(({ lines }) => lines.filter((line) => line.kind === 'deleted'));
}

export type Emptied = Extract<Line, { kind: 'emptied' }>;

export function emptiedIn(batches: readonly Batch[]): readonly Emptied[] {
  return batches.flatMap(({ lines }) => lines.filter((line) => line.kind === 'emptied'));
}

export interface Restart {
  readonly domain: string;
  readonly at: Stamp;
  /** Only this one of several nodes; `undefined`: the whole server. */
  readonly node: string | undefined;
}

export function restartsIn(batches: readonly Batch[]): readonly Restart[] {
  return batches.flatMap(({ domain, node, lines }) =>
    lines
      .filter((line) => line.kind === 'restarted')
      .map(({ at, isWhole }) => ({ domain, at, node: isWhole ? undefined : node })),
  );
}

export function newestGapIn({ gap, lines }: Batch): Stamp | undefined {
  const told = lines.filter((line) => line.kind === 'gap').map(({ at }) => at);
  const all = gap === undefined ? told : [...told, gap];
  return all.length === 0 ? undefined : Math.max(...all);
}

export function newestIn({ lines }: Batch): Stamp | undefined {
  const stamps = lines.flatMap(stampsIn);
  return stamps.length === 0 ? undefined : Math.max(...stamps);
}

export function newestFactIn({ lines }: Batch): Fact | undefined {
  const facts = lines.flatMap((line) => (line.kind === 'message' ? line.facts : []));
  return facts.reduce<Fact | undefined>(
    (newest, fact) => (newest === undefined || fact.at > newest.at ? fact : newest),
    undefined,
  );
}

function stampsIn(line: Line): readonly Stamp[] {
  if (line.kind === 'message') return line.facts.map(({ at }) => at);
  return 'at' in line ? [line.at] : [];
}

/** The acknowledgement: the server may forget these lines. */
export function takenResult(request: Element, { lines }: Batch): Element {
  const bad = lines.filter(({ kind }) => kind === 'bad').length;
  const count = lines.length - bad;
  return resultOf(request, element('facts', { xmlns: NS.feed, taken: count, bad }));
}

/** The server keeps the batch and sends it again. */
export function busyError(request: Element): Element {
  return errorOf(request, {
    type: 'wait',
    condition: 'resource-constraint',
    text: 'the store cannot take facts now',
  });
}
