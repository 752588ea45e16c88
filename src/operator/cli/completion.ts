import type { Command } from './commander.ts';
import { type NextWord, type Place, placesOf } from './words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** The lines by which a shell completes the words of the program. */
export function completionFor(shell: Shell, program: Command): string {
  const name = program.name();
  return WRITERS[shell]({ name, identifier: `_${name.replaceAll('-', '_')}` }, placesOf(program));
}

interface Names {
  readonly name: string;
  readonly identifier: string;
}

const WRITERS: Readonly<Record<Shell, (names: Names, places: readonly Place[]) => string>> = {
  bash: bashLines,
  zsh: zshLines,
  fish: fishLines,
};

/** Where nothing of ours fits, the shell offers files. */
function bashLines({ name, identifier }: Names, places: readonly Place[]): string {
  const cases = places.map((place) => `    '${place.words}') words='${wordsAt(place)}' ;;`);
  return `# bash completion of ${name}: eval "$(${name} completion bash)"
${identifier}() {
  local at='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in
      ${commandPaths(places).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    ${withValues(places).join('|')}) COMPREPLY=() ;;
    *) COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")) ;;
  esac
}
complete -o default -F ${identifier} ${name}`;
}

function zshLines({ name, identifier }: Names, places: readonly Place[]): string {
  const cases = places.map(
    (place) => `    ${quoted(place.words)}) found=(${described(place).join(' ')}) ;;`,
  );
  return `#compdef ${name}
# zsh completion of ${name}: put this into a folder of $fpath, as _${name}
${identifier}() {
  local at='' word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      (${commandPaths(places).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  _describe 'word' found || _files
}
if [ "$funcstack[1]" = '_${name}' ]; then ${identifier} "$@"; else compdef ${identifier} ${name}; fi`;
}

function fishLines({ name }: Names, places: readonly Place[]): string {
  const lines = places.flatMap((place) => {
    const condition = `-n ${quoted(fishCondition(place))}`;
    const start = `complete -c ${name} ${condition}`;
    return [
      ...place.commands.map(
        ({ word, meaning }) => `${start} -f -a ${quoted(word)} -d ${quoted(meaning)}`,
      ),
      ...place.choices.map((word) => `${start} -f -a ${quoted(word)}`),
      ...place.options.map(
        ({ word, meaning, takesValue }) =>
          `${start} -l ${word.slice(2)}${takesValue ? ' -r' : ''} -d ${quoted(meaning)}`,
      ),
    ];
  });
  return [`# fish completion of ${name}: ${name} completion fish | source`, ...lines].join('\n');
}

/** The words of the place were written, and none of those that lead further. */
function fishCondition({ words, commands }: Place): string {
  const seen = words.split(' ').flatMap((word) => (word === '' ? [] : [isSeen(word)]));
  const further = commands.map(({ word }) => word).join(' ');
  return [...seen, ...(further === '' ? [] : [`not ${isSeen(further)}`])].join('; and ');
}

function isSeen(words: string): string {
  return `__fish_seen_subcommand_from ${words}`;
}

function commandPaths(places: readonly Place[]): readonly string[] {
  return places.flatMap(({ words }) => (words === '' ? [] : [quoted(words)]));
}

/** After these something of the user follows, a file perhaps. */
function withValues(places: readonly Place[]): readonly string[] {
  const all = places.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue));
  return [...new Set(all.map(({ word }) => word))];
}

function nextWords({ commands, choices, options }: Place): readonly NextWord[] {
  return [...commands, ...choices.map((word) => ({ word, meaning: '' })), ...options];
}

function wordsAt(place: Place): string {
  return nextWords(place)
    .map(({ word }) => word)
    .join(' ');
}

function described(place: Place): readonly string[] {
  return nextWords(place).map(({ word, meaning }) => {
    const name = word.replaceAll(':', '\\:');
    return quoted(meaning === '' ? name : `${name}:${meaning}`);
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
