/**
 * The order in which blocks are checked: what is called before its callers, the library's blocks among them. Checking a block checks first what it calls; in
 * this order that is done already, so each block is a small piece by itself and a long chain of calls needs no deep stack.
 */
import type { Block, Item } from "../../grammar/ast.ts";
import { walk } from "../../grammar/visit.ts";
import type { Program } from "./program.ts";

/**
 * Gives before each item whose text is not known yet its name. The blocks that some items call, through others too, and those of the items that are blocks, but for those that were checked. Left out are the blocks that call themselves in the end, and
 * those that call such ones: what is said of a circle depends on where it is entered, so they are checked where they stand.
 */
export function* calleesFirst(program: Program, items: readonly Item[], isChecked: (block: Block) => boolean): Generator<string, readonly Block[]> {
  /** True: in no circle. */
  const done = new Map<Item, boolean>();
  const ordered: Block[] = [];
  for (const first of items) {
    const stack: { readonly item: Item; readonly callees: readonly Block[]; at: number; isPlain: boolean }[] = [];
    const enter = (item: Item): void => {
      done.set(item, false);
      stack.push({ item, callees: calleesOf(program, item).filter((callee) => !isChecked(callee)), at: 0, isPlain: true });
    };
    if (!done.has(first)) {
      if (!called.has(first)) yield textOfName(first);
      enter(first);
    }
    for (let own = stack.at(-1); own; own = stack.at(-1)) {
      const callee = own.callees[own.at];
      if (callee && !done.has(callee)) {
        if (!called.has(callee)) yield callee.name.text;
        enter(callee);
      }
      else if (callee) {
        own.at++;
        own.isPlain &&= done.get(callee)!;
      } else {
        stack.pop();
        done.set(own.item, own.isPlain);
        if (own.isPlain && own.item.kind === "Block") ordered.push(own.item);
      }
    }
  }
  return ordered;
}

const textOfName = (item: Item): string => ("name" in item ? item.name.text : "");

function calleesOf(program: Program, item: Item): readonly Block[] {
  const names = program.names.get(item.span.file);
  return calledNames(item).flatMap((name) => names?.blocks.get(name) ?? []);
}

const called = new WeakMap<Item, readonly string[]>();

function calledNames(item: Item): readonly string[] {
  let names = called.get(item);
  if (!names) {
    const found = new Set<string>();
    walk(item, (node) => void (node.kind === "Call" && node.callee.kind === "Name" && found.add(node.callee.text)));
    called.set(item, (names = [...found]));
  }
  return names;
}
