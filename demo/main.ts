import { parseArgs } from 'node:util';
import { JsonLines } from './json-lines.ts';
import { outcomesOf } from './outcomes.ts';
import type { Printer } from './printer.ts';
import { SCENES } from './scenes.ts';
import { GRACE_MS, type Stage, setStage } from './stage.ts';
import { invitation } from './stay.ts';
import { Timeline } from './timeline.ts';

const USAGE = 'npm run demo [-- --stay] [-- --json]';

interface Options {
  readonly json: boolean;
  readonly stay: boolean;
}

/** A breath for who reads, and time for what nobody promised to come. */
const BETWEEN_SCENES_MS = 300;

const LEGEND = `
▶ what Alice writes, · what becomes of it, ◀ what xmpp-receipts tells her
(what her own app shows anyway she is not told again; apps that may still answer have ${GRACE_MS} ms to do so)`;

const EXIT = { failed: 1, usage: 64, interrupted: 130 } as const;

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return complain(USAGE, EXIT.usage);
  const printer = options.json ? new JsonLines() : new Timeline({ isColoured: isColoured() });
  const interruption = whenUnwanted();
  const stage = setStage(printer);
  try {
    const isDone = await Promise.race([interruption, play(await stage, printer)]);
    if (!isDone) return EXIT.interrupted;
    if (options.stay) await stay(await stage, printer, interruption);
    else printer.progress('\nWith a client of your own: npm run demo -- --stay');
    return 0;
  } catch (error) {
    return complain(`\nThe demo failed: ${await explain(error, stage)}`, EXIT.failed);
  } finally {
    await stage.then(({ dispose }) => dispose()).catch(() => undefined);
  }
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        stay: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch {
    return undefined;
  }
}

/** Resolves with false when nobody wants to see more; what was started is ended in order, however impatient they are. */
function whenUnwanted(): Promise<false> {
  return new Promise((resolve) => {
    // Whoever read our output has gone.
    process.stdout.on('error', () => resolve(false));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve(false));
    }
  });
}

async function play(stage: Stage, printer: Printer): Promise<true> {
  printer.progress(LEGEND);
  for (const { title, play: playScene } of SCENES) {
    printer.beginScene(title);
    await playScene(stage);
    await stage.journal.expectNothingElseTold(BETWEEN_SCENES_MS);
  }
  printer.conclude(await outcomesOf(stage));
  return true;
}

/** The stage is the visitor's: Carol goes, Alice's own client too. */
async function stay(stage: Stage, printer: Printer, interruption: Promise<false>): Promise<void> {
  await stage.alice.leaves();
  await stage.carol.leaves();
  printer.progress(invitation(stage));
  await interruption;
}

async function explain(error: unknown, stage: Promise<Stage>): Promise<string> {
  const what = error instanceof Error ? error.message : String(error);
  const words = await stage.then(({ lastWords }) => lastWords()).catch(() => undefined);
  return words === undefined ? what : `${what}\n\n${words}`;
}

function isColoured(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR'];
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

process.exit(await main());
