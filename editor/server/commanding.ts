/** Code lenses, the commands behind them, and the texts of the library for clients that cannot open its files. */
import { ErrorCodes, MessageType, ResponseError, ShowMessageNotification, type CancellationToken, type CodeLens } from "vscode-languageserver";
import { codeLenses, type LensKind } from "../service/code-lenses.ts";
import { isSound } from "../service/diagnostics.ts";
import { libraryFile } from "../service/project.ts";
import { libraryScheme } from "./addresses.ts";
import type { Capability } from "./capability.ts";
import { isUnanswered } from "./graphs.ts";
import { checked, parsed } from "./looks.ts";
import { refresh } from "./synchronising.ts";
import type { Workspace } from "./workspace.ts";

interface LensData {
  readonly uri: string;
  readonly item: string;
  readonly kind: LensKind;
}

const plain = (title: string): { title: string; command: string } => ({ title, command: "" });

/** A lens with its text. Of a text with an error nothing is counted: what `known` holds of the last one without stays. */
async function resolved(workspace: Workspace, known: Map<string, string>, lens: CodeLens, token: CancellationToken): Promise<CodeLens> {
  const { uri, item, kind } = lens.data as LensData;
  const look = await checked(workspace, uri, token);
  if (!look) return { ...lens, command: plain("") };
  const { project } = workspace;
  const figures = async (question: "cost" | "users", title: string, none: string): Promise<CodeLens> => {
    const key = JSON.stringify(lens.data);
    try {
      if (isSound(look)) known.set(key, (await workspace.graphs.ask(look, { kind: question, item }, { title, token })) ?? none);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      known.delete(key);
    }
    return { ...lens, command: plain(known.get(key) ?? "") };
  };
  const model = look.compilation.models.find(({ name }) => name.text === item);
  switch (kind) {
    case "cost":
      return figures("cost", `Counting what ${item} costs`, "used by no model here");
    case "users":
      return figures("users", `Looking for variants with ${item}`, "in no model here");
    case "variant":
      return { ...lens, command: { title: `variant: ${model ? project.chosenVariant(look.compilation, model).name : "default"}`, command: "netc.chooseVariant", arguments: [uri, item] } };
    case "check":
      return { ...lens, command: { title: `check all variants${model ? ` (${look.compilation.variantsOf(model).length})` : ""}`, command: "netc.checkAllVariants", arguments: [uri, item] } };
    case "graph":
      return { ...lens, command: { title: "show graph", command: "netc.showGraph", arguments: [uri, item] } };
  }
}

export const commanding: readonly Capability[] = [
  {
    name: "code lenses",
    provides: () => ({ codeLensProvider: { resolveProvider: true } }),
    wire(workspace) {
      const { connection } = workspace;
      const known = new Map<string, string>();
      connection.onCodeLens(async ({ textDocument: { uri } }, token) => {
        const look = workspace.settings.codeLens ? await parsed(workspace, uri, token) : undefined;
        if (!look) return null;
        const shown = codeLenses(look).filter(({ kind }) => kind !== "graph" || workspace.features.commands.includes("netc.showGraph"));
        return shown.map(({ kind, item, ...range }) => ({ range: workspace.range(look.name, range), data: { uri, item, kind } satisfies LensData }));
      });
      connection.onCodeLensResolve((lens, token) => resolved(workspace, known, lens, token));
    },
  },
  {
    name: "commands",
    provides: () => ({ executeCommandProvider: { commands: ["netc.checkAllVariants", "netc.chooseVariant"], workDoneProgress: true } }),
    wire(workspace, schedule) {
      const { connection } = workspace;
      connection.onExecuteCommand(async ({ command, arguments: given = [] }, token, progress) => {
        const [uri, item, row] = given as readonly unknown[];
        if (typeof uri !== "string") throw new ResponseError(ErrorCodes.InvalidParams, `${command} takes the URI of a document`);
        const look = await checked(workspace, uri, token);
        const model = look?.compilation.models.find(({ name }) => item === undefined || name.text === item);
        if (!look || !model) throw new ResponseError(ErrorCodes.InvalidParams, `there is no model ${String(item ?? "")} in ${uri}`);
        const variants = look.compilation.variantsOf(model);
        if (command === "netc.checkAllVariants") {
          if (!isSound(look)) return report(workspace, `${model.name.text} has errors: its variants cannot be built`);
          const told = (await workspace.graphs.ask(look, { kind: "variants", model: model.name.text }, { title: `Checking ${model.name.text}`, token, progress })) ?? [];
          return report(workspace, `${model.name.text}, ${variants.length} variants: ${told.map(({ variant, text }) => `${variant}: ${text}`).join("; ")}`);
        }
        if (command !== "netc.chooseVariant") throw new ResponseError(ErrorCodes.InvalidParams, `there is no command ${command}`);
        const names = variants.map(({ name }) => name);
        const chosen = typeof row === "string" ? row : (await connection.window.showInformationMessage(`Which variant of ${model.name.text} gives the numbers?`, ...names.map((title) => ({ title }))))?.title;
        if (chosen === undefined) return null;
        if (!names.includes(chosen)) throw new ResponseError(ErrorCodes.InvalidParams, `${model.name.text} has no variant ${chosen}; it has ${names.join(", ")}`);
        workspace.settings = { ...workspace.settings, variants: { ...workspace.settings.variants, [model.name.text]: chosen } };
        workspace.project.choices = { variants: workspace.settings.variants, settings: workspace.settings.set };
        workspace.project.touch();
        schedule.changed();
        refresh(workspace);
        return chosen;
      });
    },
  },
  {
    name: "texts of the library",
    provides: () => ({ workspace: { textDocumentContent: { schemes: [libraryScheme] } } }),
    wire(workspace) {
      workspace.connection.onRequest("workspace/textDocumentContent", ({ uri }: { uri: string }) => {
        const file = libraryFile(workspace.addresses.nameOf(uri));
        if (!file) throw new ResponseError(ErrorCodes.InvalidParams, `${uri} is no file of the layer library`);
        return { text: file.source.text };
      });
    },
  },
];

function report(workspace: Workspace, text: string): string {
  void workspace.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: text });
  return text;
}
