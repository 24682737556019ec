/** The names in expressions and types. Which of its meanings a word has depends on where it stands: an axis where axes are expected, a value elsewhere. */
import type { Argument, AxisArgument, Block, Body, Call, Expression, Identifier, Item, Match, OptionKind, Pattern, Type } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { builtinNames } from "../../compiler/check/builtins.ts";
import { alternativeSymbol, axisSymbol, fieldSymbol, inlineAlternative, itemSymbol, operatorSymbol, optionSymbol, rowSymbol, valueSymbol, type NamedItem, type NameSymbol, type Occurrence } from "./symbols.ts";

/** The items that a file can name. */
export interface Visible {
  get(name: string): NamedItem | undefined;
}

/** What is resolved depends on the tree of its item, and on what these two tell of names. */
export interface Resolving {
  readonly visible: Visible;
  /** What another file sees. */
  readonly visibleIn: (file: string) => Visible;
  readonly note: (occurrence: Occurrence) => void;
}

export interface Scope {
  readonly parent?: Scope;
  readonly values: Map<string, NameSymbol>;
}

/** Where an expression stands. */
export interface Place extends Resolving {
  readonly item: Item;
  /** Names of axes and sizes of the item. */
  readonly sizes: ReadonlySet<string>;
  readonly scope: Scope;
  /** Axes that were met already: the first place is their declaration. */
  readonly declared: Set<string>;
  readonly counter: { next: number };
  /** The statements of an arm. */
  readonly body: (place: Place, body: Body) => void;
}

export function scopeIn(place: Place): Place {
  return { ...place, scope: { parent: place.scope, values: new Map() } };
}

function lookUp(place: Place, name: string): NameSymbol | undefined {
  for (let scope: Scope | undefined = place.scope; scope; scope = scope.parent) {
    const found = scope.values.get(name);
    if (found) return found;
  }
  return undefined;
}

export function resolveAxis(place: Place, name: { readonly text: string; readonly span: Span }): void {
  if (!name.text) return;
  const symbol = axisSymbol(place.item, name.text);
  const declares = !place.declared.has(symbol.key);
  place.declared.add(symbol.key);
  place.note({ symbol, span: name.span, declares });
}

function resolveRow(place: Place, name: Identifier | undefined): void {
  if (!name?.text) return;
  const symbol = rowSymbol(place.item, name.text);
  const declares = !place.declared.has(symbol.key);
  place.declared.add(symbol.key);
  place.note({ symbol, span: name.span, declares });
}

export function resolveType(place: Place, type: Type): void {
  if (type.kind === "ListType") {
    resolveType(place, type.element);
    if (type.length.kind === "Name" && !lookUp(place, type.length.text)) resolveAxis(place, type.length);
    else resolveExpression(place, type.length);
  }
  if (type.kind !== "TensorType") return;
  for (const axis of type.axes) {
    if (axis.kind === "RowAxis") resolveRow(place, axis.name);
    else if (axis.kind === "NamedAxis") resolveAxis(place, axis.name);
    if (axis.kind !== "RowAxis" && axis.size) resolveExpression(place, axis.size);
  }
}

function resolvePattern(place: Place, pattern: Pattern): void {
  for (const part of pattern.parts) {
    if (part.kind === "RowPart") resolveRow(place, part.name);
    if (part.kind === "AxisPart") resolveAxis(place, part.name);
    if (part.kind === "RenamedPart") for (const name of [part.name, part.from]) resolveAxis(place, name);
    if (part.kind === "GroupPart") for (const name of [...(part.name ? [part.name] : []), ...part.members]) resolveAxis(place, name);
  }
}

// ------------------------------------------------------------------------------------------------------------------- expressions

/** `returns`: the block whose record this is. */
export function resolveExpression(place: Place, tree: Expression, returns?: Block): void {
  const each = (...parts: readonly (Expression | undefined)[]): void => parts.forEach((part) => part && resolveExpression(place, part));
  switch (tree.kind) {
    case "Name":
      return resolveName(place, tree);
    case "Unary":
      return each(tree.operand);
    case "Binary":
      if (tree.operator === "==" || tree.operator === "!=") {
        const owner = choiceOwner(place, tree.left);
        if (owner?.optionKind) {
          each(tree.left);
          return resolveByKind(place, owner.optionKind, tree.right, owner);
        }
      }
      return each(tree.left, tree.right);
    case "If":
      return each(tree.condition, tree.then, tree.else);
    case "Match":
      return resolveMatch(place, tree);
    case "Range":
      return each(tree.from, tree.to);
    case "Member":
      return resolveMember(place, tree);
    case "Call":
      return resolveCall(place, tree);
    case "Index":
      each(tree.object);
      for (const index of tree.indexes) {
        if (index.kind === "SizedName") resolveAxis(place, index.name);
        resolveExpression(place, index.kind === "SizedName" ? index.size : index);
      }
      return;
    case "Record":
      for (const field of tree.fields) {
        if (returns?.result.kind === "RecordResult") place.note({ symbol: fieldSymbol(returns, field.name.text), span: field.name.span, declares: false });
        resolveExpression(place, field.value);
      }
      return;
    case "List":
      for (const element of tree.elements) resolveArgument(place, element);
      return;
    case "Table": {
      const inner = scopeIn(place);
      for (const domain of tree.domains) {
        const symbol = valueSymbol(place.item, "variable", domain.variable.text, domain, `@${place.counter.next++}`);
        inner.scope.values.set(domain.variable.text, symbol);
        place.note({ symbol, span: domain.variable.span, declares: true });
        resolveAxis(place, domain.axis);
        each(domain.size);
      }
      return resolveExpression(inner, tree.element);
    }
    case "Rearrange":
      each(tree.value);
      for (const pattern of [tree.from, tree.to]) resolvePattern(place, pattern);
      for (const option of tree.options) {
        if (option.name) resolveAxis(place, option.name);
        resolveArgument(place, option.value);
      }
      return;
    case "Contraction":
      for (const operand of tree.operands) {
        each(operand.value);
        resolvePattern(place, operand.pattern);
      }
      resolvePattern(place, tree.result);
      for (const option of tree.options) resolvePerAxis(place, option.value, option.name?.text === "slide");
      return;
    default:
      return;
  }
}

function resolveName(place: Place, tree: { readonly text: string; readonly span: Span }): void {
  const found = lookUp(place, tree.text);
  if (found) return place.note({ symbol: found, span: tree.span, declares: false });
  if (place.sizes.has(tree.text) || axisSymbol(place.item, tree.text).kind !== "axis") return resolveAxis(place, tree);
  const item = place.visible.get(tree.text);
  if (item) place.note({ symbol: itemSymbol(item), span: tree.span, declares: false });
  else if (builtinNames.has(tree.text)) place.note({ symbol: operatorSymbol(tree.text), span: tree.span, declares: false });
}

function resolveArgument(place: Place, value: AxisArgument): void {
  if (value.kind === "Spread") return resolveRow(place, value.name);
  if (value.kind === "SizedName") {
    resolveAxis(place, value.name);
    return resolveExpression(place, value.size);
  }
  resolveExpression(place, value);
}

/** Where axes are expected: `C`, `[Y, X]`, `pick = 2`. */
function resolveAxes(place: Place, value: AxisArgument): void {
  if (value.kind === "Name") resolveAxis(place, value);
  else if (value.kind === "List") for (const element of value.elements) resolveAxes(place, element);
  else resolveArgument(place, value);
}

/** `(Y: 2, X: 2)`: one value for each axis. */
function resolvePerAxis(place: Place, value: AxisArgument, ofAxes = false): void {
  if (value.kind !== "Record") return resolveArgument(place, value);
  for (const field of value.fields) {
    resolveAxis(place, field.name);
    if (ofAxes) resolveAxes(place, field.value);
    else resolveExpression(place, field.value);
  }
}

/** The value of an option, read as its kind says. `owner` is the option, whose block may stand in another file. */
export function resolveByKind(place: Place, kind: OptionKind, value: AxisArgument, owner: NameSymbol): void {
  if (kind.kind === "AxisKind") return resolveAxes(place, value);
  if (kind.kind === "ListKind" && value.kind === "List") {
    for (const element of value.elements) resolveByKind(place, kind.element, element, owner);
    return;
  }
  if (value.kind === "Name" && !lookUp(place, value.text)) {
    const alternative = alternativeOf(place, kind, value.text, owner);
    if (alternative) return place.note({ symbol: alternative, span: value.span, declares: false });
  }
  if (kind.kind === "NumberKind" && kind.axes && value.kind === "Record" && owner.item) {
    for (const field of value.fields) {
      place.note({ symbol: axisSymbol(owner.item, field.name.text), span: field.name.span, declares: false });
      resolveExpression(place, field.value);
    }
    return;
  }
  resolveArgument(place, value);
}

/** The alternatives of a kind that is a choice. */
export function alternativesOf(visible: Visible, kind: OptionKind): readonly string[] {
  if (kind.kind === "ChoiceKind") return kind.alternatives.map(({ text }) => text);
  const choice = kind.kind === "NamedKind" ? visible.get(kind.name.text) : undefined;
  return choice?.kind === "Choice" ? choice.alternatives.map(({ text }) => text) : [];
}

function alternativeOf(place: Place, kind: OptionKind, name: string, owner: NameSymbol): NameSymbol | undefined {
  if (kind.kind === "ChoiceKind") return kind.alternatives.some(({ text }) => text === name) ? inlineAlternative(owner, kind.alternatives, name) : undefined;
  const choice = kind.kind === "NamedKind" ? place.visibleIn(owner.file).get(kind.name.text) : undefined;
  return choice?.kind === "Choice" && choice.alternatives.some(({ text }) => text === name) ? alternativeSymbol(choice, name) : undefined;
}

/** The option or config key that an expression reads, where it has alternatives. */
function choiceOwner(place: Place, tree: Expression): NameSymbol | undefined {
  const symbol = tree.kind === "Name" ? lookUp(place, tree.text) : undefined;
  return symbol?.optionKind && (symbol.optionKind.kind === "NamedKind" || symbol.optionKind.kind === "ChoiceKind") ? symbol : undefined;
}

function resolveMatch(place: Place, tree: Match): void {
  resolveExpression(place, tree.subject);
  const owner = choiceOwner(place, tree.subject);
  for (const { pattern, body } of tree.arms) {
    if (pattern.kind === "Identifier" && owner?.optionKind) {
      const alternative = alternativeOf(place, owner.optionKind, pattern.text, owner);
      if (alternative) place.note({ symbol: alternative, span: pattern.span, declares: false });
    }
    if (body.kind === "Body") place.body(scopeIn(place), body);
    else resolveExpression(place, body);
  }
}

// ------------------------------------------------------------------------------------------------------------------- members and calls

/** The block whose call an expression is. */
export function calledBlock(visible: Visible, tree: Expression): Block | undefined {
  const item = tree.kind === "Call" && tree.callee.kind === "Name" ? visible.get(tree.callee.text) : undefined;
  return item?.kind === "Block" ? item : undefined;
}

/** The block whose record an expression is, followed through bindings and members of families. */
function recordOf(place: Place, tree: Expression): Block | undefined {
  if (tree.kind === "Index") return recordOf(place, tree.object);
  const symbol = tree.kind === "Name" ? lookUp(place, tree.text) : undefined;
  const called = symbol?.node?.kind === "Let" ? calledBlock(place.visible, symbol.node.value) : calledBlock(place.visible, tree);
  return called?.result.kind === "RecordResult" ? called : undefined;
}

function resolveMember(place: Place, tree: Extract<Expression, { kind: "Member" }>): void {
  const { object, name } = tree;
  if (object.kind === "Name" && !lookUp(place, object.text) && builtinNames.has(`${object.text}.${name.text}`)) {
    return place.note({ symbol: operatorSymbol(`${object.text}.${name.text}`), span: name.span, declares: false });
  }
  resolveExpression(place, object);
  const block = recordOf(place, object);
  if (block?.result.kind === "RecordResult" && block.result.fields.some((field) => field.name.text === name.text)) {
    return place.note({ symbol: fieldSymbol(block, name.text), span: name.span, declares: false });
  }
  resolveAxis(place, name);
}

/** The block that a call uses, and whether through a layer, whose options are given already. */
export function blockOfCall(place: Pick<Place, "visible" | "scope">, tree: Call): { readonly block: Block; readonly layer: boolean } | undefined {
  if (tree.callee.kind !== "Name") return undefined;
  const value = lookUp(place as Place, tree.callee.text);
  const made = value?.node?.kind === "Let" ? calledBlock(place.visible, value.node.value) : undefined;
  if (made && value?.node?.kind === "Let" && value.node.value.kind === "Call" && !value.node.value.arguments.some(({ name }) => !name)) return { block: made, layer: true };
  const item = place.visible.get(tree.callee.text);
  return item?.kind === "Block" ? { block: item, layer: false } : undefined;
}

function resolveCall(place: Place, tree: Call): void {
  const called = blockOfCall(place, tree);
  const { callee } = tree;
  if (called && !called.layer) place.note({ symbol: itemSymbol(called.block), span: callee.span, declares: false });
  else if (!called && callee.kind === "Name" && builtinNames.has(callee.text)) place.note({ symbol: operatorSymbol(callee.text), span: callee.span, declares: false });
  else resolveExpression(place, callee);
  if (called) {
    for (const argument of tree.arguments) resolveBlockArgument(place, called.block, argument);
    return;
  }
  const name = callee.kind === "Name" ? callee.text : callee.kind === "Member" && callee.object.kind === "Name" ? `${callee.object.text}.${callee.name.text}` : "";
  for (const argument of tree.arguments) resolveOperatorArgument(place, name, argument);
}

function resolveBlockArgument(place: Place, block: Block, { name, value }: Argument): void {
  const option = name && block.options.find((own) => own.name.text === name.text);
  if (!name || !option) return resolveArgument(place, value);
  const symbol = optionSymbol(block, option);
  place.note({ symbol, span: name.span, declares: false });
  resolveByKind(place, option.optionKind, value, symbol);
}

const axisOptions: ReadonlySet<string> = new Set(["over", "axis", "after", "out"]);
const shapeOperators: ReadonlySet<string> = new Set(["expand", "product", "random.uniform", "random.normal"]);

function resolveOperatorArgument(place: Place, operator: string, { name, value }: Argument): void {
  if (!name) {
    if (operator === "rename" && value.kind === "SizedName") {
      resolveAxis(place, value.name);
      return resolveAxes(place, value.size);
    }
    return shapeOperators.has(operator) && value.kind === "List" ? resolveAxes(place, value) : resolveArgument(place, value);
  }
  if (value.kind === "Record") return resolvePerAxis(place, value);
  if (axisOptions.has(name.text)) return resolveAxes(place, value);
  resolveArgument(place, value);
}
