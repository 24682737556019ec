/** What falls short, case by case and grouped by cause, most frequent first: for the person who improves the checker. */
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { positionAt, textOf } from "../../grammar/source.ts";
import type { Campaign } from "./campaign.ts";
import type { Result } from "./figures.ts";

const short = (text: string, most: number): string => {
  const line = text.replace(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most)}…` : line;
};

function errorLine(error: Diagnostic): string {
  const { file, start } = error.span;
  const notes = error.notes.slice(1).join("; ");
  return `    - ${error.code} \`${short(textOf(error.span), 60)}\` ${file.name}:${positionAt(file, start).line}: ${short(error.message, 170)}${notes ? ` (${short(notes, 150)})` : ""}`;
}

function caseLines(result: Result, detail: string): readonly string[] {
  const { mutant, errors } = result;
  return [`  - ${mutant.program.name} ${mutant.title} [${mutant.rule}]`, ...errors.slice(0, 4).map(errorLine), ...(errors.length > 4 ? [`    - … ${errors.length} errors in all`] : []), ...(detail ? [`    - ${short(detail, 240)}`] : [])];
}

function section(title: string, results: readonly Result[], cause: (result: Result) => string, most: number, detail: (result: Result) => string = () => ""): readonly string[] {
  if (results.length === 0) return [];
  const groups = new Map<string, Result[]>();
  for (const result of results) groups.set(cause(result), [...(groups.get(cause(result)) ?? []), result]);
  const ordered = [...groups].sort((a, b) => b[1].length - a[1].length);
  return [`### ${title}: ${results.length}`, "", ...ordered.flatMap(([name, list]) => [`- **${name}**: ${list.length}`, ...list.slice(0, most).flatMap((result) => caseLines(result, detail(result)))]), ""];
}

/** Why there is more than one error, as far as the errors tell. */
export function causeOfSeveral({ mutant, errors }: Result): string {
  const codes = [...new Set(errors.map((error) => error.code))];
  const has = (...wanted: readonly string[]): boolean => wanted.every((code) => codes.includes(code as Diagnostic["code"]));
  if (codes.length === 1 && has("NET0603")) return "one error for each parameter of a path";
  if (has("NET0102")) return `an unknown option or key, and what follows from its being ignored: ${codes.join(" + ")}`;
  if (has("NET0104", "NET0205")) return "an unknown alternative, and the arm that is missing because of it";
  const [first] = errors;
  if (errors.every(({ span }) => span.file === first.span.file && span.start === first.span.start && span.end === first.span.end)) return codes.length === 1 ? "one place, one code: axis by axis, or variant by variant" : `one place, several codes: ${codes.join(" + ")}`;
  const item = (error: Diagnostic): string => {
    const { file, start } = error.span;
    return /(?:^|\n)(?:composite )?(block|model|train|weights|ablation) (\w+)[^]*$/.exec(file.text.slice(0, start).split(/\n(?=(?:composite )?(?:block|model|train|weights|ablation) )/).at(-1) ?? "")?.[2] ?? file.name;
  };
  const items = new Set(errors.map(item));
  if (has("NET0101") && errors.length > 1) return "a name or axis that does not exist because what made it failed (NET0101)";
  if (items.size > 1) return `the same fault in the block and at its uses: ${codes.sort().join(" + ")}`;
  return `${mutant.rule.split(":")[0]}: several operators in one block: ${codes.sort().join(" + ")}`;
}

export function lists({ results, silent }: Campaign): string {
  const refused = results.filter((result) => result.errors.length > 0);
  const accepted = results.filter(({ ruling }) => ruling !== undefined);
  const first = ({ errors }: Result): string => errors[0].code;
  return [
    ...section("The checker threw", results.filter((result) => result.thrown !== undefined), (result) => result.thrown!, 3),
    ...section("Accepted and wrong", accepted.filter(({ ruling }) => ruling!.verdict === "wrong"), (result) => result.mutant.rule, 6, ({ ruling }) => ruling!.why),
    ...section("Accepted, keeps every shape", accepted.filter(({ ruling }) => ruling!.verdict === "keeps every shape"), (result) => result.mutant.rule, 20, ({ ruling, warnings }) => [warnings.length > 0 ? "warned about" : "", ruling!.why, ruling!.refusedProbes[0] ?? ""].filter(Boolean).join("; ")),
    ...section("Several errors for one fault", refused.filter((result) => result.errors.length > 1), causeOfSeveral, 5),
    ...section("Far from the fault", refused.filter((result) => !result.near), (result) => result.mutant.rule, 5, (result) => (result.shown ? "a related place is near" : "")),
    ...section("A fix that does not help", refused.filter((result) => result.fixed === false), first, 6, ({ errors }) => (errors[0].fixes[0]?.edits ?? []).map((edit) => `fix: \`${textOf(edit.span)}\` → \`${edit.newText}\``).join(" and ")),
    ...section("Counterexamples that are untrue or not decided", refused.filter(({ statement }) => statement?.counterexample && ["untrue", "not decided"].includes(statement.counterexample.truth)), (result) => `${result.statement!.counterexample!.truth}: ${first(result)}`, 5, ({ statement }) => `${statement!.counterexample!.text}: ${statement!.counterexample!.why}`),
    ...section("Conditions that do not help", refused.filter(({ statement }) => statement?.condition?.helps === false), first, 6, ({ statement }) => `where ${statement!.condition!.text}: ${statement!.condition!.why}`),
    ...section("Accepted, valid other programs", accepted.filter(({ ruling }) => ruling!.verdict === "valid other program"), (result) => result.mutant.rule, 2, ({ ruling }) => ruling!.why),
    ...section("No shape can tell, and nothing is said", silent.filter(({ errors, warnings }) => errors.length + warnings.length === 0), (result) => result.mutant.rule, 6),
  ].join("\n");
}
