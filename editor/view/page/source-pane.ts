/**
 * The source beside the graph, as it is now: the lines of what is selected are marked, those with errors too, and a place that is clicked, or reached with
 * the arrow keys, is selected.
 */
import type { Place } from "../model/document.ts";
import { element, fill } from "./element.ts";
import { tokensOf } from "./highlight.ts";
import type { State } from "./state.ts";

/** Places are those of `State.texts`. */
export interface SourcePane {
  /** Marks a place and brings it into sight. */
  show(place: Place): void;
  /** Marks a place; the cursor and what is in sight stay. */
  mark(place: Place): void;
}

export function createSourcePane(parent: HTMLElement, state: State, onPlace: (place: Place) => void): SourcePane {
  const files = element("select", { "aria-label": "File", onchange: () => open(Number(files.value)) });
  const text = element("div", { class: "text", tabindex: 0, role: "listbox", "aria-label": "Lines of the source. Up and down select what a line makes." });
  parent.append(element("div", { class: "head" }, files), text);
  let shown = -1;
  let drawn: { readonly name: string; readonly text: string } | undefined;
  let lines: readonly HTMLElement[] = [];
  let starts: readonly number[] = [];
  let marked: { from: number; to: number } = { from: 0, to: -1 };
  let cursor = -1;

  const open = (file: number): void => {
    const source = state.texts[file];
    if (!source) return;
    shown = file;
    files.value = String(file);
    if (drawn?.name === source.name && drawn.text === source.text) return markProblems();
    drawn = source;
    const own = source.text.split("\n");
    let start = 0;
    starts = own.map((line) => {
      const at = start;
      start += line.length + 1;
      return at;
    });
    const tokens = tokensOf(own.map((line) => line.replace(/\r$/, "")));
    lines = own.map((_, i) => {
      const code = element("code");
      for (const { kind, text: part, at } of tokens[i]) code.append(element("span", { class: kind, "data-at": at }, part));
      return element("div", { class: "line", role: "option", id: `line-${i}`, "data-line": i, "aria-selected": "false" }, element("span", { class: "gutter", "aria-hidden": "true" }, String(i + 1)), code);
    });
    marked = { from: 0, to: -1 };
    cursor = -1;
    fill(text, ...lines);
    markProblems();
  };
  const markProblems = (): void => {
    const found = new Map<number, string>();
    for (const { place, message } of state.problems?.problems ?? []) if (place?.file === shown) found.set(lineAt(place.start), [found.get(lineAt(place.start)), message].filter(Boolean).join("\n"));
    lines.forEach((line, i) => {
      line.classList.toggle("wrong", found.has(i));
      line.title = found.get(i) ?? "";
    });
  };
  const markLines = (from: number, to: number): void => {
    for (let i = marked.from; i <= marked.to; i++) lines[i]?.classList.remove("marked");
    for (let i = from; i <= to; i++) lines[i]?.classList.add("marked");
    marked = { from, to };
  };
  const setCursor = (line: number): void => {
    lines[cursor]?.setAttribute("aria-selected", "false");
    cursor = line;
    lines[cursor]?.setAttribute("aria-selected", "true");
    text.setAttribute("aria-activedescendant", `line-${cursor}`);
  };
  const lineAt = (offset: number): number => {
    const next = starts.findIndex((start) => start > offset);
    return (next < 0 ? starts.length : next) - 1;
  };
  const placeIn = (line: number, column: number): Place => ({ file: shown, start: starts[line] + column, end: starts[line] + column });
  /** The first word of a line, since what stands before it belongs to what is around. */
  const firstWord = (line: number): number => Math.max(0, (lines[line]?.querySelector("code")?.textContent ?? "").search(/\S/));

  text.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const line = target.closest<HTMLElement>(".line");
    if (!line || String(getSelection() ?? "") !== "") return;
    const at = Number(line.dataset["line"]);
    setCursor(at);
    const token = target.closest<HTMLElement>("[data-at]");
    onPlace(placeIn(at, token && token.textContent?.trim() ? Number(token.dataset["at"]) + (token.textContent.length - token.textContent.trimStart().length) : firstWord(at)));
  });
  text.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(lines.length - 1, (cursor < 0 ? marked.from : cursor) + step));
    setCursor(next);
    lines[next]?.scrollIntoView({ block: "nearest" });
    onPlace(placeIn(next, firstWord(next)));
  });
  state.listen("texts", () => {
    fill(files, ...state.texts.map((source, i) => element("option", { value: i }, source.library ? `library: ${source.name}` : source.name)));
    const kept = state.texts.findIndex(({ name }) => name === drawn?.name);
    const scrolled = text.scrollTop;
    open(Math.max(kept, 0));
    text.scrollTop = scrolled;
  });

  const mark = (place: Place): { readonly from: number; readonly to: number } => {
    if (place.file !== shown) open(place.file);
    const [from, to] = [lineAt(place.start), lineAt(Math.max(place.start, place.end - 1))];
    markLines(from, to);
    exactly(lines, starts, from, place);
    return { from, to };
  };
  return {
    mark,
    show(place) {
      const { from, to } = mark(place);
      setCursor(from);
      const [first, last] = [lines[from], lines[to]];
      if (!first || !last) return;
      // The whole of it in sight if it fits, with some lines before it.
      const [top, bottom] = [first.offsetTop, last.offsetTop + last.offsetHeight];
      if (top < text.scrollTop + 20 || bottom > text.scrollTop + text.clientHeight - 20) text.scrollTop = Math.max(0, top - Math.max(40, (text.clientHeight - (bottom - top)) / 3));
    },
  };
}

/** Underlines the very expression, where the browser can mark a range without changing the text. */
function exactly(lines: readonly HTMLElement[], starts: readonly number[], line: number, place: Place): void {
  if (!("highlights" in CSS) || typeof Highlight === "undefined") return;
  CSS.highlights.delete("exact");
  const code = lines[line]?.querySelector("code");
  const length = code?.textContent?.length ?? 0;
  if (!code || place.end - starts[line] > length) return; // several lines: the lines are marked
  const range = document.createRange();
  const set = (offset: number, end: boolean): void => {
    let left = offset;
    for (const span of code.children) {
      const own = span.firstChild;
      const size = own?.textContent?.length ?? 0;
      if (own && left <= size) return end ? range.setEnd(own, left) : range.setStart(own, left);
      left -= size;
    }
  };
  set(place.start - starts[line], false);
  set(place.end - starts[line], true);
  CSS.highlights.set("exact", new Highlight(range));
}
