import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Clock ticks of Linux's /proc, µs; 100 a second everywhere it matters. */
const tick = 10_000;

/** CPU time that a process has used so far, µs. Unlike requests a second it does not depend on who else is busy. Linux only; else NaN. */
export function cpuTime(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) * tick;
  } catch {
    return Number.NaN;
  }
}

/** Memory a process holds, MB. */
export function residentMemory(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
