/** `netc view`: the graph as a page, from a local server or as one file, or as a picture. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Model } from "../grammar/ast.ts";
import type { Choice, ViewBundle, ViewMessage } from "../editor/view/model/messages.ts";
import type { pictureOf } from "../editor/view/picture/picture.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { sourceNames } from "./host.ts";
import { writeWhole } from "./output.ts";
import { chooseModel, chooseVariant, loadChecked } from "./select.ts";
import { parseSizes, requireSizes } from "./sizes.ts";
import { packageFolder } from "./version.ts";
import { startServer } from "./view-server.ts";
import { createViewSession } from "./view-session.ts";

export interface ViewOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly from?: string;
  readonly to?: string;
  readonly size: readonly string[];
  readonly output?: string;
  readonly depth?: number;
  readonly port: number;
  readonly open: boolean;
  readonly quiet?: boolean;
}

export async function view(file: string, options: ViewOptions): Promise<number> {
  const kind = outputKind(options);
  if (options.to !== undefined && options.variant !== undefined) throw new UsageError("--to and --variant both say what is shown", "with --from use --to");
  if (options.to !== undefined && options.from === undefined) throw new UsageError("--to is what --from is compared with", `for one variant: --variant ${options.to}`);
  const names = sourceNames([file]);
  const compilation = loadChecked(names, "human");
  const model = chooseModel(compilation, options.model);
  const variant = chooseVariant(compilation, model, options.to ?? options.variant, []);
  const from = options.from === undefined ? undefined : chooseVariant(compilation, model, options.from, []);
  const sizes = parseSizes(options.size);
  requireSizes(model, compilation.run(model, variant), sizes);
  const session = createViewSession(compilation, names, sizes);
  const choice: Choice = { model: model.name.text, variant: variant.name, ...(from ? { from: from.name } : {}) };
  if (kind === "picture") {
    const { document } = session.message(choice)!;
    writeWhole(options.output!, [picture()(document, { depth: options.depth ?? 1 })]);
  } else if (kind === "page") writeWhole(options.output!, [filePage(session.bundle(choice))]);
  else return serve(model, choice, session, options);
  if (!options.quiet) process.stdout.write(`${options.output}\n`);
  return 0;
}

/** What the name of the output asks for. */
function outputKind({ output, depth }: ViewOptions): "page" | "picture" | "server" {
  const ending = output === undefined ? undefined : extname(output).toLowerCase();
  if (ending !== undefined && ending !== ".html" && ending !== ".svg") throw new UsageError(`cannot tell what ${output} is to be`, "--output PAGE.html is a page with everything in it, --output GRAPH.svg a picture");
  if (depth !== undefined && ending !== ".svg") throw new UsageError("--depth is for a picture: --output GRAPH.svg", "in the page blocks unfold by a click");
  return ending === ".html" ? "page" : ending === ".svg" ? "picture" : "server";
}

async function serve(model: Model, choice: Choice, session: ReturnType<typeof createViewSession>, options: ViewOptions): Promise<number> {
  session.message(choice); // made before the address is printed, so that the page opens at once
  const server = await startServer({ port: options.port, session, choice, page: serverPage });
  process.stdout.write(`${server.address}\n`);
  if (!options.quiet) process.stderr.write(`${model.name.text} is shown there, and follows the file; end with Ctrl-C\n`);
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

function pageWith(host: "server" | "file", data: string): string {
  let text: string;
  try {
    text = readFileSync(built("page.html"), "utf8");
  } catch {
    throw new ProgramError("the page of the viewer is not built", "run `npm run build`");
  }
  const [before, after] = text.split("<!-- data -->");
  return `${before.replace("connect-src 'none'", host === "server" ? "connect-src 'self'" : "connect-src 'none'")}<script type="application/json" id="data" data-host="${host}">${data}</script>${after}`;
}

/** The page that a server gives, with its first view inside. */
export function serverPage(message: ViewMessage): string {
  return pageWith("server", JSON.stringify(message).replaceAll("<", "\\u003c"));
}

/** All variants are ten times one of them, and much alike: they are packed. */
function filePage(bundle: ViewBundle): string {
  return pageWith("file", JSON.stringify(gzipSync(JSON.stringify(bundle), { level: 9 }).toString("base64")));
}
