/** The names of each kind of item. */
import type { Ablation, Block, Body, DataField, FamilyRange, Item, Model, ModelMember, Statement, Train, Type } from "../../grammar/ast.ts";
import { walk } from "../../grammar/visit.ts";
import { resolveAxis, resolveByKind, resolveExpression, resolveType, scopeIn, type Place, type Resolving, type Scope } from "./resolve-expressions.ts";
import { noVariables, resolvePath, resolveWeights, type Bindings } from "./resolve-weights.ts";
import { alternativeSymbol, fieldSymbol, inlineAlternative, itemSymbol, optionSymbol, rowOfAblation, valueSymbol, type NamedItem, type NameSymbol } from "./symbols.ts";

export function resolveItem(resolving: Resolving, item: Item): void {
  if (item.kind !== "MissingItem" && item.kind !== "Train" && item.name.text) resolving.note({ symbol: itemSymbol(item), span: item.name.span, declares: true });
  switch (item.kind) {
    case "Block":
      return resolveBlock(resolving, item);
    case "Model":
      return resolveModel(resolving, item);
    case "Choice":
      for (const alternative of item.alternatives) resolving.note({ symbol: alternativeSymbol(item, alternative.text), span: alternative.span, declares: true });
      return;
    case "Ablation":
      return resolveAblation(resolving, item);
    case "Weights": {
      const model = noteModel(resolving, item.model);
      return model && resolveWeights(bindingsOf(resolving), item, model);
    }
    case "Train":
      return resolveTrain(resolving, item);
    case "MissingItem":
      return;
  }
}

/** The names that an item uses for axes and sizes somewhere. */
function sizesIn(item: Item): ReadonlySet<string> {
  const found = new Set<string>();
  walk(item, (node) => {
    if ((node.kind === "NamedAxis" || node.kind === "AxisPart" || node.kind === "RenamedPart" || node.kind === "GroupPart") && node.name) found.add(node.name.text);
    if (node.kind === "GroupPart") for (const member of node.members) found.add(member.text);
    if (node.kind === "SizedName") found.add(node.name.text);
    if (node.kind === "Domain") found.add(node.axis.text);
    if (node.kind === "ListType" && node.length.kind === "Name") found.add(node.length.text);
  });
  return found;
}

function placeIn(resolving: Resolving, item: Item): Place {
  return { ...resolving, item, sizes: sizesIn(item), scope: { values: new Map() }, declared: new Set(), counter: { next: 1 }, body: resolveBody };
}

function declareOptions(place: Place, item: Block | Model): void {
  for (const option of item.kind === "Block" ? item.options : item.config) {
    const symbol = optionSymbol(item, option);
    if (option.optionKind.kind !== "AxisKind") place.scope.values.set(option.name.text, symbol);
    place.declared.add(symbol.key);
    place.note({ symbol, span: option.name.span, declares: true });
  }
}

function resolveOptions(place: Place, item: Block | Model): void {
  for (const option of item.kind === "Block" ? item.options : item.config) {
    const { optionKind: kind } = option;
    const symbol = optionSymbol(item, option);
    if (kind.kind === "NumberKind") for (const axis of kind.axes ?? []) resolveAxis(place, axis);
    if (kind.kind === "ChoiceKind") for (const alternative of kind.alternatives) place.note({ symbol: inlineAlternative(symbol, kind.alternatives, alternative.text), span: alternative.span, declares: true });
    if (kind.kind === "NamedKind") {
      const choice = place.visible.get(kind.name.text);
      if (choice?.kind === "Choice") place.note({ symbol: itemSymbol(choice), span: kind.name.span, declares: false });
    }
    if (kind.kind === "ListKind") resolveExpression(place, kind.length);
    if (option.default) resolveByKind(place, kind, option.default, symbol);
  }
}

function resolveBlock(resolving: Resolving, item: Block): void {
  const place = placeIn(resolving, item);
  for (const input of item.inputs) {
    const symbol = valueSymbol(item, "input", input.name.text, input);
    place.scope.values.set(input.name.text, symbol);
    place.note({ symbol, span: input.name.span, declares: true });
  }
  declareOptions(place, item);
  for (const input of item.inputs) {
    resolveType(place, input.type);
    if (input.default) resolveExpression(place, input.default);
  }
  resolveOptions(place, item);
  if (item.result.kind === "RecordResult") {
    for (const field of item.result.fields) {
      place.note({ symbol: fieldSymbol(item, field.name.text), span: field.name.span, declares: true });
      resolveType(place, field.type);
    }
  } else resolveType(place, item.result);
  for (const fact of item.where) resolveExpression(place, fact);
  if (item.body.kind === "Body") resolveBody(place, item.body);
  else resolveExpression(place, item.body, item);
}

function resolveModel(resolving: Resolving, item: Model): void {
  const place = placeIn(resolving, item);
  declareOptions(place, item);
  resolveOptions(place, item);
  for (const fact of item.configWhere) resolveExpression(place, fact);
  declareMembers(place, item, place.scope);
  for (const member of item.members) resolveMember(place, member);
}

/** The bindings of a model as they are seen from its weights plans and training sections. */
function declareMembers(place: Pick<Place, "item" | "note">, model: Model, scope: Scope, silent = false): void {
  for (const member of model.members) {
    if (member.kind === "ModelInput" || member.kind === "ModelOutput") {
      const symbol = valueSymbol(model, member.kind === "ModelInput" ? "input" : "output", member.name.text, member);
      scope.values.set(member.name.text, symbol);
      if (!silent) place.note({ symbol, span: member.name.span, declares: true });
    } else declareStatement(place, model, scope, member, "", silent);
  }
}

function resolveMember(place: Place, member: ModelMember): void {
  switch (member.kind) {
    case "ModelInput":
      resolveType(place, member.type);
      for (const fact of member.where) resolveExpression(place, fact);
      return;
    case "ModelOutput":
      resolveType(place, member.type);
      resolveExpression(place, member.value);
      return;
    default:
      resolveStatement(place, member);
  }
}

// ------------------------------------------------------------------------------------------------------------------- statements

/** A body: of a block, or of an arm, whose bindings are its own. */
function resolveBody(place: Place, body: Body): void {
  const depth = place.scope.parent || place.item.kind !== "Block" ? `@${place.counter.next++}` : "";
  for (const statement of body.statements) declareStatement(place, place.item, place.scope, statement, depth);
  for (const statement of body.statements) resolveStatement(place, statement);
}

function declareStatement(place: Pick<Place, "note">, item: Item, scope: Scope, statement: Statement, depth: string, silent = false): void {
  const declare = (kind: NameSymbol["kind"], name: { readonly text: string; readonly span: Statement["span"] }): void => {
    if (!name.text) return;
    const symbol = scope.values.get(name.text)?.node?.kind === "Let" && statement.kind === "Let" ? scope.values.get(name.text)! : valueSymbol(item, kind, name.text, statement, depth);
    scope.values.set(name.text, symbol);
    if (!silent) place.note({ symbol, span: name.span, declares: true });
  };
  if (statement.kind === "Parameter" || statement.kind === "State") declare(statement.kind === "State" ? "state" : "parameter", statement.name);
  if (statement.kind !== "Let") return;
  const { target } = statement;
  for (const name of target.kind === "FieldsTarget" ? target.names : [target.kind === "Identifier" ? target : target.name]) declare("value", name);
}

function withVariable(place: Place, family: FamilyRange | undefined): Place {
  if (!family?.variable.text) return place;
  const inner = scopeIn(place);
  const symbol = valueSymbol(place.item, "variable", family.variable.text, family, `@${place.counter.next++}`);
  inner.scope.values.set(family.variable.text, symbol);
  place.note({ symbol, span: family.variable.span, declares: true });
  resolveExpression(place, family.range);
  return inner;
}

function resolveStatement(place: Place, statement: Statement): void {
  switch (statement.kind) {
    case "Let": {
      const inner = withVariable(place, statement.family);
      if (statement.target.kind === "MemberTarget") resolveExpression(inner, statement.target.index);
      if (statement.type) resolveType(inner, statement.type);
      return resolveExpression(inner, statement.value);
    }
    case "Parameter":
    case "State":
      resolveType(place, statement.type);
      return resolveExpression(place, statement.init);
    case "Update": {
      const symbol = place.scope.values.get(statement.name.text);
      if (symbol) place.note({ symbol, span: statement.name.span, declares: false });
      return resolveExpression(place, statement.value);
    }
    case "Assume":
      return resolveExpression(place, statement.fact);
    case "Assert":
      return resolveExpression(place, statement.condition);
    case "Return":
      return resolveExpression(place, statement.value, place.item.kind === "Block" && !place.scope.parent ? place.item : undefined);
    case "MissingStatement":
      return;
  }
}

// ------------------------------------------------------------------------------------------------------------------- ablations, weights and training

function noteModel(resolving: Resolving, name: { readonly text: string; readonly span: Item["span"] }): Model | undefined {
  const model = resolving.visible.get(name.text);
  if (model?.kind !== "Model") return undefined;
  resolving.note({ symbol: itemSymbol(model), span: name.span, declares: false });
  return model;
}

function resolveAblation(resolving: Resolving, item: Ablation): void {
  const model = noteModel(resolving, item.model);
  const rows = new Map(item.rows.map((row) => [row.name.text, row]));
  const place = { ...placeIn(resolving, item) };
  for (const row of item.rows) {
    resolving.note({ symbol: rowOfAblation(item, row.name.text, row), span: row.name.span, declares: true });
    const base = row.base && rows.get(row.base.text);
    if (base) resolving.note({ symbol: rowOfAblation(item, base.name.text, base), span: row.base!.span, declares: false });
    for (const change of row.changes) {
      const option = model?.config.find((own) => own.name.text === change.name.text);
      if (!model || !option) continue;
      const symbol = optionSymbol(model, option);
      resolving.note({ symbol, span: change.name.span, declares: false });
      resolveByKind(place, option.optionKind, change.value, symbol);
    }
  }
}

/** The bindings of a model or block, as paths of weights name them. */
function bindingsOf(resolving: Resolving): Bindings {
  const known = new Map<Model | Block, ReadonlyMap<string, NameSymbol>>();
  return {
    ...resolving,
    bindings(owner) {
      const found = known.get(owner);
      if (found) return found;
      const scope: Scope = { values: new Map() };
      if (owner.kind === "Model") declareMembers({ item: owner, note: () => undefined }, owner, scope, true);
      else if (owner.body.kind === "Body") for (const statement of owner.body.statements) declareStatement({ note: () => undefined }, owner, scope, statement, "", true);
      known.set(owner, scope.values);
      return scope.values;
    },
  };
}

function resolveTrain(resolving: Resolving, item: Train): void {
  const model = noteModel(resolving, item.model);
  if (!model) return;
  const place: Place = { ...placeIn(resolving, model), sizes: new Set([...sizesIn(model), ...sizesIn(item)]) };
  declareMembers(place, model, place.scope, true);
  const fieldsOf = (own: Train["items"][number]): readonly DataField[] => (own.kind === "DataItem" ? own.fields : []);
  for (const field of item.items.flatMap(fieldsOf)) {
    const input = place.scope.values.get(field.name.text);
    const symbol = input?.kind === "input" ? input : valueSymbol(item, "input", field.name.text, field);
    place.scope.values.set(field.name.text, symbol);
    place.note({ symbol, span: field.name.span, declares: symbol !== input });
    resolveType(place, field.type as Type);
  }
  for (const own of item.items) {
    if (own.kind === "WeightsItem") {
      const plan = resolving.visible.get(own.name.text) as NamedItem | undefined;
      if (plan?.kind === "Weights") place.note({ symbol: itemSymbol(plan), span: own.name.span, declares: false });
    }
    if (own.kind === "LossItem") {
      const inner = scopeIn(place);
      for (const { name, value } of own.bindings) {
        const symbol = valueSymbol(item, "value", name.text, own);
        inner.scope.values.set(name.text, symbol);
        place.note({ symbol, span: name.span, declares: true });
        resolveExpression(place, value);
      }
      resolveExpression(inner, own.value);
    }
    if (own.kind === "OptimizerItem") for (const group of own.groups) for (const path of group.paths) resolvePath(bindingsOf(resolving), noVariables, [model], path);
    if (own.kind === "MetricsItem" && own.of) resolveExpression(place, own.of);
  }
}
