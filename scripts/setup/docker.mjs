import { CannotGoOn, isOnPath, succeeds } from './run.mjs';

export function engineAnswers() {
  return isOnPath('docker') && succeeds('docker', ['info']);
}

/** Before the tests of the images: who asks for them wants them run, so that nothing is skipped. */
export function setup() {
  if (!engineAnswers()) throw new CannotGoOn('no Docker engine answers (try: docker info)');
  if (!succeeds('docker', ['compose', 'version'])) {
    throw new CannotGoOn('Docker has no Compose (try: docker compose version)');
  }
}
