/** The page: parts that share one state, and one host that they talk to. */
import type { Place } from "../model/document.ts";
import type { Host, Page, ViewMessage } from "../model/messages.ts";
import { dark, light } from "../layout/palette.ts";
import { createDetails } from "./details.ts";
import { element, fill } from "./element.ts";
import { createGraphView } from "./graph-view.ts";
import { fileHost } from "./host-file.ts";
import { panelHost } from "./host-panel.ts";
import { serverHost } from "./host-server.ts";
import { createSearch } from "./search.ts";
import { createSourcePane } from "./source-pane.ts";
import { createState, entryAt } from "./state.ts";
import { createToolbar } from "./toolbar.ts";

const byId = (id: string): HTMLElement => document.getElementById(id)!;

/** Puts the page together and starts it with a host. */
export function startPage(host: Host): Page {
  const state = createState();
  const isDark = (): boolean => (document.documentElement.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => state.say("theme"));
  const strip = byId("problem");

  const pick = (id: string | undefined, from: "graph" | "elsewhere"): void => {
    if (id !== undefined && from === "elsewhere") state.reveal(id);
    state.select(id);
    const place = state.selected?.node.place;
    if (place) {
      source.show(place);
      host.onSelect(place);
    }
    if (id !== undefined && from === "elsewhere") graph.show(id);
  };
  const pickPlace = (place: Place): Place | undefined => {
    const entry = entryAt(state, place, (candidate) => graph.scene()?.items.has(candidate.node.id) ?? false);
    if (!entry) return undefined;
    state.reveal(entry.node.id);
    state.select(entry.node.id);
    source.mark(entry.node.place!);
    graph.show(entry.node.id);
    return entry.node.place;
  };

  const graph = createGraphView(byId("graph"), state, () => (isDark() ? dark : light), (id) => pick(id, "graph"));
  const source = createSourcePane(byId("source"), state, (place) => {
    const found = pickPlace(place);
    if (found) host.onSelect(found);
  });
  createDetails(byId("details"), state, (id) => pick(id, "elsewhere"), (place) => {
    source.show(place);
    host.onSelect(place);
  });
  const search = createSearch(state, (id) => pick(id, "elsewhere"), () => graph.focus());
  const theme = (): void => {
    document.documentElement.dataset["theme"] = isDark() ? "light" : "dark";
    state.say("theme");
  };
  const side = (): void => void document.body.classList.toggle("narrow");
  const foldAll = (): void => {
    state.foldAll();
    const top = topmost(state.selected);
    if (top !== undefined) state.select(top);
    graph.fit();
  };
  const toolbar = createToolbar(byId("bar"), byId("graph"), search.field, state, { choose: (choice) => host.choose(choice), zoom: graph.zoom, fit: graph.fit, foldAll, theme, side });

  state.listen("document", () => {
    const place = state.selected?.node.place;
    if (place) source.mark(place);
  });
  state.listen("problem", () => {
    const { problem } = state;
    strip.hidden = problem === undefined;
    if (!problem) return fill(strip);
    const where = problem.file ? `${problem.file}:${problem.line}:${problem.column}  ` : "";
    fill(strip, element("b", {}, problem.code || "!"), ` ${where}${problem.message}`, problem.others ? ` (and ${problem.others} more)` : undefined, problem.file ? element("span", { class: "stays" }, "the last good graph is shown") : undefined);
  });
  const keys: Readonly<Record<string, () => void>> = {
    "/": search.focus, "+": () => graph.zoom(1.3), "=": () => graph.zoom(1.3), "-": () => graph.zoom(1 / 1.3), "0": graph.fit, f: foldAll, s: side, t: theme, "?": toolbar.help,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target as HTMLElement).closest("input, select, dialog")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const page: Page = {
    setDocument(message) {
      state.setMessage(message);
      if (!document.body.dataset["ready"]) requestAnimationFrame(() => {
        document.body.dataset["ready"] = String(Math.round(performance.now()));
        graph.focus();
      });
    },
    setProblem: (problem) => state.setProblem(problem),
    select: (place) => void pickPlace(place),
    setTheme(own) {
      document.documentElement.dataset["theme"] = own;
      state.say("theme");
    },
  };
  // For whoever looks from outside: tests, measurements, the console.
  Object.assign(window, { netc: { where: (id: string) => graph.where(id) ?? null, selected: () => state.selected?.node.id ?? null, scale: () => graph.camera().scale, pick: (id: string) => pick(id, "elsewhere"), unfoldAll: () => state.fold(state.message?.document.root.id ?? "", true, true) } });
  host.start(page);
  return page;
}

/** The id of the model's own member around what was selected: it can be seen when all is folded. */
function topmost(entry: ReturnType<typeof createState>["selected"]): string | undefined {
  let current = entry;
  while (current?.parent?.parent) current = current.parent;
  return current?.node.id;
}

const data = document.getElementById("data");
if (data) {
  const content = JSON.parse(data.textContent ?? "null") as ViewMessage | string;
  startPage(typeof content === "string" ? fileHost(content) : data.dataset["host"] === "panel" ? panelHost(content) : serverHost(content));
}
