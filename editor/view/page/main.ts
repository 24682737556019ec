/** The page: parts that share one state, and one host that they talk to. */
import type { Place } from "../model/document.ts";
import type { Host, Page, Showing } from "../model/messages.ts";
import { dark, light } from "../layout/palette.ts";
import { createDetails } from "./details.ts";
import { createGraphView } from "./graph-view.ts";
import { fileHost } from "./host-file.ts";
import { panelHost } from "./host-panel.ts";
import { serverHost } from "./host-server.ts";
import { createProblemList } from "./problem-list.ts";
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

  const pick = (id: string | undefined, from: "graph" | "elsewhere"): void => {
    if (id !== undefined && from === "elsewhere") state.reveal(id);
    state.select(id);
    goTo(state.selected?.node.place);
    if (id !== undefined && from === "elsewhere") graph.show(id);
  };
  /** Shows a place of the graph's sources, here and at the host. */
  const goTo = (place: Place | undefined): void => {
    if (!place) return;
    const now = state.toTexts(place);
    if (now) source.show(now);
    host.onSelect(place);
  };
  /** Selects what a place of the graph's sources means. */
  const pickPlace = (place: Place, again: "stays" | "next"): Place | undefined => {
    const entry = entryAt(state, place, (candidate) => graph.scene()?.items.has(candidate.node.id) ?? false, again);
    if (!entry) return undefined;
    state.reveal(entry.node.id);
    state.select(entry.node.id);
    markSelected();
    graph.show(entry.node.id);
    return entry.node.place;
  };
  const markSelected = (): void => {
    const place = state.selected?.node.place && state.toTexts(state.selected.node.place);
    if (place) source.mark(place);
  };

  const graph = createGraphView(byId("graph"), state, () => (isDark() ? dark : light), (id) => pick(id, "graph"));
  const source = createSourcePane(byId("source"), state, (place) => {
    const meant = state.toGraph(place);
    const found = meant && pickPlace(meant, "next");
    if (found) host.onSelect(found);
  });
  createDetails(byId("details"), state, (id) => pick(id, "elsewhere"), goTo);
  createProblemList(byId("problems"), byId("graph"), state, (problem) => {
    if (problem.place) {
      document.body.classList.remove("narrow");
      source.show(problem.place);
    }
    host.onProblem(problem);
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

  state.listen("texts", markSelected);

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
    show(showing) {
      state.show(showing);
      if (!document.body.dataset["ready"]) requestAnimationFrame(() => {
        document.body.dataset["ready"] = String(Math.round(performance.now()));
        // In a panel the person goes on typing in the editor.
        if (!document.body.classList.contains("panel")) graph.focus();
      });
    },
    setNotice: (text) => state.setNotice(text),
    select: (place) => void pickPlace(place, "stays"),
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
  const content = JSON.parse(data.textContent ?? "null") as Showing | string;
  startPage(typeof content === "string" ? fileHost(content) : data.dataset["host"] === "panel" ? panelHost(content) : serverHost(content));
}
