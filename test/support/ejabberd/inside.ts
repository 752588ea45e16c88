import { tmpdir } from 'node:os';
import { REPOSITORY } from '../repository.ts';

/** A command with its arguments. */
export type CommandLine = readonly [command: string, ...args: string[]];

// Mounts that nobody else sees and that end with the command, which keeps the process that we start: its id and its
// signals. The folders have the same paths on both sides.
const ENTER = `
root=$1 temporary=$2 repository=$3; shift 3
for folder in /proc /dev "$temporary" "$repository"; do
  mkdir -p "$root$folder" && mount --bind "$folder" "$root$folder" || exit
done
exec chroot "$root" env -C "$PWD" "$@"`;

/** The same command in the system whose root is that folder; only a superuser may do that. */
export function inside(root: string, command: CommandLine): CommandLine {
  if (root === '/') return command;
  return ['unshare', '--mount', 'sh', '-c', ENTER, 'sh', root, tmpdir(), REPOSITORY, ...command];
}
