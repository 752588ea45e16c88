import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What Linux says of a process. */
export interface Usage {
  /** Resident bytes, and those of them that it shares with files and other processes. */
  readonly resident: number;
  readonly shared: number;
  /** Seconds of processor time since it began. */
  readonly processor: number;
  /** The same of its children that have ended. */
  readonly ended: number;
  readonly files: number;
}

const PAGE = 4096;
/** Linux counts processor time in hundredths of a second for programs. */
const TICKS = 100;

export async function usageOf(pid: number): Promise<Usage> {
  const [memory, status, files] = await Promise.all([
    readFile(`/proc/${pid}/statm`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
  ]);
  const [, resident = 0, shared = 0] = memory.split(' ').map(Number);
  // The name is in brackets, and may hold spaces. proc(5): fields 14 to 17.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  const seconds = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) / TICKS;
  const processor = seconds(11);
  return {
    resident: resident * PAGE,
    shared: shared * PAGE,
    processor,
    ended: seconds(13),
    files: files.length,
  };
}

/** Of a process and all that it has begun; what they share is counted once. */
export async function usageOfFamily(pid: number): Promise<Usage> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = [pid, ...children.trim().split(' ').filter(Boolean).map(Number)];
  const all = await Promise.all(pids.map((one) => usageOf(one).catch(() => undefined)));
  const usages = all.filter((usage) => usage !== undefined);
  const sum = (of: (usage: Usage) => number) =>
    usages.reduce((total, usage) => total + of(usage), 0);
  const shared = Math.max(0, ...usages.map((usage) => usage.shared));
  return {
    resident: sum((usage) => usage.resident - usage.shared) + shared,
    shared,
    processor: sum(({ processor }) => processor) + (usages[0]?.ended ?? 0),
    ended: 0,
    files: sum(({ files }) => files),
  };
}

/** The bytes of all files of a folder, and of those inside it; 0 where there is none. */
export async function bytesOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(names.map((name) => fileBytes(join(folder, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** 0 where there is none: it may just have been removed. */
export async function fileBytes(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : 0;
}
