import { parseArgs } from 'node:util';
import { engineAnswers } from './docker.mjs';
import { CannotGoOn, succeeds } from './run.mjs';
import { runVitest, totalsOf } from './vitest.mjs';

const BASE_IMAGE = 'debian:bookworm-slim';

/** Starts, ends and kills of the container; what the server says of messages is the same in it. */
const SHORT_FORM = ['harness', 'offline', 'outages'].map(
  (name) => `test/integration/${name}.test.ts`,
);

/**
 * `--prosody docker` is no option of vitest's: takes it out of the arguments, and has the tests run
 * Prosody in Docker also where one is installed.
 */
export function withoutProsodyOption(args) {
  const option = optionIn(args);
  if (option === undefined) return args;
  expectDocker(option.value);
  process.env.PROSODY_IN = 'docker';
  const rest = args.toSpliced(option.index, option.inlineValue ? 1 : 2);
  return rest.some((arg) => arg.startsWith('--project'))
    ? rest
    : ['--project', 'integration', ...rest];
}

function optionIn(args) {
  const options = { prosody: { type: 'string' } };
  const { tokens } = parseArgs({ args, strict: false, tokens: true, options });
  return tokens.find(({ kind, name }) => kind === 'option' && name === 'prosody');
}

function expectDocker(value) {
  if (value !== 'docker') {
    throw new CannotGoOn(`--prosody: expected docker, found "${value ?? ''}"`);
  }
  if (!engineAnswers()) {
    throw new CannotGoOn('--prosody docker: no Docker engine answers (try: docker info)');
  }
}

/** A few files on dockerized Prosody, where that can be had. */
export async function runOnDockerizedProsody() {
  const reason = whyNot();
  if (reason !== undefined)
    return { passed: 0, failed: 0, skipped: 1, notRun: `not run: ${reason}` };
  process.env.PROSODY_IN = 'docker';
  return totalsOf(await runVitest(['--project', 'integration', ...SHORT_FORM]));
}

function whyNot() {
  if (!engineAnswers()) return 'no Docker engine answers';
  return hasBaseImage() ? undefined : `${BASE_IMAGE} cannot be pulled`;
}

function hasBaseImage() {
  return (
    succeeds('docker', ['image', 'inspect', BASE_IMAGE]) ||
    succeeds('docker', ['pull', '--quiet', BASE_IMAGE])
  );
}
