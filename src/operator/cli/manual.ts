import { exampleText, type Leaf, leavesOf } from './examples.ts';
import { makeProgram } from './program.ts';

const OPENING = `# The command line

This page is made from the code: \`npm run manual\`. Every command takes \`--config\`, and asks the
running daemon by its socket, but for \`run\`, \`restore\`, \`migrate\`, \`module\` and
\`completion\`; \`check\` and \`backup\` also work without one. What the settings mean is in
[settings.md](settings.md).
`;

/** docs/command-line.md is this text; a test compares them. */
export function manual(): string {
  const program = makeProgram({});
  return [OPENING, ...leavesOf(program).map(section)].join('\n');
}

function section({ words, command }: Leaf): string {
  const help = command.configureHelp({ helpWidth: 90 }).helpInformation().trimEnd();
  return `## ${words}\n\n\`\`\`text\n${help}\n\n${exampleText(words)}\n\`\`\`\n`;
}
