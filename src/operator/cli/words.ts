import type { Command } from './commander.ts';

/** A word that may follow, and what it means. */
export interface NextWord {
  readonly word: string;
  readonly meaning: string;
}

export interface OptionWord extends NextWord {
  /** Is the word after it its value? */
  readonly takesValue: boolean;
}

/** What may follow the words of a command. */
export interface Place {
  /** The words that lead there, with a blank between two; empty: the program itself. */
  readonly words: string;
  readonly commands: readonly NextWord[];
  readonly options: readonly OptionWord[];
  /** Words that its argument may be, where they are known. */
  readonly choices: readonly string[];
}

/** Every place of the command line, the program first. */
export function placesOf(command: Command, words = ''): readonly Place[] {
  const children = command.commands as unknown as readonly Command[];
  const commands = children.map((it) => ({ word: it.name(), meaning: it.description() }));
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const place = { words, commands, options: optionsOf(command), choices };
  const below = children.flatMap((it) => placesOf(it, `${words} ${it.name()}`.trimStart()));
  return [place, ...below];
}

function optionsOf(command: Command): readonly OptionWord[] {
  const visible = command.createHelp().visibleOptions(command);
  const own = visible.flatMap(({ long, description, required }) =>
    typeof long === 'string' ? [{ word: long, meaning: description, takesValue: required }] : [],
  );
  return command.parent === null ? own : [...own, CONFIG];
}

/** It may stand after each command too. */
const CONFIG: OptionWord = {
  word: '--config',
  meaning: 'the settings, a YAML file',
  takesValue: true,
};
