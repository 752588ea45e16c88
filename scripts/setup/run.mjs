import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something is missing that we cannot put there; the message says what to do. */
export class CannotGoOn extends Error {}

export function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** Runs the command with our own standard streams; resolves with its exit status. */
export function run(command, args) {
  return wait(command, args, { stdio: 'inherit' });
}

/** The same, but its standard output is also kept; resolves with both. */
export async function runAndRead(command, args) {
  let output = '';
  const status = await wait(command, args, { stdio: ['ignore', 'pipe', 'inherit'] }, (child) => {
    child.stdout.on('data', (data) => {
      output += data;
      process.stdout.write(data);
    });
  });
  return { status, output };
}

/** Runs an installer: it gets no input, and its output goes to stderr. */
export function runInstaller(command, args, env = {}) {
  return wait(command, args, { stdio: ['ignore', 2, 2], env: { ...process.env, ...env } });
}

export function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

export function isOnPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function wait(command, args, options, onStart = () => undefined) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    onStart(child);
    // Ctrl-C reaches the child by itself: we wait for what it makes of it.
    const ignore = () => undefined;
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore);
    process.on('SIGTERM', forward);
    const end = (settle) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', forward);
      settle();
    };
    child.once('error', (error) => end(() => reject(error)));
    // Not before its output has come to its end.
    child.once('close', (status) => end(() => resolve(status ?? 1)));
  });
}
