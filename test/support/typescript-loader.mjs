import { readFile } from 'node:fs/promises';
import { createRequire, register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// `node --import` of this file lets a process run our TypeScript as it stands. COMPAT node 20: later ones do it themselves.
// It is loaded twice: there, and as the hook in a thread of its own.
if (isMainThread) register(import.meta.url);

// Required and not imported: reading so large a file for its exports takes Node two seconds.
const ts = isMainThread ? undefined : createRequire(import.meta.url)('typescript');

/** A hook of node:module. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const text = await readFile(fileURLToPath(url), 'utf8');
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  };
  const { outputText } = ts.transpileModule(text, { compilerOptions });
  return { format: 'module', source: outputText, shortCircuit: true };
}
