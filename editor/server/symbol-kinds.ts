/** The kinds of the service as the protocol's numbers. */
import { CompletionItemKind, SymbolKind } from "vscode-languageserver";
import type { Completion } from "../service/completion.ts";
import type { OutlineEntry } from "../service/outline.ts";

export const symbolKinds: { readonly [K in OutlineEntry["kind"]]: SymbolKind } = {
  block: SymbolKind.Function, model: SymbolKind.Class, choice: SymbolKind.Enum, weights: SymbolKind.Object, ablation: SymbolKind.Namespace, row: SymbolKind.EnumMember, train: SymbolKind.Event,
  alternative: SymbolKind.EnumMember, input: SymbolKind.Interface, output: SymbolKind.Interface, value: SymbolKind.Variable, parameter: SymbolKind.Field, state: SymbolKind.Field, variable: SymbolKind.Variable,
  axis: SymbolKind.TypeParameter, axes: SymbolKind.TypeParameter, option: SymbolKind.Property, config: SymbolKind.Property, field: SymbolKind.Field, operator: SymbolKind.Operator,
};

export const completionKinds: { readonly [K in Completion["kind"]]: CompletionItemKind } = {
  block: CompletionItemKind.Function, model: CompletionItemKind.Class, choice: CompletionItemKind.Enum, weights: CompletionItemKind.Module, ablation: CompletionItemKind.Module, row: CompletionItemKind.EnumMember,
  alternative: CompletionItemKind.EnumMember, input: CompletionItemKind.Variable, output: CompletionItemKind.Variable, value: CompletionItemKind.Variable, parameter: CompletionItemKind.Field, state: CompletionItemKind.Field,
  variable: CompletionItemKind.Variable, axis: CompletionItemKind.TypeParameter, axes: CompletionItemKind.TypeParameter, option: CompletionItemKind.Property, config: CompletionItemKind.Property, field: CompletionItemKind.Field,
  operator: CompletionItemKind.Operator, keyword: CompletionItemKind.Keyword, dtype: CompletionItemKind.TypeParameter, file: CompletionItemKind.File, literal: CompletionItemKind.Value,
};
