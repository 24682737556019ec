/** The table of forms: one for each operator of the graph. It does not compile when one is missing. */
import type { Form, Forms } from "../form.ts";
import type { OperatorName } from "../../../compiler/ir/graph.ts";
import { activationForms } from "./activations.ts";
import { contractionForms } from "./contractions.ts";
import { elementwiseForms } from "./elementwise.ts";
import { reductionForms } from "./reductions.ts";
import { selectionForms } from "./selection.ts";
import { shapeForms } from "./shape.ts";
import { sourceForms } from "./sources.ts";
import { windowForms } from "./windows.ts";

const forms = {
  ...sourceForms,
  ...shapeForms,
  ...selectionForms,
  ...elementwiseForms,
  ...activationForms,
  ...reductionForms,
  ...contractionForms,
  ...windowForms,
} satisfies Forms;

const table: Forms = forms;

/** The form of an operator. */
export const formOf = <Name extends OperatorName>(name: Name): Form<Name> => table[name];
