import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockOf } from '../support/blocks.ts';
import { REPOSITORY } from '../support/repository.ts';
import { SERVER_KIND } from '../support/server.ts';
import { wordsLike } from '../support/speeches.ts';

const MAIN = join(REPOSITORY, 'dist/demo/main.js');

/** Prosody is what it takes unless told otherwise. */
const ON_SERVER = SERVER_KIND === 'prosody' ? [] : ['--server', SERVER_KIND];

/** Every receipt that the scenes promise: message and status. */
const PROMISED = [
  'lunch displayed',
  'milk displayed',
  'keys displayed',
  'parcel sent',
  'dinner stored',
  'dinner delivered',
  'train stored',
  'train delivered',
  'typo failed',
  'again delivered',
  'money sent',
  'money confirmed',
  'party sent',
];

/** Every tick in the sender's own app: message, and who answered. */
const TICKED = [
  'lunch app',
  'milk app',
  'keys app',
  'dinner app',
  'train app',
  'again server',
  'money server',
];

/** The facts that a receipt may tell of; `delivered` is left out. */
const FACTS_OF: Readonly<Record<string, readonly string[]>> = {
  sent: ['sent'],
  stored: ['stored', 'kept'],
  failed: ['failed'],
  displayed: ['displayed'],
  confirmed: ['approved'],
};

interface Line {
  readonly at: string;
  readonly kind: 'message' | 'fact' | 'receipt' | 'tick' | 'chat';
  readonly id?: string;
  readonly from: string;
  readonly status?: string;
  readonly fact?: string;
  readonly withheld?: string;
  readonly by?: string;
  readonly body?: string;
  readonly text: string;
}

/** Many times what it takes: the machine may be busy. */
const DEMO_MS = 300_000;

const ADDRESS = /^\w+@(receipts\.)?example\.org$/;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it left in its folder for temporary files. */
  readonly left: readonly string[];
}

describe(`the demo on ${SERVER_KIND}`, () => {
  let run: Run;
  let lines: readonly Line[];

  beforeAll(async () => {
    run = await runDemo([...ON_SERVER, '--json']);
    lines = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }, DEMO_MS);

  test('the demo ends by itself, with status 0', () => {
    expect(run).toMatchObject({ code: 0 });
  });

  test('the demo prints JSON objects of one shape', () => {
    const common = {
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      from: expect.stringMatching(ADDRESS),
      to: expect.stringMatching(ADDRESS),
      text: expect.any(String),
    };
    const about = { ...common, id: expect.any(String), from: 'alice@example.org' };
    const shapes = {
      message: { ...about, kind: 'message' },
      fact: { ...about, kind: 'fact', fact: expect.any(String) },
      receipt: { ...about, kind: 'receipt', status: expect.any(String) },
      tick: { ...about, kind: 'tick', by: expect.stringMatching(/^(app|server)$/) },
      chat: { ...common, kind: 'chat', body: expect.any(String) },
    };
    for (const { withheld, ...line } of lines) expect(line).toEqual(shapes[line.kind]);
  });

  test('the demo prints events in the order in which they happened', () => {
    const instants = lines.map(({ at }) => at);
    expect(instants).toEqual(instants.toSorted());
  });

  test('the demo tells the sender each receipt that it promises once, and nothing else', () => {
    const told = lines
      .filter(({ kind }) => kind === 'receipt')
      .map(({ id, status }) => `${id} ${status}`);
    expect(told.toSorted()).toEqual(PROMISED.toSorted());
  });

  test('the demo shows each tick in the sender’s own app once, and who answered', () => {
    const ticks = lines.filter(({ kind }) => kind === 'tick').map(({ id, by }) => `${id} ${by}`);
    expect(ticks.toSorted()).toEqual(TICKED.toSorted());
  });

  test('the demo shows a message first, then what becomes of it', () => {
    for (const { id } of lines.filter(({ kind }) => kind === 'message')) {
      const kinds = lines.filter((line) => line.id === id).map(({ kind }) => kind);
      expect(kinds.slice(0, 2)).toEqual(['message', 'fact']);
    }
  });

  test('the demo shows a tick by an app, and a receipt, only after the fact that it follows from', () => {
    const isCause = (line: Line, fact: Line) =>
      fact.kind === 'fact' &&
      fact.id === line.id &&
      (line.kind === 'tick' ? ['received'] : (FACTS_OF[line.status ?? ''] ?? [])).includes(
        fact.fact ?? '',
      );
    const effects = lines.filter(
      ({ kind, by, status }) => by === 'app' || (kind === 'receipt' && status !== 'delivered'),
    );
    expect(effects).not.toEqual([]);
    const early = effects.filter(
      (line) => !lines.slice(0, lines.indexOf(line)).some((fact) => isCause(line, fact)),
    );
    expect(early).toEqual([]);
  });

  test('the demo shows how the bot asks a recipient, and what becomes of a yes', () => {
    const about = (line: Line) => line.id === 'money' || line.kind === 'chat';
    const [yes] = lines.filter(({ body }) => body === 'yes');
    const since = lines.slice(lines.findIndex(({ id }) => id === 'money'));
    const until = since.filter(about).slice(0, since.filter(about).indexOf(yes as Line));
    expect(until).toContainEqual(expect.objectContaining({ fact: 'received', withheld: 'yes' }));
    expect(until.findLast(({ kind }) => kind === 'chat')?.body).toMatch(
      /^alice@example\.org asks whether you received the message of \d\d:\d\d UTC[-+:0-9]*\.\nAnswer yes, no or later\. For good: “yes, always” or “no, never”\.$/,
    );
    expect(until.map(({ kind }) => kind)).not.toContain('tick');
    expect(until.map(({ fact }) => fact)).not.toContain('approved');
    expect(lines).toContainEqual(expect.objectContaining({ id: 'money', fact: 'approved' }));
  });

  test('the demo shows that answers are stopped under refuse while the daemon is away', () => {
    const gossip = lines.filter(({ id }) => id === 'gossip');
    expect(gossip).toContainEqual(expect.objectContaining({ fact: 'received', withheld: 'yes' }));
    expect(gossip.map(({ kind }) => kind)).not.toContain('receipt');
  });

  test('the demo is what the command of docs/demo.md starts, when all that it needs is there', () => {
    const [, script = ''] = /^npm run (\w+)$/.exec(blockOf('docs/demo.md', 'npm run').trim()) ?? [];
    const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    expect(scripts[script]).toBe('node scripts/with-setup.mjs demo');
    const setup = readFileSync(join(REPOSITORY, 'scripts/with-setup.mjs'), 'utf8');
    expect(setup).toContain("run('node', ['dist/demo/main.js', ...args])");
  });

  test('the demo prints the line that docs/demo.md shows', () => {
    const shown: Line = JSON.parse(blockOf('docs/demo.md', '{"at"'));
    const [like] = lines.filter(({ kind, id }) => kind === shown.kind && id === shown.id);
    const text = expect.stringMatching(wordsLike(shown.text));
    expect(like).toEqual({ ...shown, at: expect.any(String), text });
  });

  test('the demo plays the scene that README.md shows', () => {
    const [title = '', ...happenings] = sceneIn(blockOf('README.md', '8. Bob wants'));
    expect(run.stderr).toContain(title.replace(/^8\. /, ''));
    expect(happenings.length).toBeGreaterThan(5);
    const words = lines.map(({ text }) => text.replace(/\s+/g, ' '));
    for (const happening of happenings)
      expect(words).toContainEqual(expect.stringMatching(happening));
  });

  test('the demo leaves nothing in its temporary folder', () => {
    expect(run.left).toEqual([]);
  });

  test('the demo says what is missing where it cannot run', async () => {
    const { code, stdout, stderr } = await runDemo(ON_SERVER, { PATH: '/nowhere' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`apt-get install ${SERVER_KIND}`);
  });

  test('the demo refuses an option that it does not know', async () => {
    const { code, stderr } = await runDemo(['--jsno']);
    expect(code).toBe(64);
    expect(stderr).toContain("'--jsno'");
  });

  test('the demo refuses a server that it does not know', async () => {
    const { code, stderr } = await runDemo(['--server', 'openfire']);
    expect(code).toBe(64);
    expect(stderr).toContain('expected prosody or ejabberd, found “openfire”');
  });
});

/** The title, and what happens: without times, signs and the id of the message. */
function sceneIn(block: string): readonly string[] {
  const [title = '', ...rest] = block
    .replace(/\n {20,}/g, ' ')
    .trim()
    .split('\n');
  const happenings = rest.map((line) => line.replace(/^ *\d+ ms \S /, '').replace(' money ', ' '));
  return [title, ...happenings.map((line) => likeAnyTime(line.replace(/\s+/g, ' ')))];
}

/** A pattern of these words. */
function likeAnyTime(words: string): string {
  return wordsLike(words).source.replace(/after \d+ ms/, 'after \\d+ ms');
}

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function runDemo(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
  folders.push(folder);
  const env = { ...process.env, TMPDIR: folder, ...environment };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env }, async (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr, left: await readdir(folder) }),
    );
  });
}
