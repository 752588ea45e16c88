import fc from 'fast-check';
import { corpusOf } from './corpus.ts';
import type { Subject, Target } from './target.ts';

/** So many inputs have one seed. */
export const AT_ONCE = 10_000;
const MEGABYTE = 2 ** 20;
/** What may be held after all inputs beyond what was held after the first ones. */
const MOST_GROWTH = 48 * MEGABYTE;

export interface Options {
  readonly seed: number;
  readonly inputs: number;
  /** Collects the garbage, so that what is held can be measured. */
  readonly collect?: (() => void) | undefined;
  readonly onPart?: (done: number) => void;
}

export interface Report {
  readonly inputs: number;
  readonly seconds: number;
  /** Megabytes that are held after the first part, and in the end. */
  readonly held: readonly [number, number];
  /** What did not hold, with the seed of its part. */
  readonly failure?: { readonly seed: number; readonly message: string };
}

/** Gives the target so many inputs, those of the corpus first. */
export async function fuzz<Input>(target: Target<Input>, options: Options): Promise<Report> {
  const began = performance.now();
  let [first, last] = [0, 0];
  let done = 0;
  for (let seed = options.seed; done < options.inputs; seed += 1) {
    const count = Math.min(AT_ONCE, options.inputs - done);
    const message = await failureOf(target, { seed, count });
    done += count;
    last = heldAfter(options.collect);
    first ||= last;
    options.onPart?.(done);
    if (message !== undefined) return { ...report(), failure: { seed, message } };
  }
  const grown = last - first > MOST_GROWTH;
  return grown
    ? { ...report(), failure: { seed: options.seed, message: 'memory grows' } }
    : report();

  function report(): Report {
    const seconds = (performance.now() - began) / 1000;
    return { inputs: done, seconds, held: [first / MEGABYTE, last / MEGABYTE] };
  }
}

async function failureOf<Input>(
  target: Target<Input>,
  { seed, count }: { readonly seed: number; readonly count: number },
): Promise<string | undefined> {
  const subject = await target.open();
  const examples = corpusOf(target.name).map((text): [Input] => [target.read(text)]);
  const details = await fc.check(propertyOf(target, subject), {
    seed,
    numRuns: count,
    examples,
    // What a daemon took before may matter: then a smaller input alone says nothing.
    endOnFailure: subject.isAsync,
  });
  const broken = await closed(subject);
  return details.failed ? `${details.errorInstance}\n${fc.defaultReportMessage(details)}` : broken;
}

function propertyOf<Input>({ inputs }: Target<Input>, { check, isAsync }: Subject<Input>) {
  return isAsync
    ? fc.asyncProperty(inputs, async (input) => void (await check(input)))
    : fc.property(inputs, (input) => void check(input));
}

async function closed({ close }: Subject<never>): Promise<string | undefined> {
  try {
    await close?.();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function heldAfter(collect: (() => void) | undefined): number {
  collect?.();
  return process.memoryUsage().heapUsed;
}
