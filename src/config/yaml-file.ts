import { type Document, isAlias, LineCounter, parseDocument, visit } from 'yaml';

/**
 * Bad input: why a text is no YAML that can be used, and where. Nothing of the text itself: it has
 * secrets.
 */
export class BadYaml extends Error {
  override readonly name = 'BadYaml';
}

/** What stands in a YAML text. Throws BadYaml. */
export function valueIn(text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const problem = problemIn(document);
  if (problem === undefined) return document.toJS({ reviver: orAbsent });
  const { line, col } = lines.linePos(problem.at);
  throw new BadYaml(
    `${problem.code} at line ${line}, column ${col}; a text that begins with one of ! * & > | % @ needs quotes`,
  );
}

interface Problem {
  readonly code: string;
  readonly at: number;
}

/** An unknown tag is only a warning of the parser, but the value is lost. */
function problemIn(document: Document.Parsed): Problem | undefined {
  const [found] = [...document.errors, ...document.warnings];
  return found === undefined ? danglingAliasIn(document) : { code: found.code, at: found.pos[0] };
}

/** The parser finds it late, and says its name, which may be a secret. */
function danglingAliasIn(document: Document.Parsed): Problem | undefined {
  let at: number | undefined;
  visit(document, (_, node) => {
    if (!isAlias(node) || node.resolve(document) !== undefined) return undefined;
    at = node.range?.[0] ?? 0;
    return visit.BREAK;
  });
  return at === undefined ? undefined : { code: 'UNRESOLVED_ALIAS', at };
}

/** A section or an option with nothing after its colon counts as absent. */
function orAbsent(_: unknown, value: unknown): unknown {
  return value ?? undefined;
}
