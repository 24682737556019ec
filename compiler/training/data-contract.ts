/**
 * What a model wants of its data: the fields of the `data` item of its training section, with sizes, range and normalisation. The loader makes batches
 * by it, and `netc data` checks samples against it. The program must have no errors.
 */
import type { DataField, Expression, Model, Train } from "../../grammar/ast.ts";
import { evaluateTensorType } from "../check/declared-type.ts";
import { evaluate } from "../check/evaluate.ts";
import type { Scope } from "../check/scope.ts";
import { itemsOf } from "../check/training.ts";
import type { Compilation, Variant } from "../compilation.ts";
import { constantValue } from "../dims/index.ts";
import type { DataContract, FieldContract } from "./description.ts";

export type { DataContract, FieldContract } from "./description.ts";

/** The contract of a model in a variant; undefined when it has no training section with data. */
export function dataContractOf(compilation: Compilation, model: Model, variant: Variant): DataContract | undefined {
  const [train] = compilation.trainingOf(model);
  return train && itemsOf(train, "DataItem").length > 0 ? dataContract(train, compilation.run(model, variant).scope) : undefined;
}

/** The contract of a training section that has data, in the scope of its model. */
export function dataContract(train: Train, scope: Scope): DataContract {
  const items = itemsOf(train, "DataItem");
  const [{ source }] = items;
  const split = source.arguments.find((argument) => argument.kind === "Argument" && argument.name?.text === "split");
  return {
    source: source.name.text,
    split: split?.kind === "Argument" && split.value.kind === "Name" ? split.value.text : undefined,
    fields: items.flatMap((item) => item.fields.flatMap((field) => fieldOf(scope, field))),
  };
}

function fieldOf(scope: Scope, field: DataField): readonly FieldContract[] {
  const type = evaluateTensorType(scope, field.type);
  if (!type) return [];
  return [{
    name: field.name.text,
    dtype: type.dtype,
    axes: type.axes.map((axis) => ({ name: axis.kind === "axis" ? (axis.label?.name ?? "") : "", size: constantValue(axis.size.size) })),
    low: bound(scope, field.low, 0),
    high: bound(scope, field.high, 1),
    ...(field.low ? { isRanged: true } : {}),
    ...(field.normalisedBy ? { normalisedBy: field.normalisedBy.text } : {}),
  }];
}

function bound(scope: Scope, expression: Expression | undefined, otherwise: number): number {
  const value = expression && evaluate(scope, expression);
  if (value?.kind === "int") return constantValue(value.use.size) ?? otherwise;
  return value?.kind === "float" && value.value !== undefined ? value.value : otherwise;
}
