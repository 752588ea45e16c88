import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Servers get one core and what feeds them another, so that they do not take each other's time. */
export const SERVER_CORE = 0;
export const OTHER_CORE = 1;

const TICKS_PER_SECOND = 100;
const NANOSECONDS = 1e9;

/** Whether processes can be bound to cores here: taskset of util-linux, and two cores. */
export const CAN_PIN = cpus().length > 1 && hasTaskset();

/** Binds every thread of a process to one core, where that can be done. */
export function pin(pid: number, core: number): void {
  if (!CAN_PIN) return;
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], {
    stdio: 'ignore',
  });
}

/** Seconds that a process has spent on a core. */
export function cpuSeconds(pid: number): number {
  return mainThreadSeconds(pid) ?? allThreadsSeconds(pid);
}

/** All threads together, in steps of 10 ms. */
export function allThreadsSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [utime = 0, stime = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (utime + stime) / TICKS_PER_SECOND;
}

/** Resident memory now, in MB. */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

// Exact to the nanosecond, but not in every kernel. Prosody has one thread.
function mainThreadSeconds(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / NANOSECONDS;
  } catch {
    return undefined;
  }
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
