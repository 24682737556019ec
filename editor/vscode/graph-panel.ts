/** The panel with the graph: one for the window, showing the file that was asked for last. It follows the file and the cursor, and the cursor follows it. */
import * as vscode from "vscode";
import type { Choice, PanelNews, PanelRequest, Problem, ViewMessage } from "../view/model/messages.ts";
import type { Launch } from "./launch.ts";
import { startView, type ViewClient } from "./view-client.ts";

export interface GraphPanel extends vscode.Disposable {
  /** Opens the panel, or turns it to another file or model. */
  show(document: vscode.TextDocument, model?: string): void;
  /** Selects in the graph what stands at the cursor. */
  followCursor(editor: vscode.TextEditor): void;
  /** A file was saved: where netc could not show the text before, it is tried again. */
  saved(document: vscode.TextDocument): void;
  /** Another variant was chosen in the settings. */
  variantChosen(model: string, variant: string): void;
}

/** `choiceOf` says which model and variant of a text are shown first. */
export function createGraphPanel(launch: () => Launch, choiceOf: (document: vscode.TextDocument, model: string | undefined) => Promise<Partial<Choice>>): GraphPanel {
  let panel: vscode.WebviewPanel | undefined;
  let document: vscode.TextDocument | undefined;
  let client: ViewClient | undefined;
  let wanted: string | undefined;
  let latest: ViewMessage | undefined;
  let column: vscode.ViewColumn | undefined;
  let round = 0;

  const tell = (news: PanelNews): void => void panel?.webview.postMessage(news);
  const start = async (): Promise<void> => {
    const own = ++round;
    client?.close();
    client = undefined;
    const choice = await choiceOf(document!, wanted);
    if (own !== round || !panel) return;
    client = startView(launch(), document!.uri.fsPath, choice, {
      page(html, first) {
        if (own !== round || !panel) return;
        latest = first;
        panel.webview.html = html.replace('data-host="server"', 'data-host="panel"');
      },
      document(message) {
        if (own !== round) return;
        latest = message;
        tell({ kind: "document", message });
      },
      problem: (problem) => own === round && tell({ kind: "problem", problem }),
      ended(reason) {
        if (own !== round || !panel) return;
        client = undefined;
        if (latest) tell({ kind: "problem", problem: plainProblem(reason) });
        else panel.webview.html = reasonPage(reason);
      },
    });
  };
  const selectAt = (editor: vscode.TextEditor): void => {
    const text = editor.document.getText();
    const file = latest?.program.sources.findIndex(({ name }) => name === editor.document.uri.fsPath) ?? -1;
    // While the text is not saved, its offsets are not those of the graph.
    if (file < 0 || withoutMark(latest!.program.sources[file].text) !== text) return;
    const shift = latest!.program.sources[file].text.length - text.length;
    const at = editor.document.offsetAt(editor.selection.active) + shift;
    tell({ kind: "select", place: { file, start: at, end: at } });
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
      case "select": {
        const source = latest?.program.sources[request.place.file];
        if (!source || source.library) return;
        const shift = source.text.length - withoutMark(source.text).length;
        const opened = await vscode.workspace.openTextDocument(vscode.Uri.file(source.name));
        const selection = new vscode.Range(opened.positionAt(request.place.start - shift), opened.positionAt(request.place.end - shift));
        await vscode.window.showTextDocument(opened, { ...(column === undefined ? {} : { viewColumn: column }), preserveFocus: true, selection });
      }
    }
  };

  return {
    show(next, model) {
      column = vscode.window.visibleTextEditors.find((editor) => editor.document === next)?.viewColumn;
      const same = document === next && wanted === model && client !== undefined;
      [document, wanted] = [next, model];
      if (panel && same) return panel.reveal(undefined, true);
      latest = undefined;
      if (panel) panel.reveal(undefined, true);
      else {
        panel = vscode.window.createWebviewPanel("netc.graph", "Graph", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true });
        panel.webview.onDidReceiveMessage((request: PanelRequest) => void heard(request));
        panel.onDidDispose(() => {
          round++;
          client?.close();
          panel = client = latest = document = undefined;
        });
      }
      panel.title = `Graph of ${next.uri.path.slice(next.uri.path.lastIndexOf("/") + 1)}`;
      void start();
    },
    followCursor: (editor) => void (panel && selectAt(editor)),
    saved: (own) => void (panel && !client && own.languageId === "netc" && start()),
    variantChosen(model, variant) {
      if (latest?.choice.model === model && latest.choice.variant !== variant) client?.choose({ model, variant });
    },
    dispose: () => panel?.dispose(),
  };
}

/** VS Code takes the byte-order mark off a text, netc keeps it. */
const withoutMark = (text: string): string => text.replace(/^\ufeff/, "");

const plainProblem = (message: string): Problem => ({ code: "", message, file: "", line: 0, column: 0, others: 0 });

/** What stands in the panel when there is no graph yet. */
function reasonPage(reason: string): string {
  const shown = reason.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head><body><p>There is no graph of this file yet. Save it when it is without errors, and the graph appears.</p><pre>${shown}</pre></body></html>`;
}
