/** `netc view`: the graph as a page, from a local server or as one file, or as a picture. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Showing, ViewBundle } from "../editor/view/model/messages.ts";
import type { pictureOf } from "../editor/view/picture/picture.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { sourceNames } from "./host.ts";
import { endProgress, printDiagnostics, progress, writeWhole } from "./output.ts";
import { parseSizes } from "./sizes.ts";
import { packageFolder } from "./version.ts";
import { startServer } from "./view-server.ts";
import { createViewSession, type ViewSession } from "./view-session.ts";
import { speak } from "./view-stdio.ts";

export interface ViewOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly from?: string;
  readonly to?: string;
  readonly set: readonly string[];
  readonly size: readonly string[];
  readonly output?: string;
  readonly depth?: number;
  readonly port: number;
  readonly open: boolean;
  readonly stdio?: boolean;
  readonly quiet?: boolean;
}

/** A page holds the models of a file, the chosen one first, until it has this many characters before packing; they are packed to about a tenth. */
const largestBundle = 150_000_000;

export async function view(file: string, options: ViewOptions): Promise<number> {
  const kind = outputKind(options);
  if (options.to !== undefined && options.variant !== undefined) throw new UsageError("--to and --variant both say what is shown", "with --from use --to");
  if (options.to !== undefined && options.from === undefined) throw new UsageError("--to is what --from is compared with", `for one variant: --variant ${options.to}`);
  const names = sourceNames([file]);
  const session = createViewSession(names, parseSizes(options.size));
  if (kind === "stdio") return speak(session, { page: (showing) => pageWith("panel", showing), library: join(packageFolder, "compiler") });
  const { model, from, set } = options;
  const variant = options.to ?? options.variant;
  session.want({ ...(model === undefined ? {} : { model }), ...(variant === undefined ? {} : { variant }), ...(from === undefined ? {} : { from }), settings: set });
  const refusal = session.refusal();
  if (refusal) throw refusal;
  const errors = session.errors();
  printDiagnostics(errors, "human");
  if (kind === "server") return serve(session, options);
  if (errors.length > 0) throw new ProgramError(`${errors.length} error${errors.length === 1 ? "" : "s"}`, "without --output the page shows them, and the graph as soon as the file has none");
  const { view: shown } = session.showing({});
  const { models } = shown!.program;
  if (kind === "picture") {
    if (model === undefined && models.length > 1) throw new UsageError(`the file has several models: ${models.map(({ name }) => name).join(", ")}`, "choose one with --model NAME");
    writeWhole(options.output!, [picture()(shown!.document, { depth: options.depth ?? 1 })]);
  } else {
    const bundle = session.bundle(largestBundle, progress);
    endProgress();
    writeWhole(options.output!, [filePage(bundle)]);
    const left = models.filter(({ name }) => !bundle.program.models.some((own) => own.name === name));
    if (left.length > 0) process.stderr.write(`netc: the page would be too large with ${left.map(({ name }) => name).join(", ")}: write one for each with --model\n`);
  }
  if (!options.quiet) process.stdout.write(`${options.output}\n`);
  return 0;
}

/** What the name of the output asks for. */
function outputKind({ output, depth, stdio }: ViewOptions): "page" | "picture" | "server" | "stdio" {
  const ending = output === undefined ? undefined : extname(output).toLowerCase();
  if (ending !== undefined && ending !== ".html" && ending !== ".svg") throw new UsageError(`cannot tell what ${output} is to be`, "--output PAGE.html is a page with everything in it, --output GRAPH.svg a picture");
  if (depth !== undefined && ending !== ".svg") throw new UsageError("--depth is for a picture: --output GRAPH.svg", "in the page blocks unfold by a click");
  if (stdio && output !== undefined) throw new UsageError("--stdio is for an editor that shows the page, --output writes a file", "leave one of them out");
  return ending === ".html" ? "page" : ending === ".svg" ? "picture" : stdio ? "stdio" : "server";
}

async function serve(session: ViewSession, options: ViewOptions): Promise<number> {
  const { view: shown } = session.showing({}); // made before the address is printed, so that the page opens at once
  const server = await startServer({ port: options.port, session, page: serverPage });
  process.stdout.write(`${server.address}\n`);
  if (!options.quiet) process.stderr.write(`${shown?.choice.model ?? "what is wrong"} is shown there, and follows the file; end with Ctrl-C\n`);
  if (options.open) openBrowser(server.address);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.close());
  await server.closed;
  return 0;
}

/** Asks the desktop to open an address. Where there is no desktop nothing happens: the address was printed. */
function openBrowser(address: string): void {
  if (process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"]) return;
  const [command, ...args] = process.platform === "darwin" ? ["open", address] : process.platform === "win32" ? ["explorer.exe", address] : ["xdg-open", address];
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

// ------------------------------------------------------------------------------------------------------------------- pages

const built = (name: string): string => join(packageFolder, "dist", "view", name);

/** The layout is a script of its own, so that no other command loads it. */
function picture(): typeof pictureOf {
  return (createRequire(import.meta.url)(built("picture.cjs")) as { readonly pictureOf: typeof pictureOf }).pictureOf;
}

function pageWith(host: "server" | "panel" | "file", content: unknown): string {
  let text: string;
  try {
    text = readFileSync(built("page.html"), "utf8");
  } catch {
    throw new ProgramError("the page of the viewer is not built", "run `npm run build`");
  }
  const [before, after] = text.split("<!-- data -->");
  const data = JSON.stringify(content).replaceAll("<", "\\u003c");
  return `${before.replace("connect-src 'none'", host === "server" ? "connect-src 'self'" : "connect-src 'none'")}<script type="application/json" id="data" data-host="${host}">${data}</script>${after}`;
}

/** The page that a server gives, with its first state inside. */
export function serverPage(showing: Showing): string {
  return pageWith("server", showing);
}

/** All variants are ten times one of them, and much alike: they are packed. */
function filePage(bundle: ViewBundle): string {
  return pageWith("file", gzipSync(JSON.stringify(bundle), { level: 9 }).toString("base64"));
}
