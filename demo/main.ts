import { parseArgs } from 'node:util';
import type { ServerKind } from '../test/support/server.ts';
import { BOB } from './cast.ts';
import { Cleanup } from './cleanup.ts';
import { InOrder } from './in-order.ts';
import { JsonLines } from './json-lines.ts';
import { outcomesOf } from './outcomes.ts';
import type { Printer } from './printer.ts';
import { SCENES } from './scenes.ts';
import { GRACE_MS, type Stage, setStage } from './stage.ts';
import { invitation } from './stay.ts';
import { Timeline } from './timeline.ts';

const USAGE = 'npm run demo -- [--server prosody|ejabberd] [--stay] [--json]';

interface Options {
  readonly server: ServerKind;
  readonly json: boolean;
  readonly stay: boolean;
}

/** A breath for who reads, and time for what nobody promised to come. */
const BETWEEN_SCENES_MS = 300;

const LEGEND = `
▶ what Alice writes   · what becomes of it   ✓ a tick in her own app   ◀ what xmpp-receipts tells her
» what recipients and the bot of xmpp-receipts say to each other

What an app answers by itself she is not told again, unless she asks for it; the app has ${GRACE_MS} ms to do so.`;

const EXIT = { failed: 1, usage: 64, interrupted: 130 } as const;

async function main(): Promise<number> {
  const options = readOptions();
  if (options instanceof Error) return complain(`${options.message}\n${USAGE}`, EXIT.usage);
  const printer = new InOrder(options.json ? new JsonLines() : new Timeline(isColoured()));
  const interruption = whenUnwanted();
  const cleanup = new Cleanup();
  const stage = setStage(options.server, printer, cleanup);
  try {
    const isDone = await Promise.race([interruption, stage.then((set) => play(set, printer))]);
    if (!isDone) return EXIT.interrupted;
    if (options.stay) await stay(await stage, printer, interruption);
    else printer.progress(`\nWith a client of your own: ${commandToStay(options)}`);
    return 0;
  } catch (error) {
    printer.release();
    return complain(`\nThe demo failed: ${await explain(error, stage)}`, EXIT.failed);
  } finally {
    await cleanup.run();
    // Somebody may have been impatient while it was still being set.
    await stage.catch(() => undefined);
    await cleanup.run();
  }
}

function readOptions(): Options | Error {
  try {
    const { values } = parseArgs({
      options: {
        server: { type: 'string', default: 'prosody' },
        json: { type: 'boolean', default: false },
        stay: { type: 'boolean', default: false },
      },
    });
    return { ...values, server: serverKind(values.server) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function serverKind(name: string): ServerKind {
  if (name === 'prosody' || name === 'ejabberd') return name;
  throw new Error(`--server: expected prosody or ejabberd, found “${name}”`);
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
    try {
      await playScene(stage);
      await stage.journal.expectNothingElse(BETWEEN_SCENES_MS);
      await stage.journal.expectAllShown();
    } catch (cause) {
      throw new Error(`scene “${title}”: ${textOf(cause)}`, { cause });
    }
  }
  printer.conclude(await outcomesOf(stage));
  return true;
}

function commandToStay({ server }: Options): string {
  return `npm run demo -- ${server === 'prosody' ? '' : `--server ${server} `}--stay`;
}

/** The stage is the visitor's: Bob is as in the beginning, the others go, Alice's own client too. */
async function stay(stage: Stage, printer: Printer, interruption: Promise<false>): Promise<void> {
  stage.journal.close();
  await stage.tellQuietly(BOB, 'policy default');
  for (const person of [stage.alice, stage.carol, stage.li]) await person.leaves();
  printer.progress(invitation(stage));
  await interruption;
}

async function explain(error: unknown, stage: Promise<Stage>): Promise<string> {
  const words = await stage.then(({ lastWords }) => lastWords()).catch(() => undefined);
  return words === undefined ? textOf(error) : `${textOf(error)}\n\n${words}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isColoured(): boolean {
  return process.stdout.isTTY === true && !process.env['NO_COLOR'];
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

process.exit(await main());
