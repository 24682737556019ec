/** What tells a person something about a place and changes nothing. */
import { MarkupKind, SemanticTokensBuilder, type CancellationToken, type Range as ProtocolRange, type SelectionRange, type SemanticTokens } from "vscode-languageserver";
import { hover, restsOnGraph, type Hover } from "../service/hover.ts";
import { inlayHints } from "../service/inlay-hints.ts";
import type { Look } from "../service/project.ts";
import { semanticTokens, tokenModifiers, tokenTypes } from "../service/semantic-tokens.ts";
import { signatureHelp } from "../service/signature-help.ts";
import { folds, selectionRanges } from "../service/structure.ts";
import type { Range } from "../service/text.ts";
import type { Capability } from "./capability.ts";
import { isUnanswered } from "./graphs.ts";
import { lasting } from "./lasting.ts";
import { checked, parsed } from "./looks.ts";
import { protocolRange } from "./positions.ts";
import type { Workspace } from "./workspace.ts";

const foldingKinds = { comment: "comment", imports: "imports", region: "region" } as const;

async function encoded(workspace: Workspace, uri: string, token: CancellationToken, range?: ProtocolRange): Promise<SemanticTokens> {
  const builder = new SemanticTokensBuilder();
  const look = await parsed(workspace, uri, token);
  if (!look) return builder.build();
  const tokens = await lasting(workspace, semanticTokens(look, range && workspace.offsets(uri, range)), { title: "Colouring", token });
  const lines = workspace.linesOf(look.name);
  for (const { start, end, type, modifiers } of tokens) {
    const place = protocolRange(lines, { start, end }, workspace.encoding);
    const bits = modifiers.reduce((all, modifier) => all | (1 << tokenModifiers.indexOf(modifier)), 0);
    builder.push(place.start.line, place.start.character, place.end.character - place.start.character, tokenTypes.indexOf(type), bits);
  }
  return builder.build();
}

function nested(workspace: Workspace, name: string, ranges: readonly Range[]): SelectionRange {
  const [first, ...rest] = ranges.toReversed().map((range) => workspace.range(name, range));
  return rest.reduce<SelectionRange>((parent, range) => ({ range, parent }), { range: first });
}

/** For so many milliseconds a person who points at something would rather wait for numbers than do without. */
const patience = 300;

/** With the numbers of the chosen variant, where its graph is there in time. */
async function hovered(workspace: Workspace, look: Look, offset: number, token: CancellationToken): Promise<Hover | undefined> {
  if (!restsOnGraph(look, offset)) return hover(look, offset, false);
  try {
    return await workspace.graphs.ask(look, { kind: "hover", offset }, { token, patience });
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return hover(look, offset, false);
  }
}

export const informing: readonly Capability[] = [
  {
    name: "hover",
    provides: () => ({ hoverProvider: true }),
    wire(workspace) {
      workspace.connection.onHover(async ({ textDocument: { uri }, position }, token) => {
        const look = await checked(workspace, uri, token);
        const found = look && (await hovered(workspace, look, workspace.offset(uri, position), token));
        return found ? { contents: { kind: MarkupKind.Markdown, value: found.markdown }, range: workspace.range(look.name, found) } : null;
      });
    },
  },
  {
    name: "signature help",
    provides: () => ({ signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: [":"] } }),
    wire(workspace) {
      workspace.connection.onSignatureHelp(async ({ textDocument: { uri }, position }, token) => {
        const look = await parsed(workspace, uri, token);
        const found = look && signatureHelp(look, workspace.offset(uri, position));
        if (!found) return null;
        const { label, documentation, parameters, active } = found;
        return {
          signatures: [{ label, documentation: { kind: MarkupKind.Markdown, value: documentation }, parameters: parameters.map(({ start, end, documentation: text }) => ({ label: [start, end] as [number, number], documentation: text })) }],
          activeSignature: 0, ...(active !== undefined ? { activeParameter: active } : {}),
        };
      });
    },
  },
  {
    name: "inlay hints",
    provides: () => ({ inlayHintProvider: true }),
    wire(workspace) {
      workspace.connection.languages.inlayHint.on(async ({ textDocument: { uri }, range }, token) => {
        const look = await checked(workspace, uri, token);
        if (!look) return null;
        const hints = await lasting(workspace, inlayHints(look, workspace.offsets(uri, range), workspace.settings.inlayHints), { title: "Looking for hints", token });
        return hints.map(({ at, label, kind, tooltip }) => ({
          position: workspace.range(look.name, { start: at, end: at }).start, label, kind: kind === "names" ? 2 : 1, ...(tooltip ? { tooltip: { kind: MarkupKind.Markdown, value: tooltip } } : {}),
        }));
      });
    },
  },
  {
    name: "semantic tokens",
    provides: () => ({ semanticTokensProvider: { legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] }, full: true, range: true } }),
    wire(workspace) {
      workspace.connection.languages.semanticTokens.on(({ textDocument: { uri } }, token) => encoded(workspace, uri, token));
      workspace.connection.languages.semanticTokens.onRange(({ textDocument: { uri }, range }, token) => encoded(workspace, uri, token, range));
    },
  },
  {
    name: "folding",
    provides: () => ({ foldingRangeProvider: true }),
    wire(workspace) {
      workspace.connection.onFoldingRanges(async ({ textDocument: { uri } }, token) => {
        const look = await parsed(workspace, uri, token);
        if (!look) return null;
        return folds(look).map(({ kind, ...own }) => {
          const { start, end } = workspace.range(look.name, own);
          return { startLine: start.line, endLine: end.line, ...(kind ? { kind: foldingKinds[kind] } : {}) };
        });
      });
    },
  },
  {
    name: "selection ranges",
    provides: () => ({ selectionRangeProvider: true }),
    wire(workspace) {
      workspace.connection.onSelectionRanges(async ({ textDocument: { uri }, positions }, token) => {
        const look = await parsed(workspace, uri, token);
        if (!look) return null;
        return positions.map((position) => {
          const ranges = selectionRanges(look, workspace.offset(uri, position));
          return ranges.length ? nested(workspace, look.name, ranges) : { range: { start: position, end: position } };
        });
      });
    },
  },
];
