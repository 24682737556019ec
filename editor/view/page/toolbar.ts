/** The bar at the top: model, variant, comparison, search, folding, size, light or dark, help; and the legend of a comparison. */
import type { Change } from "../model/document.ts";
import type { Choice } from "../model/messages.ts";
import { changeSigns } from "../layout/text.ts";
import { element, fill } from "./element.ts";
import type { State } from "./state.ts";

export interface Actions {
  readonly choose: (choice: Choice) => void;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly foldAll: () => void;
  readonly theme: () => void;
  readonly side: () => void;
}

export interface Toolbar {
  help(): void;
}

export function createToolbar(bar: HTMLElement, graph: HTMLElement, search: HTMLElement, state: State, actions: Actions): Toolbar {
  const model = element("select", { id: "model", "aria-label": "Model", onchange: () => choose({ model: model.value }) });
  const name = element("h1");
  const variant = element("select", { id: "variant", onchange: () => choose({ variant: variant.value }) });
  const from = element("select", { id: "from", onchange: () => choose({ from: from.value || undefined }) });
  const choose = (change: { readonly model?: string; readonly variant?: string; readonly from?: string | undefined }): void => {
    const now = state.message?.choice;
    if (!now) return;
    if (change.model !== undefined) return actions.choose({ model: change.model, variant: state.message!.program.models.find((candidate) => candidate.name === change.model)!.variants[0].name });
    const { from: before, ...next } = { ...now, ...change };
    actions.choose(before === undefined || before === next.variant ? next : { ...next, from: before });
  };
  const button = (label: string, title: string, run: () => void, id: string): HTMLElement => element("button", { id, title, "aria-label": title, onclick: run }, label);
  const dialog = helpDialog();
  const legend = element("div", { class: "legend", hidden: true, role: "note", "aria-label": "Legend" });
  const corner = element("div", { class: "corner" },
    button("−", "Smaller (−)", () => actions.zoom(1 / 1.3), "smaller"), button("+", "Larger (+)", () => actions.zoom(1.3), "larger"),
    button("Fit", "The whole graph (0)", actions.fit, "fit"), button("Fold all", "Fold everything (f)", actions.foldAll, "fold-all"));
  graph.append(legend, corner);
  fill(bar, element("span", { class: "mark", "aria-hidden": "true" }), name, model, element("label", { for: "variant" }, "variant"), variant, element("label", { for: "from" }, "changes since"), from, search,
    element("span", { class: "gap" }), button("Source", "Details and source (s)", actions.side, "side-button"), button("◐", "Light or dark (t)", actions.theme, "theme-button"), button("?", "Keys (?)", () => dialog.showModal(), "help-button"));
  document.body.append(dialog);

  state.listen("document", () => {
    const { program, choice } = state.message!;
    const own = program.models.find((candidate) => candidate.name === choice.model);
    const variants = own?.variants ?? [];
    const option = ({ name: value, title }: { readonly name: string; readonly title: string }): HTMLElement => element("option", { value }, title && title !== value ? `${value} · ${title}` : value);
    name.textContent = choice.model;
    name.hidden = program.models.length > 1; // the list beside it says the same
    document.title = `${choice.model} ${choice.from === undefined ? choice.variant : `${choice.from} → ${choice.variant}`} · netc`;
    model.hidden = program.models.length < 2;
    fill(model, ...program.models.map((candidate) => element("option", { value: candidate.name }, candidate.name)));
    fill(variant, ...variants.map(option));
    fill(from, element("option", { value: "" }, "nothing"), ...variants.filter((candidate) => candidate.name !== choice.variant).map(option));
    [model.value, variant.value, from.value] = [choice.model, choice.variant, choice.from ?? ""];
    from.disabled = variants.length < 2;
    legend.hidden = choice.from === undefined;
    const entry = (change: Exclude<Change, "same">, text: string): HTMLElement => element("span", { class: `entry ${change}` }, element("b", {}, changeSigns[change]), ` ${text}`);
    fill(legend, entry("added", `only in ${choice.variant}`), entry("removed", `only in ${choice.from ?? ""}, dashed`), entry("changed", "changed"), entry("moved", "moved"));
  });
  return { help: () => dialog.showModal() };
}

const keys: readonly (readonly [string, string])[] = [
  ["↑ ↓ ← →", "to the next member in that direction"], ["Enter", "fold or unfold; with Shift everything in it"], ["Tab", "into an unfolded block"], ["Escape", "out to the block around; ends a search"],
  ["/", "search"], ["+  −  0", "larger, smaller, the whole graph"], ["f", "fold everything"], ["s", "details and source"], ["t", "light or dark"], ["?", "this list"],
  ["drag, wheel", "move"], ["Ctrl + wheel", "larger, smaller"], ["double click", "fold or unfold"], ["click a line", "select what it makes; again: the next that it makes"],
];

function helpDialog(): HTMLDialogElement {
  const dialog = element("dialog", { "aria-labelledby": "help-title" },
    element("form", { method: "dialog" }, element("h2", { id: "help-title" }, "Keys"), element("dl", { class: "keys" }, ...keys.map(([key, text]) => element("div", { class: "row" }, element("dt", {}, element("kbd", {}, key)), element("dd", {}, text)))), element("button", { value: "close" }, "Close")));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}
