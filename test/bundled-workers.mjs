/** Tests run the sources, but a worker thread starts from a script that Node can load: bundled here once for a run, and found through NETC_WORKERS. */
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorkers } from "../scripts/bundle.mjs";

export default async function setup() {
  const folder = await mkdtemp(join(tmpdir(), "netc-workers-"));
  await bundleWorkers(folder);
  // Packages stay outside of the bundle, and are looked for from its folder upwards.
  await symlink(join(import.meta.dirname, "..", "node_modules"), join(folder, "node_modules"));
  process.env["NETC_WORKERS"] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
