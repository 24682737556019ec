/**
 * What the extension sees of VS Code, for a test without one: a child process loads the packed extension with a module `vscode` of our own and does what
 * a person does. What is not said here (the classes that the language client builds upon) answers to everything and does nothing.
 */
const Module = require("node:module");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL, fileURLToPath } = require("node:url");

const [, , extensionFolder, file] = process.argv;
const log = { registered: [], panels: [], posted: [], shown: [], updated: [], messages: [], output: "", started: undefined };

const anything = (own = {}) => {
  const target = Object.assign(function () {}, own); // the bundle copies the names that are there
  return new Proxy(target, {
    get: (_, key) => (key in own ? own[key] : key === "then" || key === Symbol.toPrimitive ? undefined : key === "prototype" ? target.prototype : anything()),
    apply: () => anything({ dispose() {} }),
    construct: (_, given, asked) => Reflect.construct(target, given, asked), // classes of the language client build upon it
  });
};

class Uri {
  constructor(fsPath) { Object.assign(this, { fsPath, path: fsPath, scheme: "file" }); }
  static file(path) { return new Uri(path); }
  static parse(text) { return new Uri(fileURLToPath(text)); }
  static joinPath(uri, ...parts) { return new Uri(join(uri.fsPath, ...parts)); }
  toString() { return pathToFileURL(this.fsPath).href; }
}
class Range {
  constructor(start, end) { Object.assign(this, { start, end }); }
}
class Position {
  constructor(line, character) { Object.assign(this, { line, character }); }
}
class Document {
  constructor(path) {
    this.uri = Uri.file(path);
    this.fileName = path;
    this.languageId = path.endsWith(".net") ? "netc" : "plaintext";
    this.typed = undefined;
  }
  get isDirty() { return this.typed !== undefined; }
  getText() { return this.typed ?? readFileSync(this.fileName, "utf8"); }
  /** What a person types; undefined: the file as it is on the disk again. */
  type(text) {
    this.typed = text;
    listeners.changed.forEach((run) => run({ document: this, contentChanges: [] }));
  }
  offsetAt({ line, character }) { return this.getText().split("\n").slice(0, line).reduce((sum, own) => sum + own.length + 1, 0) + character; }
  positionAt(offset) {
    const before = this.getText().slice(0, offset).split("\n");
    return { line: before.length - 1, character: before[before.length - 1].length };
  }
}

class Disposable {
  static from() { return new Disposable(); }
  dispose() {}
}
class EventEmitter {
  event = () => ({ dispose() {} });
  fire() {}
  dispose() {}
}

const documents = new Map();
const opened = (path) => documents.get(path) ?? documents.set(path, new Document(path)).get(path);
const editor = { document: opened(file), viewColumn: 1, selection: { active: { line: 0, character: 0 } } };
const listeners = { selection: [], active: [], changed: [], closed: [], configuration: [] };
const disposable = { dispose() {} };
const settings = { path: "", variants: {}, inlayHints: {}, codeLens: true, inactiveArms: true, set: {} };

const vscode = anything({
  version: "1.100.0", Uri, Range, Position, EventEmitter, Disposable,
  ViewColumn: { Beside: -2 }, ConfigurationTarget: { Global: 1, Workspace: 2 },
  env: anything({ language: "en", appName: "test" }),
  commands: anything({ registerCommand: (name, run) => (log.registered.push({ name, run }), disposable) }),
  window: anything({
    activeTextEditor: editor, visibleTextEditors: [editor],
    createOutputChannel: () => ({ append: (text) => (log.output += text), appendLine: (text) => (log.output += `${text}\n`), clear() {}, show() {}, dispose() {}, error: (text) => (log.output += text), info() {}, warn() {}, debug() {}, trace() {}, replace() {}, onDidChangeLogLevel: () => disposable, logLevel: 0, name: "netc" }),
    createWebviewPanel(type, title, _, options) {
      const panel = { type, title, options, reveal() {}, dispose() { panel.disposed?.(); }, onDidDispose: (run) => ((panel.disposed = run), disposable), webview: { html: "", postMessage: (news) => log.posted.push(news), onDidReceiveMessage: (run) => ((panel.receive = run), disposable) } };
      log.panels.push(panel);
      return panel;
    },
    onDidChangeTextEditorSelection: (run) => (listeners.selection.push(run), disposable),
    onDidChangeActiveTextEditor: (run) => (listeners.active.push(run), disposable),
    async showTextDocument(document, options) {
      log.shown.push({ file: document.fileName, ...options });
      listeners.active.forEach((run) => run({ document, selection: { active: options.selection.start } }));
    },
    showQuickPick: async (items) => ((log.offered = items.map(({ label, description }) => [label, description])), items.find(({ label }) => label === "wide")),
    showInformationMessage: async (text) => void log.messages.push(text),
    showErrorMessage: async (text) => void log.messages.push(text),
  }),
  workspace: anything({
    get textDocuments() { return [...documents.values()]; },
    workspaceFolders: undefined, notebookDocuments: [], getWorkspaceFolder: () => undefined,
    getConfiguration: () => ({ get: (key, otherwise) => settings[key] ?? otherwise, async update(key, value, target) {
      settings[key] = value;
      log.updated.push({ key, value, target });
      listeners.configuration.forEach((run) => run({ affectsConfiguration: (name) => name === `netc.${key}` }));
    }, inspect: () => undefined, has: () => false }),
    openTextDocument: async (uri) => opened(uri.fsPath),
    onDidChangeTextDocument: (run) => (listeners.changed.push(run), disposable),
    onDidCloseTextDocument: (run) => (listeners.closed.push(run), disposable),
    onDidChangeConfiguration: (run) => (listeners.configuration.push(run), disposable),
    createFileSystemWatcher: () => ({ onDidCreate: () => disposable, onDidChange: () => disposable, onDidDelete: () => disposable, dispose() {} }),
  }),
});

const load = Module._load;
Module._load = function (name, ...rest) {
  return name === "vscode" ? vscode : load.call(this, name, ...rest);
};

const until = async (condition, what) => {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 20_000) throw new Error(`${what} does not come`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

module.exports = { extensionFolder, file, log, editor, opened, listeners, settings, until, load: () => require(join(extensionFolder, "dist/extension.cjs")), command: (name) => log.registered.find((one) => one.name === name).run, Uri };
