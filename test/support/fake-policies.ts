import { errorOf, resultOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { type Element, element } from '../../src/protocol/xml.ts';

/** What a server module holds of the policies: docs/protocol.md §2.3. */
export class FakePolicies {
  version = '';
  settings: Readonly<Record<string, string | undefined>> = {};
  readonly lines = new Map<string, string>();
  /** The stanzas that came, as `part 1 last` or `since x`, with the number of lines. */
  readonly taken: string[] = [];
  /** A node of the cluster does not have what the others enforce. */
  isNodeMissing = false;
  #incoming: string[] = [];
  #nextPart = 1;

  /** Accounts in one part of what it tells. */
  partSize = 2;

  /** What it holds, asked in parts. */
  tell(iq: Element, query: Element): Element {
    const part = Number(query.attrs['part']);
    const lines = [...this.lines].map(
      ([account, rest]) => `${account}\t${rest.replaceAll(' | ', '\t')}`,
    );
    const some = lines.slice((part - 1) * this.partSize, part * this.partSize);
    const last = part * this.partSize < lines.length ? 'no' : 'yes';
    const attrs = { xmlns: NS.feed, part, last, version: this.version };
    return resultOf(iq, element('policies', attrs, some.join('\n')));
  }

  take(iq: Element, policies: Element): Element {
    const { part, since, instead } = policies.attrs;
    if (part === '1' && instead !== this.version && this.lines.size > 0)
      return errorOf(iq, { type: 'cancel', condition: 'conflict' });
    const lines = policies.getText() === '' ? [] : policies.getText().split('\n');
    this.taken.push(`${part === undefined ? `since ${since}` : `part ${part}`}: ${lines.length}`);
    return part === undefined ? this.#change(iq, policies, lines) : this.#part(iq, policies, lines);
  }

  #part(iq: Element, policies: Element, lines: readonly string[]): Element {
    const { part, last } = policies.attrs;
    if (part === '1') {
      this.#incoming = [];
      this.#nextPart = 1;
    }
    if (part !== String(this.#nextPart))
      return errorOf(iq, { type: 'wait', condition: 'unexpected-request' });
    this.#nextPart += 1;
    this.#incoming.push(...lines);
    if (last === 'yes') {
      this.lines.clear();
      this.#put(this.#incoming, policies);
    }
    return this.#result(iq);
  }

  #change(iq: Element, policies: Element, lines: readonly string[]): Element {
    if (policies.attrs['since'] !== this.version)
      return errorOf(iq, { type: 'cancel', condition: 'item-not-found' });
    this.#put(lines, policies);
    return this.#result(iq);
  }

  #put(lines: readonly string[], { attrs }: Element): void {
    this.version = attrs['version'] ?? '';
    const { default: policy, locked, disclosure } = attrs;
    this.settings = { policy, locked, disclosure };
    for (const line of lines) {
      const [account = '', ...rest] = line.split('\t');
      if (rest.join() === 'default') this.lines.delete(account);
      else this.lines.set(account, rest.join(' | '));
    }
  }

  #result(iq: Element): Element {
    if (this.isNodeMissing)
      return errorOf(iq, { type: 'wait', condition: 'recipient-unavailable' });
    return resultOf(iq, element('policies', { xmlns: NS.feed, version: this.version }));
  }
}
