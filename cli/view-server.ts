/**
 * The viewer's server. It listens on the loopback address, has three answers (the page, a view, events), and gives none of them to whoever does not
 * know the token, asks under another name of this machine (a name that was rebound to it), or comes from a page of another origin.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Choice, ViewMessage } from "../editor/view/model/messages.ts";
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
  readonly choice: Choice;
  /** The page with a first view in it. */
  readonly page: (message: ViewMessage) => string;
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
    const problem = session.problem();
    const text = problem ? `event: problem\ndata: ${JSON.stringify(problem)}\n\n` : "event: changed\ndata: {}\n\n";
    for (const listener of listeners) listener.write(text);
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

function serve({ session, choice, page }: ServerOptions, request: IncomingMessage, response: ServerResponse, listeners: Set<ServerResponse>): void {
  const url = urlOf(request)!;
  const asked: Choice = { model: url.searchParams.get("model") ?? choice.model, variant: url.searchParams.get("variant") ?? choice.variant, from: url.searchParams.get("from") ?? (url.searchParams.has("variant") ? undefined : choice.from) };
  switch (url.pathname) {
    case "/": {
      const message = session.message(choice);
      if (!message) return answer(response, 404, "text/plain; charset=utf-8", "netc view: the file no longer has what was shown: start the command again\n");
      return answer(response, 200, "text/html; charset=utf-8", page(message));
    }
    case "/view": {
      const message = session.message(asked);
      if (!message) return answer(response, 404, "application/json", JSON.stringify({ missing: asked }));
      return answer(response, 200, "application/json", JSON.stringify(message));
    }
    case "/events": {
      response.writeHead(200, { ...headers, "Content-Type": "text/event-stream" });
      response.write("retry: 1000\n\n");
      const problem = session.problem();
      if (problem) response.write(`event: problem\ndata: ${JSON.stringify(problem)}\n\n`);
      listeners.add(response);
      response.once("close", () => listeners.delete(response));
      return;
    }
    default:
      return answer(response, 404, "text/plain; charset=utf-8", "netc view: there is nothing under this name\n");
  }
}

const headers = {
  "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
} as const;

function answer(response: ServerResponse, status: number, type: string, text: string, more: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, ...more, "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}
