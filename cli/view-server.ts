/**
 * The viewer's server. It listens on the loopback address, has three answers (the page, a view, events), and gives none of them to whoever does not
 * know the token, asks under another name of this machine (a name that was rebound to it), or comes from a page of another origin.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Choice, Showing } from "../editor/view/model/messages.ts";
import { UsageError } from "./errors.ts";
import type { ViewSession } from "./view-session.ts";

export interface ViewServer {
  /** With the token: what the browser opens. */
  readonly address: string;
  /** Ends when the server is closed. */
  readonly closed: Promise<void>;
  close(): void;
}

export interface ServerOptions {
  readonly port: number;
  readonly session: ViewSession;
  /** The page with its first state in it. */
  readonly page: (showing: Showing) => string;
}

const loopback = "127.0.0.1";

export async function startServer(options: ServerOptions): Promise<ViewServer> {
  const { session } = options;
  const token = randomBytes(16).toString("hex");
  const listeners = new Set<ServerResponse>();
  const server = createServer({ keepAliveTimeout: 5_000 }, (request, response) => {
    const { port } = server.address() as AddressInfo;
    const refusal = refused(request, port, token);
    if (refusal) return answer(response, refusal.status, "text/plain; charset=utf-8", `netc view: ${refusal.reason}\n`, refusal.headers);
    try {
      serve(options, request, response, listeners);
    } catch (error) {
      // A fault in one view ends neither the server nor the views that are shown.
      answer(response, 500, "text/plain; charset=utf-8", `netc view: ${(error as Error).message}\n`);
    }
  });
  await listen(server, options.port);
  session.follow(() => {
    for (const listener of listeners) listener.write(eventOf(session));
  });
  const { port } = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => void server.once("close", resolve));
  return {
    address: `http://${loopback}:${port}/?token=${token}`,
    closed,
    close() {
      session.close();
      for (const listener of listeners) listener.end();
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" ? new UsageError(`port ${port} is in use`, "leave --port out: then a free one is taken")
        : error.code === "EACCES" ? new UsageError(`port ${port} may not be used`, "leave --port out: then a free one is taken")
        : error,
      );
    });
    server.listen(port, loopback, resolve);
  });
}

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why a request gets nothing; undefined when it may be served. */
function refused(request: IncomingMessage, port: number, token: string): Refusal | undefined {
  const names = [`${loopback}:${port}`, `localhost:${port}`];
  if (!names.includes((request.headers.host ?? "").toLowerCase())) return { status: 403, reason: "this server answers under its own address alone" };
  const { origin } = request.headers;
  if (origin !== undefined && !names.includes(origin.toLowerCase().replace(/^http:\/\//, ""))) return { status: 403, reason: "a page of another origin gets nothing here" };
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return { status: 403, reason: "a page of another origin gets nothing here" };
  if (request.method !== "GET") return { status: 405, reason: "only GET is known here", headers: { Allow: "GET" } };
  const given = urlOf(request)?.searchParams.get("token") ?? "";
  if (!timingSafeEqual(digest(given), digest(token))) return { status: 403, reason: "the token is missing or wrong: open the address that the command printed" };
  return undefined;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function urlOf(request: IncomingMessage): URL | undefined {
  try {
    return new URL(`http://${loopback}${request.url ?? ""}`); // so that `//name` is a path and no host
  } catch {
    return undefined;
  }
}

function serve({ session, page }: ServerOptions, request: IncomingMessage, response: ServerResponse, listeners: Set<ServerResponse>): void {
  const { pathname, searchParams } = urlOf(request)!;
  switch (pathname) {
    case "/":
      return answer(response, 200, "text/html; charset=utf-8", page(session.showing({})));
    case "/view": {
      const asked = Object.fromEntries((["model", "variant", "from"] as const).flatMap((key) => (searchParams.has(key) ? [[key, searchParams.get(key)!]] : []))) as Partial<Choice>;
      return answer(response, 200, "application/json", JSON.stringify(session.showing(asked)));
    }
    case "/events": {
      response.writeHead(200, { ...headers, "Content-Type": "text/event-stream" });
      response.write("retry: 1000\n\n");
      // What came between the page and this question would be missed.
      if (searchParams.get("revision") !== String(session.problems().revision)) response.write(eventOf(session));
      listeners.add(response);
      response.once("close", () => listeners.delete(response));
      return;
    }
    default:
      return answer(response, 404, "text/plain; charset=utf-8", "netc view: there is nothing under this name\n");
  }
}

/** Tells a page that there is another text, and what is wrong with it; the graph of a good one it asks for itself, since each page shows a choice of its own. */
const eventOf = (session: ViewSession): string => `event: changed\ndata: ${JSON.stringify(session.problems())}\n\n`;

const headers = {
  "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
} as const;

function answer(response: ServerResponse, status: number, type: string, text: string, more: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, ...more, "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}
