/** A weight's sizes are numbers in every model: a size that each batch brings anew cannot be one of them. */
import type { Span } from "../../grammar/source.ts";
import { showSize, variablesOf } from "../dims/index.ts";
import type { SizeUse } from "../types/types.ts";
import { originPlaces } from "./claims.ts";
import { report, type Scope } from "./scope.ts";

/** Reports a size of a weight that depends on a free size of the model's inputs. True when it is a number. */
export function refuseFreeWeight(scope: Scope, span: Span, what: string, use: SizeUse): boolean {
  const [free] = variablesOf(use.size);
  if (free === undefined) return true;
  if (scope.frame.block === undefined && !scope.frame.quiet && scope.frame.session.mode === "check") {
    report(scope, "NET0321", span, { what, size: showSize(use.size), free }, { related: originPlaces(use, "") });
  }
  return false;
}
