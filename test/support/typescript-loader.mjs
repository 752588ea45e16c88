import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// `node --import` of this file lets a process run our TypeScript as it stands. COMPAT node 20: later ones do it themselves.
// It is loaded twice: there, and as the hook in a thread of its own.
if (isMainThread) register(import.meta.url);

const { transform } = isMainThread ? {} : await import('rolldown/utils');

const OPTIONS = { typescript: { onlyRemoveTypeImports: true } };

/** A hook of node:module. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const text = await readFile(path, 'utf8');
  const { code, errors } = await transform(path, text, OPTIONS);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0].message}`);
  return { format: 'module', source: code, shortCircuit: true };
}
