/** What tells a person something about a place and changes nothing. */
import { MarkupKind, SemanticTokensBuilder, type SelectionRange, type SemanticTokens } from "vscode-languageserver";
import { hover } from "../service/hover.ts";
import { inlayHints } from "../service/inlay-hints.ts";
import { semanticTokens, tokenModifiers, tokenTypes } from "../service/semantic-tokens.ts";
import { signatureHelp } from "../service/signature-help.ts";
import { folds, selectionRanges } from "../service/structure.ts";
import { touches, type Range } from "../service/text.ts";
import type { Look } from "../service/project.ts";
import type { Capability } from "./capability.ts";
import type { Workspace } from "./workspace.ts";

const foldingKinds = { comment: "comment", imports: "imports", region: "region" } as const;

function encoded(workspace: Workspace, look: Look, range?: Range): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { start, end, type, modifiers } of semanticTokens(look)) {
    if (range && !touches(range, start)) continue;
    const place = workspace.range(look.name, { start, end });
    const bits = modifiers.reduce((all, modifier) => all | (1 << tokenModifiers.indexOf(modifier)), 0);
    builder.push(place.start.line, place.start.character, place.end.character - place.start.character, tokenTypes.indexOf(type), bits);
  }
  return builder.build();
}

function nested(workspace: Workspace, name: string, ranges: readonly Range[]): SelectionRange {
  const [first, ...rest] = ranges.toReversed().map((range) => workspace.range(name, range));
  return rest.reduce<SelectionRange>((parent, range) => ({ range, parent }), { range: first });
}

export const informing: readonly Capability[] = [
  {
    name: "hover",
    provides: () => ({ hoverProvider: true }),
    wire(workspace) {
      workspace.connection.onHover(({ textDocument: { uri }, position }) => {
        const look = workspace.look(uri);
        const found = look && hover(look, workspace.offset(uri, position));
        return found ? { contents: { kind: MarkupKind.Markdown, value: found.markdown }, range: workspace.range(look.name, found) } : null;
      });
    },
  },
  {
    name: "signature help",
    provides: () => ({ signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: [":"] } }),
    wire(workspace) {
      workspace.connection.onSignatureHelp(({ textDocument: { uri }, position }) => {
        const look = workspace.look(uri);
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
      workspace.connection.languages.inlayHint.on(({ textDocument: { uri }, range }) => {
        const look = workspace.look(uri);
        if (!look) return null;
        return inlayHints(look, workspace.offsets(uri, range), workspace.settings.inlayHints).map(({ at, label, kind, tooltip }) => ({
          position: workspace.range(look.name, { start: at, end: at }).start, label, kind: kind === "names" ? 2 : 1, ...(tooltip ? { tooltip: { kind: MarkupKind.Markdown, value: tooltip } } : {}),
        }));
      });
    },
  },
  {
    name: "semantic tokens",
    provides: () => ({ semanticTokensProvider: { legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] }, full: true, range: true } }),
    wire(workspace) {
      workspace.connection.languages.semanticTokens.on(({ textDocument: { uri } }) => {
        const look = workspace.look(uri);
        return look ? encoded(workspace, look) : { data: [] };
      });
      workspace.connection.languages.semanticTokens.onRange(({ textDocument: { uri }, range }) => {
        const look = workspace.look(uri);
        return look ? encoded(workspace, look, workspace.offsets(uri, range)) : { data: [] };
      });
    },
  },
  {
    name: "folding",
    provides: () => ({ foldingRangeProvider: true }),
    wire(workspace) {
      workspace.connection.onFoldingRanges(({ textDocument: { uri } }) => {
        const look = workspace.look(uri);
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
      workspace.connection.onSelectionRanges(({ textDocument: { uri }, positions }) => {
        const look = workspace.look(uri);
        if (!look) return null;
        return positions.map((position) => {
          const ranges = selectionRanges(look, workspace.offset(uri, position));
          return ranges.length ? nested(workspace, look.name, ranges) : { range: { start: position, end: position } };
        });
      });
    },
  },
];
