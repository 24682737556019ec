/** How netc is started: the one inside the extension, or one of the person's own. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { join } from "node:path";

export interface Launch {
  readonly command: string;
  /** What comes before the arguments of netc. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * `own` is the setting `netc.path`. A script is run by the Node that runs this extension: VS Code's own program is one when ELECTRON_RUN_AS_NODE says
 * so, and a person need not have installed another.
 */
export function launchOf(extensionFolder: string, own: string): Launch {
  const script = own.trim() === "" ? join(extensionFolder, "netc", "bin", "netc.mjs") : /\.[cm]?js$/.test(own.trim()) ? own.trim() : undefined;
  return script === undefined
    ? { command: own.trim(), args: [], env: { ...process.env, NO_COLOR: "1" } }
    : { command: process.execPath, args: [script], env: { ...process.env, NO_COLOR: "1", ELECTRON_RUN_AS_NODE: "1" } };
}

/** Starts a command of netc. A program that cannot be started is reported as the child's `error` event. */
export function startNetc(launch: Launch, args: readonly string[], folder: string): ChildProcessWithoutNullStreams {
  return spawn(launch.command, [...launch.args, ...args], { cwd: folder, env: launch.env });
}

export interface Outcome {
  /** Undefined when the command could not be started. */
  readonly code: number | undefined;
  readonly text: string;
}

/** Runs a command of netc to its end; the text is what it wrote, on both channels. */
export function runNetc(launch: Launch, args: readonly string[], folder: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = startNetc(launch, args, folder);
    let text = "";
    for (const channel of [child.stdout, child.stderr]) {
      channel.setEncoding("utf8");
      channel.on("data", (part: string) => (text += part));
    }
    child.once("error", (error) => resolve({ code: undefined, text: couldNotStart(launch, error) }));
    child.once("close", (code) => resolve({ code: code ?? undefined, text }));
  });
}

/** What a person reads when netc does not start. */
export function couldNotStart(launch: Launch, error: Error): string {
  return `netc does not start: ${error.message}. Look at the setting netc.path (now: ${[launch.command, ...launch.args].join(" ")}); left empty, the extension uses its own netc`;
}
