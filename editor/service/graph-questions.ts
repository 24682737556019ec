/**
 * Questions whose answers need the graphs of variants, which take long to build. Question and answer are plain data, so that whoever has time for it may
 * answer: the same thread, or another one that keeps a project of its own with the same texts.
 */
import type { LongWork } from "../../compiler/long-work.ts";
import { allVariants, costText, usersOf } from "./code-lenses.ts";
import { costing } from "./costs.ts";
import { isSound } from "./diagnostics.ts";
import { hover, type Hover } from "./hover.ts";
import { building, inactiveArms, type InactiveArm } from "./inactive-arms.ts";
import type { Look, Project } from "./project.ts";

export type GraphQuestion =
  /** What stands at an offset, with the numbers of the chosen variant. */
  | { readonly kind: "hover"; readonly offset: number }
  /** The texts of lenses above a block or model. */
  | { readonly kind: "cost" | "users"; readonly item: string }
  /** What each variant of a model costs, as text. */
  | { readonly kind: "variants"; readonly model: string }
  /** The arms that the chosen variants do not have, where they are wanted. What is built and counted for them is kept for other questions. */
  | { readonly kind: "preparation"; readonly withArms: boolean };

export interface GraphAnswers {
  readonly hover: Hover | undefined;
  readonly cost: string | undefined;
  readonly users: string | undefined;
  readonly variants: readonly { readonly variant: string; readonly text: string }[];
  readonly preparation: readonly InactiveArm[];
}

export type AnswerTo<Question extends GraphQuestion> = GraphAnswers[Question["kind"]];

/** The answer about a file of a project; undefined where there is no such file, model or block, or where it has errors. */
export function* answering<Question extends GraphQuestion>(project: Project, name: string, question: Question): LongWork<AnswerTo<Question> | undefined> {
  const look = yield* project.checking(name);
  return look && isSound(look) ? ((yield* answer(look, question)) as AnswerTo<Question> | undefined) : undefined;
}

function* answer(look: Look, question: GraphQuestion): LongWork<GraphAnswers[GraphQuestion["kind"]]> {
  switch (question.kind) {
    case "hover":
      return hover(look, question.offset);
    case "cost":
      return yield* costText(look, question.item);
    case "users":
      return yield* usersOf(look, question.item);
    case "variants": {
      const model = look.compilation.models.find(({ name }) => name.text === question.model);
      return model && (yield* allVariants(look, model));
    }
    case "preparation":
      return yield* preparation(look, question.withArms);
  }
}

function* preparation(look: Look, withArms: boolean): LongWork<readonly InactiveArm[]> {
  const { compilation, project } = look;
  if (withArms) yield* building(look);
  for (const model of compilation.models) yield* costing(compilation, model, project.chosenVariant(compilation, model));
  return withArms ? inactiveArms(look) : [];
}
