/**
 * What a client sends, message by message. What is no JSON, no message of the protocol, or lacks what its method needs, is answered as JSON-RPC says and
 * goes no further; everything else is handed on.
 */
import { AbstractMessageReader, ErrorCodes, type DataCallback, type Disposable, type Message, type MessageReader, type ResponseMessage } from "vscode-languageserver";
import { Framing, type Frame } from "./framing.ts";

/** Where bytes come from. */
export interface ByteStream {
  on(event: "data", listener: (bytes: Uint8Array) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "data", listener: (bytes: Uint8Array) => void): unknown;
}

type Fields = Readonly<Record<string, unknown>>;

export class ClientReader extends AbstractMessageReader implements MessageReader {
  private readonly framing = new Framing();
  private phase: "before" | "serving" | "after" = "before";

  /** `answer` sends a response for a message that is not handed on. */
  constructor(
    private readonly stream: ByteStream,
    private readonly answer: (response: ResponseMessage) => void,
  ) {
    super();
  }

  /** Whether the client said that it is about to end the session. */
  get isEnding(): boolean {
    return this.phase === "after";
  }

  listen(callback: DataCallback): Disposable {
    const onData = (bytes: Uint8Array): void => {
      for (const frame of this.framing.take(bytes)) this.read(frame, callback);
    };
    this.stream.on("data", onData);
    this.stream.on("error", (error) => this.fireError(error));
    this.stream.on("close", () => this.fireClose());
    return { dispose: () => void this.stream.off("data", onData) };
  }

  private read(frame: Frame, callback: DataCallback): void {
    if (frame.kind === "malformed") return this.refuse(null, ErrorCodes.ParseError, `this is no message: ${frame.reason}`);
    let message: unknown;
    try {
      message = JSON.parse(frame.text);
    } catch (error) {
      this.framing.takeBack(frame.text);
      return this.refuse(null, ErrorCodes.ParseError, `the content of a message is no JSON: ${(error as Error).message}`);
    }
    const fault = faultOf(message) ?? this.untimely(message as Fields);
    if (!fault) return callback(message as Message);
    if (fault.id !== undefined) this.refuse(fault.id, fault.code, fault.reason);
  }

  /** Before `initialize` and after `shutdown` little is served: requests are refused, notifications pass by. */
  private untimely({ id, method }: Fields): Fault | undefined {
    if (method === undefined || method === "exit") return undefined;
    const refused = this.phase === "before" && method !== "initialize" ? "the session is not initialized yet" : this.phase === "after" ? "the session was shut down" : undefined;
    if (refused !== undefined) return { id: id as Fault["id"], code: this.phase === "before" ? ErrorCodes.ServerNotInitialized : ErrorCodes.InvalidRequest, reason: refused };
    if (method === "initialize") this.phase = "serving";
    if (method === "shutdown") this.phase = "after";
    return undefined;
  }

  private refuse(id: ResponseMessage["id"], code: number, message: string): void {
    this.answer({ jsonrpc: "2.0", id, error: { code, message } });
  }
}

interface Fault {
  /** Whom the answer is for: null where that cannot be known, undefined where there is none, because a notification is never answered. */
  readonly id: string | number | null | undefined;
  readonly code: number;
  readonly reason: string;
}

/** Why a message is not handed on; undefined where it is. */
function faultOf(message: unknown): Fault | undefined {
  const invalid = (reason: string, id: string | number | null = null): Fault => ({ id, code: ErrorCodes.InvalidRequest, reason });
  if (Array.isArray(message)) return invalid("the protocol has no batches: each message is sent by itself");
  if (typeof message !== "object" || message === null) return invalid("a message is an object");
  const { id, method, params } = message as Fields;
  const isIdentifier = typeof id === "string" || typeof id === "number";
  if (method === undefined) return "result" in message || "error" in message ? undefined : invalid("a message has a method, or the result of a request", isIdentifier ? id : null);
  if (typeof method !== "string") return invalid("a method is a text", isIdentifier ? id : null);
  if ("id" in message && !isIdentifier) return invalid("the id of a request is a number or a text");
  const missing = missingIn(method, params);
  return missing === undefined ? undefined : { id: isIdentifier ? id : undefined, code: ErrorCodes.InvalidParams, reason: `${method} needs ${missing}` };
}

type Need = readonly [what: string, isGiven: (given: Fields) => boolean];
const position: Need = ["a position", (given) => isPosition(given["position"])];
const range: Need = ["a range", (given) => isRange(given["range"])];
const text = (key: string, what: string): Need => [what, (given) => typeof given[key] === "string"];

/** Methods about a document that need nothing else. */
const ofDocuments: ReadonlySet<string> = new Set(["didClose", "didSave", "documentSymbol", "documentLink", "codeLens", "foldingRange", "semanticTokens/full", "diagnostic", "formatting"].map((name) => `textDocument/${name}`));

/** What a method needs; those about documents need the document too. */
const needs: ReadonlyMap<string, Need> = new Map<string, Need>([
  ["initialize", ["the capabilities of the client", (given) => typeof given["capabilities"] === "object" && given["capabilities"] !== null]],
  ["$/cancelRequest", ["the id of a request", (given) => given["id"] !== undefined]],
  ["textDocument/didOpen", ["the text of the document", (given) => typeof fieldsOf(given["textDocument"])["text"] === "string"]],
  ["textDocument/didChange", ["a list of changes, each with its text, and with a range where it is of a part", (given) => isListOfChanges(given["contentChanges"])]],
  ["textDocument/rename", ["a position and a new name", (given) => isPosition(given["position"]) && typeof given["newName"] === "string"]],
  ["textDocument/onTypeFormatting", ["a position and the character that was typed", (given) => isPosition(given["position"]) && typeof given["ch"] === "string"]],
  ["textDocument/references", ["a position and a context", (given) => isPosition(given["position"]) && typeof given["context"] === "object"]],
  ["textDocument/codeAction", ["a range and a context", (given) => isRange(given["range"]) && typeof given["context"] === "object"]],
  ["textDocument/selectionRange", ["a list of positions", (given) => Array.isArray(given["positions"]) && given["positions"].every(isPosition)]],
  ...["hover", "signatureHelp", "definition", "documentHighlight", "prepareCallHierarchy", "completion", "prepareRename"].map((name) => [`textDocument/${name}`, position] as const),
  ...["inlayHint", "rangeFormatting", "semanticTokens/range"].map((name) => [`textDocument/${name}`, range] as const),
  ["workspace/symbol", text("query", "a query")],
  ["workspace/executeCommand", text("command", "a command")],
  ["workspace/textDocumentContent", text("uri", "the URI of a document")],
  ["workspace/willRenameFiles", ["a list of files", (given) => Array.isArray(given["files"])]],
  ["workspace/didChangeWatchedFiles", ["a list of changes", (given) => Array.isArray(given["changes"])]],
  ["workspace/didChangeWorkspaceFolders", ["the folders that came and went", (given) => Array.isArray(fieldsOf(given["event"])["added"]) && Array.isArray(fieldsOf(given["event"])["removed"])]],
  ...["incomingCalls", "outgoingCalls"].map((name) => [`callHierarchy/${name}`, ["an item of this server", (given: Fields) => typeof fieldsOf(fieldsOf(given["item"])["data"])["file"] === "string"]] as const),
  ["codeLens/resolve", ["a lens of this server", (given) => typeof fieldsOf(given["data"])["uri"] === "string"]],
]);

/** What the parameters of a method lack without which no answer can be made; undefined where they are complete. */
function missingIn(method: string, params: unknown): string | undefined {
  const given = fieldsOf(params);
  const need = needs.get(method);
  if ((ofDocuments.has(method) || (need && method.startsWith("textDocument/"))) && typeof fieldsOf(given["textDocument"])["uri"] !== "string") return "the URI of a document";
  return need && !need[1](given) ? need[0] : undefined;
}

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const isPosition = (value: unknown): boolean => typeof fieldsOf(value)["line"] === "number" && typeof fieldsOf(value)["character"] === "number";
const isRange = (value: unknown): boolean => isPosition(fieldsOf(value)["start"]) && isPosition(fieldsOf(value)["end"]);
const isListOfChanges = (value: unknown): boolean => Array.isArray(value) && value.every((change) => typeof fieldsOf(change)["text"] === "string" && (fieldsOf(change)["range"] === undefined || isRange(fieldsOf(change)["range"])));
