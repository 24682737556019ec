/** What the page shows at the moment. Parts of the page listen for what changed; nobody holds a copy. */
import type { Place, ViewNode, ViewSource } from "../model/document.ts";
import type { Problems, Showing, ViewMessage } from "../model/messages.ts";
import { movedRange } from "../model/moved.ts";

/** A member with the members around it. */
export interface Entry {
  readonly node: ViewNode;
  readonly parent: Entry | undefined;
  /** Its place among the parent's children. */
  readonly index: number;
  readonly depth: number;
}

/** `texts`: what the source pane shows; `document`: the graph, and with it what there is to choose from. */
export type Topic = "document" | "texts" | "folds" | "selection" | "problems" | "theme";

export interface State {
  /** Undefined while no text was good yet. */
  readonly message: ViewMessage | undefined;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly selected: Entry | undefined;
  readonly problems: Problems | undefined;
  /** What the host has to say of itself. */
  readonly notice: string | undefined;
  /** The texts as they are now: those of the graph, or, while they have errors, the person's own files in place of them. */
  readonly texts: readonly ViewSource[];
  /** Where a place of the graph's sources is in the texts as they are now, and the reverse; undefined where the file is gone. */
  toTexts(place: Place): Place | undefined;
  toGraph(place: Place): Place | undefined;
  isOpen(node: ViewNode): boolean;
  listen(topic: Topic, listener: () => void): void;
  show(showing: Showing): void;
  setNotice(text: string | undefined): void;
  select(id: string | undefined): void;
  /** Folds or unfolds; `inside` unfolds everything in it too. */
  fold(id: string, open: boolean, inside?: boolean): void;
  foldAll(): void;
  /** Unfolds what is around a member, so that it can be seen. */
  reveal(id: string): void;
  say(topic: Topic): void;
}

export function createState(): State {
  const listeners = new Map<Topic, (() => void)[]>();
  const open = new Set<string>();
  let entries: ReadonlyMap<string, Entry> = new Map();
  let message: ViewMessage | undefined;
  let selected: string | undefined;
  let problems: Problems | undefined;
  let notice: string | undefined;
  let texts: readonly ViewSource[] = [];
  const say = (topic: Topic): void => {
    for (const listener of listeners.get(topic) ?? []) listener();
  };
  return {
    get message() {
      return message;
    },
    get entries() {
      return entries;
    },
    get selected() {
      return selected === undefined ? undefined : entries.get(selected);
    },
    get problems() {
      return problems;
    },
    get notice() {
      return notice;
    },
    get texts() {
      return texts;
    },
    toTexts: (place) => moved(place, message?.program.sources ?? [], texts),
    toGraph: (place) => moved(place, texts, message?.program.sources ?? []),
    isOpen: (node) => open.has(plain(node.id)),
    listen: (topic, listener) => void listeners.set(topic, [...(listeners.get(topic) ?? []), listener]),
    show(showing) {
      problems = showing.problems;
      if (showing.view) {
        message = showing.view;
        entries = entriesOf(message.document.root);
        // What was selected stays so where it is still there, or in a comparison gone.
        if (selected !== undefined && !entries.has(selected)) selected = [plain(selected), `-${plain(selected)}`].find((id) => entries.has(id));
      }
      const sources = message?.program.sources ?? [];
      texts = problems?.sources.length ? [...problems.sources, ...sources.filter(({ library }) => library)] : sources;
      say("texts");
      say("problems");
      if (!showing.view) return;
      say("document");
      say("selection");
    },
    setNotice(text) {
      notice = text;
      say("problems");
    },
    select(id) {
      if (id === selected) return;
      selected = id;
      say("selection");
    },
    fold(id, unfold, inside = false) {
      const visit = (node: ViewNode): void => {
        if (node.children.length === 0) return;
        if (unfold) open.add(plain(node.id));
        else open.delete(plain(node.id));
        if (inside) node.children.forEach(visit);
      };
      const entry = entries.get(id);
      if (!entry) return;
      visit(entry.node);
      say("folds");
    },
    foldAll() {
      open.clear();
      say("folds");
    },
    reveal(id) {
      let changed = false;
      for (let around = entries.get(id)?.parent; around?.parent; around = around.parent) {
        changed ||= !open.has(plain(around.node.id));
        open.add(plain(around.node.id));
      }
      if (changed) say("folds");
    },
    say,
  };
}

function moved(place: Place, from: readonly ViewSource[], to: readonly ViewSource[]): Place | undefined {
  if (from === to) return place;
  const before = from[place.file];
  const file = to.findIndex(({ name }) => name === before?.name);
  return before && file >= 0 ? movedRange(before.text, to[file].text, { ...place, file }) : undefined;
}

/** The id without the mark of what is gone: folds survive a comparison. */
function plain(id: string): string {
  return id.startsWith("-") ? id.slice(1) : id;
}

function entriesOf(root: ViewNode): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  const visit = (node: ViewNode, parent: Entry | undefined, index: number, depth: number): void => {
    const entry: Entry = { node, parent, index, depth };
    found.set(node.id, entry);
    node.children.forEach((child, i) => visit(child, entry, i, depth + 1));
  };
  visit(root, undefined, 0, 0);
  return found;
}

/** Whether `entry` is `around` or stands in it. */
function isWithin(entry: Entry | undefined, around: Entry): boolean {
  for (let current = entry; current; current = current.parent) if (current === around) return true;
  return false;
}

/**
 * The member that a place of the source means: the smallest that holds it. One line of a library stands for many members; then one near the member
 * that was selected before is meant, or one that can be seen; and where that is the selected one itself, it stays, or the next comes, for a click.
 */
export function entryAt(state: State, place: Place, isVisible: (entry: Entry) => boolean, again: "stays" | "next"): Entry | undefined {
  const holding = [...state.entries.values()].filter(({ node, parent }) => parent && node.place && node.place.file === place.file && node.place.start <= place.start && place.end <= node.place.end);
  if (holding.length === 0) return undefined;
  const length = ({ node }: Entry): number => node.place!.end - node.place!.start;
  const least = Math.min(...holding.map(length));
  const best = holding.filter((entry) => length(entry) === least);
  const { selected } = state;
  const at = selected ? best.indexOf(selected) : -1;
  if (at >= 0) return again === "next" ? best[(at + 1) % best.length] : selected;
  const near = (entry: Entry): number => {
    for (let current = selected; current; current = current.parent) if (isWithin(entry, current)) return current.depth;
    return 0;
  };
  return [...best].sort((a, b) => near(b) - near(a) || Number(isVisible(b)) - Number(isVisible(a)) || a.depth - b.depth)[0];
}
