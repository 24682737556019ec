/** What is wrong with the text: a list over the graph, each line a way to its place. Where there is no graph yet, its room says so. */
import type { Problem } from "../model/messages.ts";
import { element, fill } from "./element.ts";
import type { State } from "./state.ts";

export function createProblemList(strip: HTMLElement, graph: HTMLElement, state: State, onPick: (problem: Problem) => void): void {
  const empty = element("div", { class: "empty", hidden: true }, element("h2", {}, "No graph yet"), element("p", {}, "The text has errors. As soon as it has none, the graph appears here."));
  graph.append(empty);
  const draw = (): void => {
    const { notice, problems } = state;
    const list = problems?.problems ?? [];
    strip.hidden = notice === undefined && list.length === 0;
    document.body.classList.toggle("without-graph", state.message === undefined);
    empty.hidden = state.message !== undefined;
    if (state.message === undefined && state.texts.length > 0) document.title = `${shortName(state.texts[0].name)} · netc`;
    const count = list.length === 1 ? "1 error" : `${list.length} errors`;
    fill(strip,
      notice === undefined ? undefined : element("p", {}, notice),
      list.length === 0 ? undefined : element("p", {}, element("b", {}, count), state.message ? " in the text. The graph is of the text before, which had none." : " in the text."),
      list.length === 0 ? undefined : element("ul", {}, ...list.map((problem) => element("li", {}, element("button", { onclick: () => onPick(problem) }, element("span", { class: "where" }, whereOf(state, problem)), element("span", { class: "code" }, problem.code), problem.message)))),
    );
  };
  state.listen("problems", draw);
  state.listen("document", draw);
}

function whereOf(state: State, { place, line, column }: Problem): string {
  if (!place || line === undefined) return "";
  return `${shortName(state.problems?.sources[place.file]?.name ?? "")}:${line}:${column ?? 1}`;
}

const shortName = (name: string): string => name.split(/[\\/]/).pop()!;
