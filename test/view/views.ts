/** Views in tests: of the flagship, made once, and of texts. */
import type { Compilation } from "../../compiler/compilation.ts";
import type { ViewDocument, ViewNode } from "../../editor/view/model/document.ts";
import { viewOf, type View } from "../../editor/view/model/view.ts";
import { compileFiles, compileText } from "../programs.ts";

let compiled: Compilation | undefined;
const views = new Map<string, View>();

export function flagship(): Compilation {
  return (compiled ??= compileFiles("models/cd2fsan.net"));
}

export function flagshipView(variant: string): View {
  const known = views.get(variant) ?? viewIn(flagship(), variant);
  views.set(variant, known);
  return known;
}

export function viewIn(compilation: Compilation, variant = "default"): View {
  const problems = compilation.diagnostics().filter(({ severity }) => severity === "error");
  if (problems.length) throw new Error(problems.map(({ message }) => message).join("\n"));
  const model = compilation.rootModels[0];
  return viewOf(compilation, model, compilation.variantsOf(model).find(({ name }) => name === variant)!);
}

export const viewOfText = (text: string, variant?: string): View => viewIn(compileText(text), variant);

export function everyNode(root: ViewNode): readonly ViewNode[] {
  return [root, ...root.children.flatMap(everyNode)];
}

export function nodeAt(document: ViewDocument, id: string): ViewNode {
  const found = everyNode(document.root).find((node) => node.id === id);
  if (!found) throw new Error(`no member ${id}; there is ${everyNode(document.root).map((node) => node.id).join(", ").slice(0, 600)}`);
  return found;
}

/** `norm -> attention [B, tok = 901, C = 768]`: the wires of a level in words; `…` is the border. */
export function wiresOf(document: ViewDocument, node: ViewNode): readonly string[] {
  const called = (child: number): string => (child < 0 ? "…" : node.children[child].name || node.children[child].what);
  return node.wires.map(({ from, to, count, change }) => {
    const port = from.child < 0 ? node.inputs[from.port] : node.children[from.child].results[from.port];
    const mark = change === undefined || change === "same" ? "" : `${change} `;
    return `${mark}${called(from.child)} -> ${called(to.child)} ${document.types[port.type].text}${count > 1 ? ` × ${count}` : ""}`;
  });
}
