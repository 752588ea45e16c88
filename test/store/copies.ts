import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StoreCopies } from '../../src/store/store-copies.ts';
import { REPOSITORY } from '../support/repository.ts';

/** As it is compiled: a thread of its own loads no TypeScript. */
export async function copiesOf(address: string): Promise<StoreCopies> {
  const file = pathToFileURL(join(REPOSITORY, 'dist/src/store/store-copies.js')).href;
  const { StoreCopies: Compiled } = (await import(file)) as { StoreCopies: typeof StoreCopies };
  return new Compiled(address);
}
