/** What is known of the selected member: shapes with numbers, where its values come from and go to, costs and their shares, documentation. */
import type { Place, ViewNode, ViewPort, WireEnd } from "../model/document.ts";
import { kindOf, shortNumber, signed, titleOf } from "../layout/text.ts";
import { element, fill } from "./element.ts";
import type { Entry, State } from "./state.ts";

const words = { model: "model", block: "block", family: "family", operation: "operation", parameter: "parameter", state: "state, saved and not trained", input: "input of the model", output: "output of the model" } as const;
const changeWords = { same: "unchanged", changed: "changed", added: "added", removed: "removed", moved: "moved" } as const;

export function createDetails(parent: HTMLElement, state: State, onPick: (id: string) => void, onPlace: (place: Place) => void): void {
  const draw = (): void => {
    const { message } = state;
    if (!message) return;
    const entry = state.selected ?? state.entries.get(message.document.root.id);
    if (entry) fill(parent, ...partsOf(state, entry, onPick, onPlace));
  };
  state.listen("selection", draw);
  state.listen("texts", draw); // the numbers of lines
}

function partsOf(state: State, entry: Entry, onPick: (id: string) => void, onPlace: (place: Place) => void): readonly (Node | undefined)[] {
  const { node } = entry;
  const { document, program, config } = state.message!;
  const whole = document.root;
  const link = (id: string, text: string): HTMLElement => element("button", { class: "link", onclick: () => onPick(id) }, text);
  const position = (place: Place): string => {
    const { name, library } = program.sources[place.file];
    const now = state.toTexts(place);
    return `${library ? name : name.split(/[\\/]/).pop()!}${now ? `:${state.texts[now.file].text.slice(0, now.start).split("\n").length}` : ""}`;
  };
  const to = (place: Place | undefined): HTMLElement | undefined => place && element("button", { class: "link", onclick: () => onPlace(place) }, position(place));
  const trail: Entry[] = [];
  for (let around = entry.parent; around; around = around.parent) trail.unshift(around);
  const share = (own: number, of: number): string => {
    if (!(own > 0 && own < of)) return "";
    const percent = (100 * own) / of;
    return percent < 0.01 ? " (less than 0.01 %)" : ` (${percent.toFixed(percent < 1 ? 2 : 1)} %)`;
  };
  const row = (name: string, ...content: readonly (Node | string | undefined)[]): HTMLElement | undefined => (content.some((part) => part !== undefined && part !== "") ? element("div", { class: "row" }, element("dt", {}, name), element("dd", {}, ...content)) : undefined);
  const figure = (of: "parameters" | "macs"): string => {
    const value = node[of];
    if (!value && !node.before?.[of]) return "";
    const was = node.change === "changed" || node.change === "moved" ? node.before?.[of] : undefined;
    return `${value.toLocaleString("en-US")}${share(value, whole[of])}${was !== undefined && was !== value ? `, was ${was.toLocaleString("en-US")} (${signed(value - was)})` : ""}`;
  };
  const free = Object.entries(document.sizes).map(([name, value]) => `${name} = ${value}`).join(", ");
  const ends = (side: "from" | "to"): readonly HTMLElement[] => neighboursOf(entry, side).map(({ id, text }) => link(id, text));
  const [sources, readers] = [ends("from"), ends("to")];
  return [
    trail.length > 1 ? element("nav", { class: "trail", "aria-label": "Where it stands" }, ...trail.slice(1).flatMap(({ node: around }) => [link(around.id, around.name || around.what), " › "])) : undefined,
    element("h2", {}, titleOf(node), " ", element("span", { class: "kind" }, node.kind === "model" ? `variant ${document.from === undefined ? document.variant : `${document.from} → ${document.variant}`}` : kindOf(node) || words[node.kind])),
    node.change && node.change !== "same" ? element("p", { class: `change ${node.change}` }, changeText(node)) : undefined,
    // A number of an equation that stands at the end of a line, behind blanks, is for who reads the source.
    node.documentation ? element("p", { class: "documentation" }, node.documentation.replace(/\s*\n\s*/g, " ").replace(/ {3,}.*$/, "")) : undefined,
    element("dl", {},
      ...(node.kind === "model" ? (config ?? []).map(({ key, before, after }) => row(key, `${before ?? "none"} → ${after ?? "none"}`)) : []),
      row("shape", ...shapes(state, node.results)),
      node.before?.results ? row("shape before", node.before.results.join(", ")) : undefined,
      row("parameters", figure("parameters")),
      node.shares ? row("weights", "shared with ", link(node.shares, node.shares.split("/").pop()!)) : undefined,
      row("MACs", figure("macs") && `${figure("macs")}${free ? ` at ${free}` : ""}`),
      row("reads", ...spaced(sources)),
      row("read by", ...spaced(readers)),
      row("path", node.path ?? ""),
      row("stands at", to(node.place)),
      node.definition ? row("defined at", to(node.definition)) : undefined,
    ),
  ];
}

function changeText(node: ViewNode): string {
  const { change = "same", before } = node;
  const was = [before?.what ? `was ${before.what}` : "", before?.path !== undefined && change === "moved" ? `was at ${before.path}` : ""].filter(Boolean).join(", ");
  return `${titleOf(node).split(" ")[0]} ${changeWords[change]}${was ? `: ${was}` : ""}`;
}

/** `[B, tok = 901, C = 768]` and under it 1 × 901 × 768 = 691,968. */
function shapes(state: State, ports: readonly ViewPort[]): readonly HTMLElement[] {
  const { types } = state.message!.document;
  return ports.map(({ name, type, count }) => {
    const { text, numbers } = types[type];
    const elements = numbers.reduce((product, number) => product * number, 1);
    return element("div", { class: "shape" }, name ? element("b", {}, name) : undefined, name ? " " : undefined, element("code", {}, text), count > 1 ? ` × ${count}` : undefined,
      element("div", { class: "numbers" }, numbers.length ? `${numbers.join(" × ")} = ${elements < 1e5 ? elements.toLocaleString("en-US") : shortNumber(elements)} elements` : "one number"));
  });
}

/** Members that the wires of the block around lead to; the block itself, where a value comes in from outside or leaves. */
function neighboursOf({ node, parent, index }: Entry, side: "from" | "to"): readonly { readonly id: string; readonly text: string }[] {
  if (!parent) return [];
  const [own, other] = side === "from" ? (["to", "from"] as const) : (["from", "to"] as const);
  const found = new Map<string, string>();
  for (const wire of parent.node.wires) {
    if (wire[own].child !== index || wire.change === "removed" !== (node.change === "removed")) continue;
    const end: WireEnd = wire[other];
    if (end.child >= 0) {
      const next = parent.node.children[end.child];
      found.set(next.id, next.name || next.what);
    } else {
      const port = (side === "from" ? parent.node.inputs : parent.node.results)[end.port];
      found.set(parent.node.id, side === "from" ? `${port?.name || "input"} of ${parent.node.name || parent.node.what}` : `${port?.name || "result"} of ${parent.node.name || parent.node.what}`);
    }
  }
  return [...found].map(([id, text]) => ({ id, text }));
}

function spaced(links: readonly HTMLElement[]): readonly (Node | string)[] {
  return links.flatMap((link, i) => (i === 0 ? [link] : [", ", link]));
}
