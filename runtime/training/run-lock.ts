/**
 * One training at a time in a folder: two would write the same log and checkpoints. The lock is a file that names its process; one whose process is gone
 * is taken over, so that a kill or a power cut blocks nothing.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ExpectedError } from "../errors.ts";
import { writingReason } from "../writing-reason.ts";

interface Holder {
  readonly process: number;
  /** When the process began, where the system tells: a number is used again by other processes. */
  readonly began?: string;
  readonly machine: string;
}

export const lockOf = (out: string): string => join(out, "lock.json");

/** Takes the lock of a run's folder, which is made; the result gives it back, and removes a folder that was made and has nothing. Throws ExpectedError when another process has it, or it cannot be written. */
export function lockRun(out: string): () => void {
  const path = lockOf(out);
  let isMade = false;
  const own: Holder = { process: process.pid, began: beginningOf(process.pid), machine: hostname() };
  try {
    isMade = mkdirSync(out, { recursive: true }) !== undefined;
    if (!create(path, own)) {
      refuseWhileHeld(out, path);
      // Of several that find a dead process, one moves the file away; whoever moved a living one's by then puts it back, and is refused.
      const aside = `${path}.${process.pid}`;
      renameSync(path, aside);
      try {
        refuseWhileHeld(out, aside);
      } catch (error) {
        renameSync(aside, path);
        throw error;
      }
      rmSync(aside, { force: true });
      if (!create(path, own)) refuseWhileHeld(out, path);
    }
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError(`cannot write ${path}: ${(error as NodeJS.ErrnoException).code === "EEXIST" ? "a part of the path is a file" : writingReason(error)}`);
  }
  return () => {
    rmSync(path, { force: true });
    if (isMade && existsSync(out) && readdirSync(out).length === 0) rmdirSync(out); // nothing was trained
  };
}

/** Whether the file could be made: false when it is there. */
function create(path: string, holder: Holder): boolean {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(file, `${JSON.stringify(holder)}\n`);
  } finally {
    closeSync(file);
  }
  return true;
}

function refuseWhileHeld(out: string, path: string): void {
  let holder: Partial<Holder>;
  try {
    holder = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder>;
  } catch {
    throw new ExpectedError(`another training is beginning in ${out}: ${lockOf(out)} says so`, "remove that file if there is none; or train in another folder: --out FOLDER");
  }
  if (holder.machine !== hostname()) throw new ExpectedError(`another training, on the machine ${String(holder.machine)}, is running in ${out}`, `train in another folder: --out FOLDER; or, if it is gone, remove ${lockOf(out)}`);
  if (isRunning(holder)) throw new ExpectedError(`another training is running in ${out}: process ${holder.process}`, "wait for it, or stop it; or train in another folder: --out FOLDER");
}

function isRunning({ process: id, began }: Partial<Pick<Holder, "process" | "began">>): boolean {
  if (!Number.isSafeInteger(id) || id! <= 0) return false;
  try {
    process.kill(id!, 0); // asks, and sends nothing
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false; // otherwise it is somebody else's, and running
  }
  const now = beginningOf(id!);
  return began === undefined || now === undefined || began === now;
}

/** Clock ticks from the start of the system to that of the process, on Linux: field 22 of its `stat`, counted after the name, which may have blanks. */
function beginningOf(id: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${id}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
