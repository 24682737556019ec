/**
 * What checking found out about items, kept from one compilation of a program to the next. What was found out about an item holds as long as its
 * tree is the same (see `grammar/reparse.ts`), every word in it means what it meant, and the blocks that it calls are to their callers what they were.
 */
import type { Block, Choice, Item, Model, Node as Tree } from "../../grammar/ast.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import { createSink, type Diagnostic, type DiagnosticSink } from "../diagnostics/diagnostic.ts";
import type { FileNames, Program } from "./program.ts";
import type { BlockFacts } from "./scope.ts";

/** On what a finding rests. */
interface Grounds {
  /** What the words of the item meant, those that meant nothing left out. */
  readonly words: ReadonlyMap<string, Meaning>;
  /** What the blocks that were called were to their callers. */
  readonly callees: ReadonlyMap<string, object>;
  /** Where the parser had read the item, or its file, not wholly. */
  readonly doubt: string;
  /** Every name that the file sees, where something is wrong: a message may tell the nearest one. */
  readonly names: string | undefined;
  /** Other trees on which it rests, one by one. */
  readonly trees: readonly Tree[];
}

export interface Finding<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
  /** The compilation that found it out, counted from the first. */
  readonly since: number;
  /** Only numbers decide something in it: see `with-numbers.ts`. */
  readonly needsNumbers: boolean;
}

type Remembered<T> = Finding<T> & Grounds;

interface Latest<T> {
  readonly value: T;
  readonly rests: readonly unknown[];
  readonly diagnostics: readonly Diagnostic[];
}

interface RememberedBlock extends Remembered<BlockFacts> {
  /** Stays the same object as long as the block is to its callers what it was. */
  readonly standing: object;
}

/** A block by its signature; a choice or model by its tree. */
type Meaning = string | Choice | Model;

const wordsOfItems = new WeakMap<Item, readonly string[]>();
const signatures = new WeakMap<Block, string>();

function wordsOf(item: Item): readonly string[] {
  let words = wordsOfItems.get(item);
  if (!words) wordsOfItems.set(item, (words = [...new Set(textOf(item.span).match(/[A-Za-z_]\w*/g))]));
  return words;
}

/** A number or a truth value is computed for its callers: they depend on the whole block. */
const isComputed = ({ result }: Block): boolean => result.kind === "ScalarType" || (result.kind === "RecordResult" && result.fields.some((field) => field.type.kind === "ScalarType"));

/** The text of a block as far as its callers read it, and the file in which it stands. */
function signatureOf(block: Block): string {
  let signature = signatures.get(block);
  const { file, start, end } = block.span;
  if (signature === undefined) signatures.set(block, (signature = `${file.name}|${file.text.slice(start, isComputed(block) ? end : block.body.span.start)}`));
  return signature;
}

function meaningOf(word: string, names: FileNames | undefined): Meaning | undefined {
  if (!names) return undefined;
  const block = names.blocks.get(word);
  return block ? signatureOf(block) : (names.choices.get(word) ?? names.models.get(word) ?? (names.unread.has(word) ? "unread" : undefined));
}

const addressOf = (block: Block): string => `${block.span.file.name}|${block.name.text}`;

const isLibrary = (block: Block): boolean => block.span.file.name.startsWith("std/");

function sameFacts(a: BlockFacts, b: BlockFacts): boolean {
  const same = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean => one.size === other.size && [...one].every((each) => other.has(each));
  return a.ownsWeights === b.ownsWeights && a.broken === b.broken && a.erroneous === b.erroneous && a.unread === b.unread && same(a.weightSizes, b.weightSizes) && same(a.slides, b.slides);
}

/** The memory itself: one for each program that is compiled again and again. */
export class Recall {
  private readonly blocks = new Map<Block, RememberedBlock>();
  private readonly others = new Map<Item, Map<string, Remembered<unknown>>>();
  /** What a block of this name in this file was to its callers last time, for the block that replaces it. */
  private readonly earlier = new Map<string, { readonly block: Block; readonly remembered: RememberedBlock }>();
  private program!: Program;
  private current = new Map<string, Block>();
  private items: ReadonlySet<Item> = new Set();
  private numbers = new Set<string>();
  /** The names of what was checked in the last compilation or since, and not remembered. */
  readonly checked: string[] = [];
  /** Compilations so far. */
  generation = 0;

  /** Begins a compilation: what is no longer part of the program is forgotten. */
  begin(program: Program): void {
    this.generation++;
    this.checked.length = 0;
    this.program = program;
    this.numbers = new Set();
    this.current = new Map();
    const items = new Set<Item>();
    for (const { tree, library } of program.files) {
      if (library) continue;
      for (const item of tree.items) {
        items.add(item);
        if (item.kind === "Block" && !this.current.has(addressOf(item))) this.current.set(addressOf(item), item);
      }
    }
    this.items = items;
    // What replaced a block may not have been checked, where a compilation was given up: then what replaces that one replaces the block.
    for (const address of this.earlier.keys()) {
      const now = this.current.get(address);
      if (!now || this.blocks.has(now)) this.earlier.delete(address);
    }
    for (const [block, remembered] of this.blocks) {
      if (items.has(block)) continue;
      this.blocks.delete(block);
      this.earlier.set(addressOf(block), { block, remembered });
    }
    for (const item of this.others.keys()) if (!items.has(item)) this.others.delete(item);
  }

  /** The files in which something was found that numbers alone decide. */
  noteNumbers(file: string): void {
    this.numbers.add(file);
  }

  filesThatNeedNumbers(): ReadonlySet<string> {
    return this.numbers;
  }

  /** Whether an item is part of the program as it is now, or of the library. */
  isCurrent(item: Block | Choice): boolean {
    return this.items.has(item) || item.span.file.name.startsWith("std/");
  }

  /** The block of the same name in the same file as it is now. */
  replacementOf(block: Block): Block | undefined {
    return this.current.get(addressOf(block));
  }

  /** What is remembered of a block, when it still holds; `ensure` checks what it calls. */
  block(block: Block, ensure: (callee: Block) => void): Finding<BlockFacts> | undefined {
    const remembered = this.blocks.get(block);
    if (!remembered || !this.holds(block, remembered, ensure)) return undefined;
    if (remembered.needsNumbers) this.noteNumbers(block.span.file.name);
    return remembered;
  }

  /** Remembers what was found out about a block, unless it calls itself in the end: then it depends on where checking began. */
  rememberBlock(block: Block, facts: BlockFacts, diagnostics: readonly Diagnostic[], callees: ReadonlySet<Block>): void {
    if (isLibrary(block)) return;
    this.checked.push(block.name.text);
    const grounds = this.groundsOf(block, diagnostics, callees, []);
    const before = this.blocks.get(block) ?? this.before(block);
    const standing = before && this.stands(block, facts, grounds, before) ? before.standing : {};
    const needsNumbers = this.numbers.has(block.span.file.name);
    this.blocks.set(block, { value: facts, diagnostics, since: this.generation, needsNumbers, standing, ...grounds });
  }

  /** A block that could not be remembered is something else to its callers each time. */
  forgetBlock(block: Block): void {
    this.blocks.delete(block);
  }

  /** What is remembered of a model, plan or training section under a key. `trees` must be the same, one by one. */
  recall<T>(item: Item, key: string, trees: readonly Tree[], ensure: (callee: Block) => void): Finding<T> | undefined {
    const remembered = this.others.get(item)?.get(key);
    if (!remembered || remembered.trees.length !== trees.length || !trees.every((tree, i) => tree === remembered.trees[i]) || !this.holds(item, remembered, ensure)) return undefined;
    if (remembered.needsNumbers) this.noteNumbers(item.span.file.name);
    return remembered as Remembered<T>;
  }

  remember<T>(item: Item, key: string, trees: readonly Tree[], value: T, diagnostics: readonly Diagnostic[], callees: ReadonlySet<Block>): Finding<T> {
    if (key.startsWith("run ")) this.checked.push(item.kind === "Model" ? item.name.text : key);
    const own: Remembered<T> = { value, diagnostics, since: this.generation, needsNumbers: this.numbers.has(item.span.file.name), ...this.groundsOf(item, diagnostics, callees, trees) };
    const all = this.others.get(item) ?? new Map<string, Remembered<unknown>>();
    this.others.set(item, all.set(key, own));
    return own;
  }

  /** What was found out about an item from its text and that of others alone. */
  ofItem(item: Item, others: readonly Tree[], compute: (into: DiagnosticSink) => void): { readonly diagnostics: readonly Diagnostic[] } {
    return this.latest(item, others, compute);
  }

  /** What was found out about an item last time, when it rested on the same things, one by one; or what `compute` finds out. */
  latest<T>(item: Item, rests: readonly unknown[], compute: (into: DiagnosticSink) => T): { readonly value: T; readonly diagnostics: readonly Diagnostic[] } {
    const known = this.latestOf.get(item) as Latest<T> | undefined;
    if (known && known.rests.length === rests.length && known.rests.every((each, i) => each === rests[i])) return known;
    const into = createSink();
    const value = compute(into);
    const own: Latest<T> = { value, rests, diagnostics: into.all() };
    this.latestOf.set(item, own);
    return own;
  }

  private readonly latestOf = new WeakMap<Item, Latest<unknown>>();

  /** Whether what was found out in a compilation by walking these bodies still holds: none of them was checked anew since. */
  isUnchangedSince(since: number, bodies: Iterable<Block>): boolean {
    for (const body of bodies) if (!isLibrary(body) && !((this.blocks.get(body)?.since ?? Infinity) <= since)) return false;
    return true;
  }

  /** The block that this one replaces, when its text changed: spans in its head move with the new one. */
  private before(block: Block): RememberedBlock | undefined {
    const found = this.earlier.get(addressOf(block));
    if (!found || signatureOf(found.block) !== signatureOf(block)) return undefined;
    found.block.span.place.join(block.span.place);
    this.earlier.delete(addressOf(block)); // of two of one name, one replaces it
    return found.remembered;
  }

  private stands(block: Block, facts: BlockFacts, grounds: Grounds, before: RememberedBlock): boolean {
    if (!sameFacts(facts, before.value)) return false;
    if (isComputed(block) && ![...grounds.callees].every(([callee, standing]) => before.callees.get(callee) === standing)) return false;
    const head = new Set(signatureOf(block).match(/[A-Za-z_]\w*/g));
    return [...head].every((word) => grounds.words.get(word) === before.words.get(word));
  }

  private groundsOf(item: Item, diagnostics: readonly Diagnostic[], callees: ReadonlySet<Block>, trees: readonly Tree[]): Grounds {
    const names = this.program.names.get(item.span.file);
    const words = new Map<string, Meaning>();
    for (const word of wordsOf(item)) {
      const meaning = meaningOf(word, names);
      if (meaning !== undefined) words.set(word, meaning);
    }
    const own = [...callees].filter((callee) => !isLibrary(callee));
    return {
      words, trees, doubt: this.doubtOf(item.span), names: diagnostics.length > 0 ? this.namesOf(names) : undefined,
      callees: new Map(own.map((callee) => [addressOf(callee), this.blocks.get(callee)?.standing ?? {}])),
    };
  }

  private holds(item: Item, grounds: Grounds, ensure: (callee: Block) => void): boolean {
    if (grounds.doubt !== this.doubtOf(item.span)) return false;
    const names = this.program.names.get(item.span.file);
    if (wordsOf(item).some((word) => meaningOf(word, names) !== grounds.words.get(word))) return false;
    if (grounds.names !== undefined && grounds.names !== this.namesOf(names)) return false;
    for (const [callee, standing] of grounds.callees) {
      const now = this.current.get(callee);
      if (!now) return false;
      ensure(now);
      if (this.blocks.get(now)?.standing !== standing) return false;
    }
    return true;
  }

  private doubtOf(item: Span): string {
    const regions = this.program.doubtful.get(item.file) ?? [];
    return regions.flatMap(({ start, end }) => (start < item.end && item.start < end ? [`${start - item.start}:${end - item.start}`] : [])).join();
  }

  private readonly allNames = new WeakMap<FileNames, string>();

  private namesOf(names: FileNames | undefined): string {
    if (!names) return "";
    let all = this.allNames.get(names);
    if (all === undefined) this.allNames.set(names, (all = [names.blocks, names.choices, names.models, names.unread].map((each) => [...each.keys()].join()).join(";")));
    return all;
  }
}
