/**
 * Every rule, in the order of the report. A fault of `rules` is one that a shape can tell, in most places. Those of `silentRules` put a value, an
 * axis or an order of the same type in the place of another: no shape can tell, a lint may; they are counted apart.
 */
import type { Rule } from "../mutant.ts";
import { axes, silentAxes } from "./axes.ts";
import { declarations, silentDeclarations } from "./declarations.ts";
import { facts } from "./facts.ts";
import { options } from "./options.ts";
import { sizes } from "./sizes.ts";
import { silentValues, values } from "./values.ts";

export const rules: readonly Rule[] = [...sizes, ...options, ...axes, ...values, ...facts, ...declarations];

export const silentRules: readonly Rule[] = [...silentAxes, ...silentValues, ...silentDeclarations];
