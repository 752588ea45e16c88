import { ANY_VERSION, NS, OF_ENCRYPTION } from '../../protocol/namespaces.ts';
import type { Element } from '../../protocol/xml.ts';
import type { NotRead } from '../../telemetry/counters.ts';
import { isTalk } from './talk.ts';

/**
 * Why a body is not read. `encrypted` and `correction` deserve an answer. `about-another`: what is
 * said belongs to another message, or is for programs.
 */
export type Unread = NotRead;

/** XEP-0428: a part of the body that only stands for something else. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A body beside these elements is not what the user wrote to us. `undefined`: it can be read. */
export function whyUnread(message: Element): Unread | undefined {
  if (!isTalk(message)) return undefined;
  const elements = message.getChildElements();
  if (elements.some(holdsCipher) || isOtr(message)) return 'encrypted';
  if (elements.some(namesEncryption)) return hasBody(message) ? 'encrypted' : 'about-another';
  return whyNotForUs(message, elements);
}

function whyNotForUs(message: Element, elements: readonly Element[]): Unread | undefined {
  if (elements.some(isCorrection)) return 'correction';
  return elements.some(isAboutAnother) || isAllFallback(message) ? 'about-another' : undefined;
}

/** XEP-0384 (a key transport has no payload), XEP-0373, XEP-0027. */
function holdsCipher(element: Element): boolean {
  const { name, attrs } = element;
  if (name === 'openpgp') return true;
  if (name === 'encrypted') return element.getChild('payload') !== undefined;
  return name === 'x' && attrs['xmlns'] === NS.encrypted;
}

/** XEP-0380, an encryption that is not known here, or a fallback for one. */
function namesEncryption({ name, attrs }: Element): boolean {
  if (name === 'encryption' || name === 'encrypted') return true;
  return name === 'fallback' && OF_ENCRYPTION.test(attrs['for'] ?? '');
}

/** XEP-0364. */
function isOtr(message: Element): boolean {
  return message.getChild('body')?.getText().trimStart().startsWith('?OTR') ?? false;
}

function hasBody(message: Element): boolean {
  return message.getChild('body') !== undefined;
}

/** XEP-0308. */
function isCorrection({ name, attrs }: Element): boolean {
  return name === 'replace' && attrs['xmlns']?.startsWith(ANY_VERSION.correction) === true;
}

const CHANGES_ANOTHER = [ANY_VERSION.retraction, ANY_VERSION.moderation, ANY_VERSION.fastening];

/** XEP-0424, XEP-0425, XEP-0422; XEP-0444 where it is not about a question of ours. */
function isAboutAnother(element: Element): boolean {
  const namespace = element.attrs['xmlns'] ?? '';
  return (
    isReaction(element) || CHANGES_ANOTHER.some((beginning) => namespace.startsWith(beginning))
  );
}

/** XEP-0444. */
export function isReaction({ name, attrs }: Element): boolean {
  return name === 'reactions' && attrs['xmlns']?.startsWith(ANY_VERSION.reactions) === true;
}

/** XEP-0428 §2: without a range all of the body stands for something else. */
function isAllFallback(message: Element): boolean {
  return message
    .getChildren('fallback', NS.fallback)
    .some((fallback) => fallback.attrs['for'] !== NS.reply && rangesOf(fallback) === undefined);
}

/** The parts of the body that a fallback names; `undefined` if it means all of it. */
export function rangesOf(fallback: Element): readonly Range[] | undefined {
  const bodies = fallback.getChildren('body');
  if (fallback.getChildElements().length > 0 && bodies.length === 0) return [];
  const ranges = bodies.map(rangeOf);
  return ranges.length > 0 && ranges.every((range) => range !== undefined) ? ranges : undefined;
}

function rangeOf({ attrs }: Element): Range | undefined {
  const { start = '', end = '' } = attrs;
  if (!/^\d+$/.test(start) || !/^\d+$/.test(end)) return undefined;
  return { start: Number(start), end: Number(end) };
}
