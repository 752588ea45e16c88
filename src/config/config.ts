import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contradictionsIn } from './contradictions.ts';
import { type Environment, unknownVariables, withEnvironment } from './environment.ts';
import { explainIssue, explainVariable } from './explain.ts';
import { type Settings, settingsSchema } from './schema.ts';
import { BadYaml, valueIn } from './yaml-file.ts';

/** What the daemon runs with: checked, complete, with absolute paths. */
export interface Config extends Omit<Settings, 'component'> {
  readonly component: {
    readonly domain: string;
    readonly host: string;
    readonly port: number;
    readonly secret: string;
  };
}

/** Settings that cannot be used. Each line names the key, what was expected and what was found. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.map((line) => `config: ${line}`).join('\n'), options);
  }
}

/** Reads the file and the environment. Throws BadConfig, which names every key that is wrong. */
export function loadConfig(file: string | undefined, environment: Environment): Config {
  const folder = file === undefined ? process.cwd() : path.dirname(path.resolve(file));
  const settings = check(file === undefined ? {} : readYaml(file), environment);
  const { component, store, ...rest } = settings;
  const { domain, server } = component;
  const [host, port] = splitServer(server);
  return {
    ...rest,
    store: absoluteStore(store, folder),
    component: { domain, host, port, secret: readSecret(component, folder) },
  };
}

function readYaml(file: string): unknown {
  try {
    return valueIn(readFileSync(file, 'utf8')) ?? {};
  } catch (cause) {
    throw new BadConfig(
      [`cannot read ${file}: ${textOf(cause)}. Expected a YAML file; docs/operating.md shows one.`],
      { cause },
    );
  }
}

function check(inFile: unknown, environment: Environment): Settings {
  const settings = withEnvironment(inFile, environment);
  const result = settingsSchema.safeParse(settings);
  const complaints = [
    ...unknownVariables(environment).map(explainVariable),
    ...(result.error?.issues.flatMap((issue) => explainIssue(issue, settings)) ?? []),
    ...(result.data === undefined ? [] : contradictionsIn(result.data)),
  ];
  if (result.data === undefined || complaints.length > 0) throw new BadConfig(complaints);
  return result.data;
}

/** The schema has checked the form. */
function splitServer(server: string): readonly [string, number] {
  const colon = server.lastIndexOf(':');
  return [server.slice(0, colon).replace(/^\[|\]$/g, ''), Number(server.slice(colon + 1))];
}

function readSecret({ secret, secretFile }: Settings['component'], folder: string): string {
  if (secret !== undefined) return secret;
  const file = path.resolve(folder, secretFile ?? '');
  const text = readSecretFile(file).trim();
  if (text === '')
    throw new BadConfig([
      `"component.secretFile" must name a file that holds the secret, but ${file} is empty`,
    ]);
  return text;
}

function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BadConfig(
      [`"component.secretFile" must name a file that can be read: ${textOf(cause)}`],
      { cause },
    );
  }
}

function absoluteStore(store: string, folder: string): string {
  const file = store.slice('sqlite:'.length);
  return file === ':memory:' ? store : `sqlite:${path.resolve(folder, file)}`;
}

/** What a parser or a reader throws may quote the file, where the secret may be. */
function textOf(cause: unknown): string {
  if (cause instanceof BadYaml || isSystemError(cause)) return cause.message;
  return 'it cannot be used';
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'syscall' in cause;
}
