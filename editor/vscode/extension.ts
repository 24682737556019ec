/** The extension: starts the language server that it carries, shows the graph beside the source, and a few commands. */
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";
import { createGraphPanel } from "./graph-panel.ts";
import { couldNotStart, launchOf, runNetc, type Launch } from "./launch.ts";
import type { VariantRow } from "./variants.ts";

/** The server hangs these on its code lenses, and leaves it to the editor to run them. */
const ownCommands = ["netc.showGraph"];

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("netc");
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration("netc");
  const launch = (): Launch => launchOf(context.extensionPath, settings().get("path", ""));
  const variants = (): Readonly<Record<string, string>> => settings().get<Record<string, string>>("variants", {});

  const graph = createGraphPanel(launch, async (document, model) => {
    const rows = await rowsOf(document);
    const shown = model ?? rows[0]?.model;
    if (shown === undefined) return {};
    const variant = variants()[shown];
    const keys = settings().get<Record<string, Record<string, string>>>("set", {})[shown] ?? {};
    // A row that was taken out of the text may still stand in the settings.
    return { model: shown, ...(rows.some((row) => row.model === shown && row.name === variant) ? { variant: variant! } : {}), settings: Object.entries(keys).map(([key, value]) => `${key}=${value}`) };
  });

  /** Asks which variant gives the numbers, and writes it into the settings, from where the server learns it. */
  const pickVariant = async (document: vscode.TextDocument, model?: string): Promise<void> => {
    const rows = (await rowsOf(document)).filter((row) => model === undefined || row.model === model);
    if (rows.length === 0) return void vscode.window.showInformationMessage("netc: this file has no model");
    const several = new Set(rows.map((row) => row.model)).size > 1;
    const items = rows.map((row) => ({ label: row.name, description: several ? `${row.model}: ${row.title}` : row.title, row }));
    const picked = await vscode.window.showQuickPick(items, { title: several ? "Variant whose numbers are shown" : `Variant of ${rows[0].model} whose numbers are shown`, matchOnDescription: true });
    if (!picked) return;
    const { row } = picked;
    const target = vscode.workspace.workspaceFolders?.length ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await settings().update("variants", { ...variants(), [row.model]: row.name }, target);
  };

  const checkVariants = async (document: vscode.TextDocument): Promise<void> => {
    if (document.isDirty) await document.save();
    output.clear();
    output.show(true);
    const file = document.uri.fsPath;
    const { text } = await runNetc(launch(), ["check", file], vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath ?? vscode.Uri.joinPath(document.uri, "..").fsPath);
    output.append(text);
  };

  const start = async (): Promise<void> => {
    await client?.stop().catch(() => undefined); // it may have ended by itself
    client = createClient(launch(), settings(), pickVariant);
    await client.start().catch((error: Error) => vscode.window.showErrorMessage(`${couldNotStart(launch(), error)}. What it wrote is in the output "netc language server"`));
  };

  /** A command for the file that a person looks at, or that a code lens names. */
  const onDocument = (run: (document: vscode.TextDocument, model?: string) => unknown) => async (uri?: unknown, model?: unknown): Promise<void> => {
    // A button in an editor's title gives a Uri, a code lens a text.
    const named = typeof uri === "string" ? vscode.Uri.parse(uri) : uri instanceof vscode.Uri ? uri : undefined;
    const document = named ? await vscode.workspace.openTextDocument(named) : vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "netc" || document.uri.scheme !== "file") return void vscode.window.showInformationMessage("netc: open a .net file that is saved on a disk");
    await run(document, typeof model === "string" ? model : undefined);
  };

  context.subscriptions.push(
    output, graph,
    vscode.commands.registerCommand("netc.showGraph", onDocument((document, model) => graph.show(document, model))),
    vscode.commands.registerCommand("netc.pickVariant", onDocument(pickVariant)),
    vscode.commands.registerCommand("netc.checkVariants", onDocument(checkVariants)),
    vscode.commands.registerCommand("netc.restartServer", start),
    // A selection that a program made has no kind: what the graph selects here does not go back to it.
    vscode.window.onDidChangeTextEditorSelection(({ kind, textEditor }) => kind !== undefined && graph.followCursor(textEditor)),
    vscode.window.onDidChangeActiveTextEditor((editor) => editor && graph.followCursor(editor)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => graph.textChanged(document)),
    vscode.workspace.onDidCloseTextDocument((document) => graph.closed(document)),
    vscode.workspace.onDidChangeConfiguration((change) => (change.affectsConfiguration("netc.variants") || change.affectsConfiguration("netc.set")) && graph.wishChanged()),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

/** The parser is loaded when somebody asks, not when the window opens. */
async function rowsOf(document: vscode.TextDocument): Promise<readonly VariantRow[]> {
  return (await import("./variants.ts")).variantsOf(document.getText());
}

function createClient({ command, args, env }: Launch, settings: vscode.WorkspaceConfiguration, pickVariant: (document: vscode.TextDocument, model?: string) => Promise<void>): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "netc" }],
    synchronize: { configurationSection: "netc", fileEvents: vscode.workspace.createFileSystemWatcher("**/*.net") },
    initializationOptions: { inlayHints: settings.get("inlayHints"), codeLens: settings.get("codeLens"), inactiveArms: settings.get("inactiveArms"), variants: settings.get("variants"), set: settings.get("set"), commands: ownCommands },
    middleware: {
      // The server would ask with a message; here is a list to choose from, and the settings keep the answer.
      async executeCommand(name, given, next) {
        const [uri, model] = given as readonly unknown[];
        if (name !== "netc.chooseVariant" || typeof uri !== "string") return next(name, given);
        return pickVariant(await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)), typeof model === "string" ? model : undefined);
      },
    },
  };
  return new LanguageClient("netc", "netc language server", { command, args: [...args, "lsp", "--stdio"], options: { env } }, options);
}
