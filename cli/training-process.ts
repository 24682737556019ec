/**
 * A training in a process whose allocator is told what matters. By its defaults glibc maps an array beyond 32 MB anew and unmaps it when it is freed; a step
 * of a large model makes thousands of such arrays, and a sixth of its processor time went into fresh pages: so what is freed is kept. Smaller arrays come from
 * the heap, where they leave holes (1.1 GB after a step of the flagship with a batch of four): where a limit of memory is given, each array is mapped and
 * unmapped on its own. Variables of the environment say so, but they are read when a process starts: so the command starts itself once more with them,
 * passes signals and the exit code on, and does nothing else.
 */
import { spawn } from "node:child_process";
import { ProgramError } from "./errors.ts";

/** Arrays of any size come from the heap, and the heap does not shrink (mallopt(3): M_MMAP_THRESHOLD, M_TRIM_THRESHOLD; bytes). Other systems ignore them. */
export const keepsFreedMemory: Readonly<Record<string, string>> = { MALLOC_MMAP_THRESHOLD_: String(2 ** 32), MALLOC_TRIM_THRESHOLD_: String(2 ** 40) };

/** Arrays of 256 KiB and more are given back when they are freed, and leave no holes. */
const givesBackMemory: Readonly<Record<string, string>> = { MALLOC_MMAP_THRESHOLD_: String(256 * 1024) };

const starter = "NETC_STARTED_BY";

/** The process that started this one, which is for this one to know and not for those that it starts. */
const startedBy = process.env[starter];
delete process.env[starter];

/** Whether this process should start the command once more. A person who set one of the variables has chosen. */
export const wantsOwnProcess = (): boolean => process.platform === "linux" && !Object.keys(keepsFreedMemory).some((name) => name in process.env);

/** Runs the command line `argv` in a process of its own, for speed or within a limit of memory, and gives its exit code. */
export async function inOwnProcess(argv: readonly string[], goal: "speed" | "memory" = "speed"): Promise<number> {
  // A group of its own: Ctrl-C in a terminal reaches this process alone, which passes it on, so that it counts once.
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1], ...argv], { stdio: "inherit", detached: true, env: { ...process.env, ...(goal === "speed" ? keepsFreedMemory : givesBackMemory), [starter]: String(process.pid) } });
  // These stay: whatever comes between the end of the training and that of this process must not change its exit code.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void child.kill(signal));
  process.on("SIGTSTP", () => void (child.kill("SIGSTOP"), process.kill(process.pid, "SIGSTOP"))).on("SIGCONT", () => void child.kill("SIGCONT"));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("exit", (code, signal) => (signal === null ? done(code ?? 1) : fail(new ProgramError(`the training was ended by ${signal}`, signal === "SIGKILL" ? "by somebody, or by the system for want of memory; go on with --resume" : undefined))));
  });
}

/** Whether the process that started this one was killed, and with it whoever asked for a training: then nothing more is to be written. */
export const isAbandoned = (): boolean => startedBy !== undefined && process.ppid !== Number(startedBy);

/** The process that a person started: this one, or the one that started it. */
export const commandProcess: number = startedBy === undefined ? process.pid : Number(startedBy);
