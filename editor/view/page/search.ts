/** The search: names, blocks, operations and shapes of everything, folded or not. */
import type { ViewNode } from "../model/document.ts";
import { shortNumber, titleOf } from "../layout/text.ts";
import { element, fill } from "./element.ts";
import type { Entry, State } from "./state.ts";

export interface Search {
  readonly field: HTMLElement;
  focus(): void;
}

const most = 60;

export function createSearch(state: State, onPick: (id: string) => void, onLeave: () => void): Search {
  const input = element("input", { type: "search", placeholder: "Search  /", role: "combobox", "aria-label": "Search members, blocks, shapes", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" });
  const list = element("ul", { id: "found", role: "listbox", "aria-label": "Found", hidden: true });
  const field = element("div", { class: "search" }, input, list);
  let found: readonly Entry[] = [];
  let at = 0;
  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const mark = (next: number): void => {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = Math.max(0, Math.min(found.length - 1, next));
    list.children[at]?.setAttribute("aria-selected", "true");
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (found.length) input.setAttribute("aria-activedescendant", `found-${at}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const take = (entry: Entry | undefined): void => {
    if (!entry) return;
    close();
    onPick(entry.node.id);
  };
  const look = (): void => {
    const wanted = input.value.trim().toLowerCase();
    const all = wanted ? searched(state, wanted) : [];
    found = all.slice(0, most);
    list.hidden = wanted === "";
    input.setAttribute("aria-expanded", String(!list.hidden));
    fill(list,
      ...found.map((entry, i) => element("li", { role: "option", id: `found-${i}`, "aria-selected": "false", onpointerdown: (event: Event) => {
        event.preventDefault();
        take(entry);
      } }, element("span", { class: `dot ${entry.node.kind}` }), element("span", { class: "name" }, titleOf(entry.node), entry.node.name ? element("span", { class: "kind" }, ` ${entry.node.what}`) : undefined), element("span", { class: "where" }, whereOf(entry)), element("span", { class: "figure" }, entry.node.parameters ? shortNumber(entry.node.parameters) : ""))),
      all.length > most ? element("li", { class: "more" }, `and ${all.length - most} more`) : undefined,
      wanted && found.length === 0 ? element("li", { class: "more" }, "nothing is called so") : undefined,
    );
    at = 0;
    mark(0);
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", () => {
    if (input.value) look();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(at + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter") {
      take(found[at]);
      if (found[at]) onLeave();
    } else if (event.key === "Escape") {
      input.value = "";
      close();
      onLeave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { field, focus: () => (input.focus(), input.select()) };
}

/** Those whose name begins so come first, then names that hold it, then blocks and operations, then whole paths and shapes. */
function searched(state: State, wanted: string): readonly Entry[] {
  const types = state.message?.document.types ?? [];
  const rank = ({ name, what, id, results }: ViewNode): number => {
    const [own, kind] = [name.toLowerCase(), what.toLowerCase()];
    if (own === wanted) return 0;
    if (own.startsWith(wanted)) return 1;
    if (kind.startsWith(wanted)) return 2;
    if (own.includes(wanted)) return 3;
    if (kind.includes(wanted)) return 4;
    if (id.toLowerCase().replaceAll("/", ".").includes(wanted) || id.toLowerCase().includes(wanted)) return 5;
    return results.some((port) => types[port.type].text.toLowerCase().includes(wanted)) ? 6 : 7;
  };
  return [...state.entries.values()]
    .filter((entry) => entry.parent)
    .map((entry) => ({ entry, rank: rank(entry.node) }))
    .filter((one) => one.rank < 7)
    .sort((a, b) => a.rank - b.rank || a.entry.depth - b.entry.depth)
    .map((one) => one.entry);
}

function whereOf({ parent }: Entry): string {
  const around: string[] = [];
  for (let current = parent; current?.parent; current = current.parent) if (current.node.kind !== "family") around.unshift(current.node.name || current.node.what);
  return around.join(" › ");
}
