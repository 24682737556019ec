/** Ablations: rows of changes to a model's config, each saying what it changes and nothing else. */
import type { Ablation, AblationRow, Expression, Model, RecordField } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { constantValue } from "../dims/index.ts";
import type { Configuration } from "./model.ts";
import { runModel } from "./model.ts";
import { reportTo, type Session } from "./scope.ts";
import { noSuspicion } from "./suspicion.ts";
import type { Value } from "./values.ts";

export interface AblationVariant {
  readonly name: string;
  readonly title: string;
  readonly configuration: Configuration;
}

/** The rows with their whole configuration: the base's changes, then their own. */
export function ablationRows(ablation: Ablation): readonly AblationVariant[] {
  const rows = new Map<string, AblationVariant>();
  for (const row of ablation.rows) rows.set(row.name.text, { name: row.name.text, title: row.title.value, configuration: configurationOf(row, rows) });
  return [...rows.values()];
}

function configurationOf(row: AblationRow, earlier: ReadonlyMap<string, AblationVariant>): Configuration {
  const configuration = new Map<string, Expression>(row.base ? earlier.get(row.base.text)?.configuration : undefined);
  for (const change of row.changes) configuration.set(change.name.text, change.value);
  return configuration;
}

/** Rows name keys that exist, change something, and stand on rows before them. Gives the rows that do not say what they should: nothing more is checked of them. */
export function checkAblation(session: Session, ablation: Ablation, model: Model | undefined): ReadonlySet<string> {
  const broken = new Set<string>();
  const target = { sink: session.sink, users: [] };
  if (!model) {
    const models = session.program.names.get(ablation.span.file)?.models.keys() ?? [];
    if (ablation.model.text) reportTo(target, "NET0101", ablation.model.span, { name: ablation.model.text, what: "model", near: nearestName(ablation.model.text, models) });
    return broken;
  }
  const keys = model.config.map((option) => option.name.text);
  const rows = new Map<string, AblationVariant>();
  for (const row of ablation.rows) {
    if (rows.has(row.name.text)) reportTo(target, "NET0105", row.name.span, { name: row.name.text, what: "row" });
    if (row.base && !rows.has(row.base.text)) {
      const near = nearestName(row.base.text, rows.keys());
      reportTo(target, "NET0101", row.base.span, { name: row.base.text, what: "row before this one called", near });
      broken.add(row.name.text);
    }
    if (row.base && broken.has(row.base.text)) broken.add(row.name.text);
    for (const change of row.changes) if (!checkChange(session, model, row, change, keys, rows, broken)) broken.add(row.name.text);
    rows.set(row.name.text, { name: row.name.text, title: row.title.value, configuration: configurationOf(row, rows) });
    if (row.base && row.changes.length === 0) reportTo(target, "NET0502", row.span, { row: row.name.text });
  }
  return broken;
}

function checkChange(session: Session, model: Model, row: AblationRow, change: RecordField, keys: readonly string[], rows: ReadonlyMap<string, AblationVariant>, broken: ReadonlySet<string>): boolean {
  const target = { sink: session.sink, users: [] };
  const key = change.name.text;
  if (!keys.includes(key)) {
    reportTo(target, "NET0102", change.name.span, { name: key, block: model.name.text, options: keys, near: nearestName(key, keys) });
    return false;
  }
  if (!row.base || broken.has(row.base.text) || !rows.has(row.base.text)) return true; // a first row states its values, whatever the defaults are
  const before = configValue(session, model, rows.get(row.base.text)?.configuration ?? new Map(), key);
  const after = configValue(session, model, new Map([[key, change.value]]), key);
  if (before && after && sameValue(before, after)) reportTo(target, "NET0501", change.span, { row: row.name.text, key, value: textOf(change.value.span) });
  return true;
}

/** The value of one config key; diagnostics of it are reported when the variant itself is checked. */
function configValue(session: Session, model: Model, configuration: Configuration, key: string): Value | undefined {
  const silent: Session = { ...session, suspicion: noSuspicion(), sink: { add: () => undefined, all: () => [], hasErrors: () => false } };
  const only: Model = { ...model, members: [] };
  const binding = runModel(silent, only, configuration).scope.bindings.get(key);
  return binding?.kind === "value" ? binding.value : undefined;
}

function sameValue(a: Value, b: Value): boolean {
  if (a.kind === "int" && b.kind === "int") return constantValue(a.use.size) === constantValue(b.use.size);
  if (a.kind === "list" && b.kind === "list") {
    const [own, other] = [a.elements ?? [], b.elements ?? []];
    return own.length === other.length && own.every((element, i) => sameValue(element, other[i]));
  }
  if (a.kind === "float" && b.kind === "float") return a.value !== undefined && a.value === b.value;
  if (a.kind === "bool" && b.kind === "bool") return a.value !== undefined && a.value === b.value;
  return a.kind === "choice" && b.kind === "choice" && a.value !== undefined && a.value === b.value;
}
