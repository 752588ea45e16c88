import { readFileSync } from 'node:fs';
import type { PolicyAnswer, PolicySetAnswer } from '../../http/policy-routes.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { CommandFailed, EXIT } from '../exit.ts';
import { type PolicyLine, readPolicyFile } from '../policy-file.ts';
import type { Screen } from '../screen.ts';

export function addPolicy(program: Command, context: Context): void {
  const policy = program.command('policy').description('what users let senders know');
  addGet(policy, context);
  addSet(policy, context);
  addLoad(policy, context);
  addList(policy, context);
}

function addGet(policy: Command, { daemon, say, screen }: Context): void {
  policy
    .command('get')
    .argument('<user>', 'such as alice@example.org')
    .description('the policy of a user, with the exceptions')
    .option('--json', 'as JSON')
    .action(async (user, { json }) => {
      const path = `/api/policy?${new URLSearchParams({ user })}`;
      const answer = await daemon().get<PolicyAnswer>(path);
      say(json === true ? inJson(answer) : inWords([answer], screen));
    });
}

function addSet(policy: Command, { daemon, say }: Context): void {
  policy
    .command('set')
    .argument('<user>', 'such as alice@example.org')
    .argument('<policy>', 'client, automatic, manual, refuse, or default')
    .description('set it for a user, whom the bot tells so')
    .option('--contact <address>', 'only for this contact or domain')
    .option('--json', 'as JSON')
    .action(async (user, word, { contact, json }) => {
      const order = { user, policy: word, contact };
      const answer = await daemon().send<PolicySetAnswer>('PUT', '/api/policy', order);
      say(json === true ? inJson(answer) : setInWords(answer));
    });
}

function addLoad(policy: Command, { settings, daemon, say }: Context): void {
  policy
    .command('load')
    .argument('<file>', 'lines of: user, contact or -, policy')
    .description('set many from a file; all lines are checked before the first is done')
    .option('--json', 'as JSON, an object in each line')
    .action(async (file, { json }) => {
      const client = daemon();
      for (const order of linesOf(file, settings().domains)) {
        const answer = await client.send<PolicySetAnswer>('PUT', '/api/policy', order);
        say(json === true ? JSON.stringify(answer) : `${answer.user}: ${setInWords(answer)}`);
      }
    });
}

function addList(policy: Command, { settings, daemon, say, screen }: Context): void {
  policy
    .command('list')
    .argument('[domain]', 'only of this domain')
    .description('the users who have a policy')
    .option('--json', 'as JSON, an object in each line')
    .action(async (domain, { json }) => {
      const client = daemon();
      const domains = domain === undefined ? settings().domains : [domain];
      for await (const page of pagesOfAll(domains, (path) => client.get(path)))
        say(json === true ? linesInJson(page) : inWords(page, screen));
    });
}

function linesOf(file: string, domains: readonly string[]): readonly PolicyLine[] {
  const { lines, problems } = readPolicyFile(textOf(file), domains);
  if (problems.length === 0) return lines;
  throw new CommandFailed(`${file}: nothing was done.\n${problems.join('\n')}`, EXIT.usage);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandFailed(
      `${file} cannot be read: ${String(cause)}. Name a file that exists and that you may read`,
      EXIT.usage,
      { cause },
    );
  }
}

type Get = (path: string) => Promise<readonly PolicyAnswer[]>;

async function* pagesOfAll(
  domains: readonly string[],
  get: Get,
): AsyncGenerator<readonly PolicyAnswer[]> {
  for (const domain of domains) yield* pagesOf(domain, get);
}

async function* pagesOf(domain: string, get: Get): AsyncGenerator<readonly PolicyAnswer[]> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await get(`/api/policies?${new URLSearchParams({ domain, after })}`);
    if (page.length > 0) yield page;
    after = page.at(-1)?.user;
  }
}

function linesInJson(answers: readonly unknown[]): string {
  return answers.map((one) => JSON.stringify(one)).join('\n');
}

function inJson(answer: unknown): string {
  return JSON.stringify(answer, undefined, 2);
}

function inWords(answers: readonly PolicyAnswer[], screen: Screen): string {
  return screen.table(
    ['USER', 'POLICY', ''],
    answers.flatMap(({ user, policy, isOwn, isLocked, exceptions }) => [
      [user, policy, isLocked ? '(locked)' : isOwn ? '' : '(the default)'],
      ...Object.entries(exceptions).map(([contact, its]) => ['', its, `for ${contact}`]),
    ]),
  );
}

const CHANGES: Readonly<Record<PolicySetAnswer['change'], string>> = {
  'in-force': 'set, and the server enforces it',
  kept: 'set; the server gets it as soon as possible',
  'not-promised': 'set, but the server is a cluster and enforces it on one node only',
};

function setInWords({ change, isTold }: PolicySetAnswer): string {
  return `${CHANGES[change]}; ${isTold ? 'the user was told' : 'the user could not be told now'}`;
}
