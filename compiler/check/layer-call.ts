/** What a graph keeps of the call of a layer, for those who show its block to people: the signature's names for what it was given, options and documentation. */
import type { LayerCall } from "../ir/graph.ts";
import { constantValue, showSize } from "../dims/index.ts";
import type { Application } from "./application.ts";
import type { Scope, Session } from "./scope.ts";
import type { Value } from "./values.ts";

/**
 * Keeps a layer by its path: the first call of it, and where the others stand. A block without weights is kept by the path of the statement that calls it, if
 * it has statements itself and no layer has this path.
 */
export function rememberCall({ layers }: Session, application: Application, callee: Scope, isLayer: boolean): void {
  const { block, path, order } = application;
  const known = layers.get(path);
  if (!isLayer && (path === "" || known || block.composite || block.body.kind !== "Body")) return;
  const isSame = known?.isLayer === isLayer;
  const call = isSame ? { ...known!.call, spans: [...known!.call.spans, application.call.span] } : layerCall(application, callee);
  layers.set(path, { isLayer, order: isSame ? known!.order : order, call });
}

/** `callee`: the scope of the call, in which the signature's names are bound. */
function layerCall({ block, call }: Application, callee: Scope): LayerCall {
  const valueOf = (name: string): Value | undefined => {
    const binding = callee.bindings.get(name);
    return binding?.kind === "value" ? binding.value : undefined;
  };
  return {
    block: block.name.text,
    declaration: block.name.span,
    doc: block.doc,
    depth: callee.frame.callers.length,
    spans: [call.span],
    inputs: block.inputs.flatMap(({ name: { text: name } }): LayerCall["inputs"] => {
      const value = valueOf(name);
      if (value?.kind === "tensor" && value.node) return [{ name, isList: false, paths: [value.node.path] }];
      if (value?.kind !== "list" || !value.elements) return [];
      return [{ name, isList: true, paths: value.elements.flatMap((each) => (each.kind === "tensor" && each.node ? [each.node.path] : [])) }];
    }),
    options: block.options.flatMap(({ name: { text: name } }) => {
      const text = shown(valueOf(name));
      return text === undefined ? [] : [[name, text] as const];
    }),
  };
}

/** Numbers and alternatives, as they are written; nothing for what has no short text. */
function shown(value: Value | undefined): string | undefined {
  switch (value?.kind) {
    case "int":
      return constantValue(value.use.size) === undefined ? undefined : showSize(value.use.size);
    case "float":
      return value.value === undefined ? undefined : String(value.value);
    case "bool":
      return value.value === undefined ? undefined : String(value.value);
    case "choice":
      return value.value;
    case "per_axis": {
      const parts = [...value.values].map(([axis, own]) => [axis, shown(own)] as const);
      if (parts.some(([, own]) => own === undefined)) return undefined;
      return parts.every(([, own]) => own === parts[0][1]) ? parts[0][1] : `(${parts.map(([axis, own]) => `${axis}: ${own}`).join(", ")})`;
    }
    default:
      return undefined;
  }
}
