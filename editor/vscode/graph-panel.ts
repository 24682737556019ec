/**
 * The panel with the graph: one for the window, showing the file that was asked for last. It follows what is typed and the cursor, and the cursor follows
 * it, into other files and the layer library too.
 */
import { join, normalize } from "node:path";
import * as vscode from "vscode";
import type { Place } from "../view/model/document.ts";
import type { PanelNews, PanelRequest, Problem, Showing, ViewMessage, Wanted } from "../view/model/messages.ts";
import { movedRange } from "../view/model/moved.ts";
import type { Launch } from "./launch.ts";
import { startView, type Texts, type ViewClient } from "./view-client.ts";

export interface GraphPanel extends vscode.Disposable {
  /** Opens the panel, or turns it to another file or model. */
  show(document: vscode.TextDocument, model?: string): void;
  /** Selects in the graph what stands at the cursor. */
  followCursor(editor: vscode.TextEditor): void;
  /** The text of a document is another now. */
  textChanged(document: vscode.TextDocument): void;
  /** A document is no longer open: its file counts again. */
  closed(document: vscode.TextDocument): void;
  /** Another variant or other config keys were chosen in the settings. */
  wishChanged(): void;
}

/** `wishOf` says which model and variant of a text are shown first, and with which config keys. */
export function createGraphPanel(launch: () => Launch, wishOf: (document: vscode.TextDocument, model: string | undefined) => Promise<Wanted>): GraphPanel {
  let panel: vscode.WebviewPanel | undefined;
  let document: vscode.TextDocument | undefined;
  let client: ViewClient | undefined;
  let wantedModel: string | undefined;
  let latest: ViewMessage | undefined;
  let showing: Showing | undefined;
  let library: string | undefined;
  let column: vscode.ViewColumn | undefined;
  let round = 0;
  /** Since the last graph something was typed; then the next one is selected at the cursor. */
  let typed = false;
  /** Places that the graph is showing in an editor just now: the cursor that comes with them is not the person's. */
  let revealing = 0;

  const tell = (news: PanelNews): void => void panel?.webview.postMessage(news);
  const start = async (): Promise<void> => {
    const own = ++round;
    client?.close();
    client = latest = showing = undefined;
    const wanted = await wishOf(document!, wantedModel);
    if (own !== round || !panel) return;
    client = startView(launch(), document!.uri.fsPath, wanted, openTexts(), {
      page(html, first, folder) {
        if (own !== round || !panel) return;
        [showing, latest, library] = [first, first.view, folder];
        panel.webview.html = html;
      },
      show(next) {
        if (own !== round) return;
        showing = next;
        latest = next.view ?? latest;
        tell({ kind: "show", showing: next });
        if (!next.view) return;
        const editor = vscode.window.activeTextEditor;
        if (typed && editor) selectAt(editor);
        typed = false;
      },
      ended(reason) {
        if (own !== round || !panel) return;
        client = undefined;
        if (showing) tell({ kind: "notice", text: `${reason}. What is shown stays, but no longer follows the text: show the graph again to go on.` });
        else panel.webview.html = reasonPage(reason);
      },
    });
  };
  /** The file or document of one of the graph's sources, and back. */
  const uriOf = ({ name, library: isLibrary }: ViewMessage["program"]["sources"][number]): vscode.Uri => vscode.Uri.file(isLibrary && library !== undefined ? join(library, name) : name);
  const sourceOf = (own: vscode.TextDocument): number => {
    const path = normalize(own.uri.fsPath);
    return own.uri.scheme === "file" ? (latest?.program.sources.findIndex((source) => normalize(uriOf(source).fsPath) === path) ?? -1) : -1;
  };
  const selectAt = (editor: vscode.TextEditor): void => {
    const file = sourceOf(editor.document);
    if (file < 0) return;
    // The text may have been edited since, and VS Code takes a byte-order mark off it: what is left of the place is found in the graph's text.
    const at = editor.document.offsetAt(editor.selection.active);
    tell({ kind: "select", place: movedRange(editor.document.getText(), latest!.program.sources[file].text, { file, start: at, end: at }) });
  };
  const reveal = async (uri: vscode.Uri, rangeIn: (opened: vscode.TextDocument) => vscode.Range): Promise<void> => {
    revealing++;
    try {
      const opened = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(opened, { ...(column === undefined ? {} : { viewColumn: column }), preserveFocus: true, selection: rangeIn(opened) });
    } finally {
      revealing--;
    }
  };
  const revealPlace = (place: Place): Thenable<void> | undefined => {
    const source = latest?.program.sources[place.file];
    return source && reveal(uriOf(source), (opened) => {
      const { start, end } = movedRange(source.text, opened.getText(), place);
      return new vscode.Range(opened.positionAt(start), opened.positionAt(end));
    });
  };
  const revealProblem = ({ place, line, column: at }: Problem): Thenable<void> | undefined => {
    const source = place && showing?.problems?.sources[place.file];
    if (!source || line === undefined) return undefined;
    const position = new vscode.Position(line - 1, (at ?? 1) - 1);
    return reveal(vscode.Uri.file(source.name), () => new vscode.Range(position, position));
  };
  const heard = async (request: PanelRequest): Promise<void> => {
    switch (request.kind) {
      case "ready": {
        const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
        if (editor) selectAt(editor);
        return;
      }
      case "choose":
        return client?.choose(request.choice);
      case "select":
        return revealPlace(request.place);
      case "problem":
        return revealProblem(request.problem);
    }
  };

  return {
    show(next, model) {
      column = vscode.window.visibleTextEditors.find((editor) => editor.document === next)?.viewColumn;
      const same = document === next && wantedModel === model && client !== undefined;
      [document, wantedModel] = [next, model];
      if (panel) panel.reveal(undefined, true);
      if (panel && same) return;
      if (!panel) {
        panel = vscode.window.createWebviewPanel("netc.graph", "Graph", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true });
        panel.webview.onDidReceiveMessage((request: PanelRequest) => void heard(request));
        panel.onDidDispose(() => {
          round++;
          client?.close();
          panel = client = latest = showing = document = undefined;
        });
      }
      panel.title = `Graph of ${next.uri.path.slice(next.uri.path.lastIndexOf("/") + 1)}`;
      void start();
    },
    followCursor: (editor) => void (panel && revealing === 0 && selectAt(editor)),
    textChanged(own) {
      if (!isProgram(own) || !client) return;
      typed = true;
      client.setTexts([textOf(own)]);
    },
    closed: (own) => void (isProgram(own) && client?.setTexts([{ file: own.uri.fsPath }])),
    wishChanged() {
      const [own, asked] = [round, client];
      if (!document || !asked) return;
      // The page may have turned to another model than the one that was asked for at first.
      void wishOf(document, latest?.choice.model ?? wantedModel).then((wanted) => own === round && asked.want(wanted));
    },
    dispose: () => panel?.dispose(),
  };
}

const isProgram = (document: vscode.TextDocument): boolean => document.languageId === "netc" && document.uri.scheme === "file";
const textOf = (document: vscode.TextDocument): Texts[number] => ({ file: document.uri.fsPath, text: document.getText() });

/** What is open and not as it was saved; all other files are read from the disk. */
const openTexts = (): Texts => vscode.workspace.textDocuments.filter((document) => isProgram(document) && document.isDirty).map(textOf);

/** What stands in the panel when netc does not start. */
function reasonPage(reason: string): string {
  const shown = reason.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head><body><p>There is no graph, because netc view ended.</p><pre>${shown}</pre></body></html>`;
}
