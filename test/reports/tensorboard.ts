/** TensorBoard's own reader, where a Python with its package is installed: NETC_PYTHON names one, or it is `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const python = [process.env["NETC_PYTHON"], "python3"].find((name) => name && spawnSync(name, ["-c", "import tensorboard"], { stdio: "ignore" }).status === 0);

export const hasTensorBoard = python !== undefined;
/** To be put behind the name of a test that is left out. */
export const whySkipped = hasTensorBoard ? "" : " (skipped: no Python with the package tensorboard; NETC_PYTHON names one)";

export interface ReadEvents {
  /** By tag: step, value, time. */
  readonly scalars: Readonly<Record<string, readonly (readonly [number, number, number])[]>>;
  /** By tag: step, width, height, the file in base64. */
  readonly images: Readonly<Record<string, readonly (readonly [number, number, number, string])[]>>;
}

/** What it finds in a folder. Throws with its own words when it cannot read it. */
export function readByTensorBoard(folder: string): ReadEvents {
  const { stdout, stderr, status } = spawnSync(python!, [join(import.meta.dirname, "read_events.py"), folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ReadEvents;
}
