import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const SAMPLE_MS = 1000;

/** The bytes of memory that a process has, second for second while the time passes. */
export async function residentMemory(pid: number, ms: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (const end = Date.now() + ms; Date.now() < end; await sleep(SAMPLE_MS)) {
    samples.push(await residentBytes(pid));
  }
  return samples;
}

export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
