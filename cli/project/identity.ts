/** What a project is called, and what it says of where it comes from. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Variant } from "../../compiler/compilation.ts";
import type { Model } from "../../grammar/ast.ts";
import { tensorflowVersion } from "../../runtime/tfjs/backend-names.ts";
import { version } from "../version.ts";

/** `cd2fsan-g`: a name that a folder and a package may have. */
export const nameOf = (model: Model, variant: Variant): string => `${model.name.text}${variant.name === "default" ? "" : `-${variant.name}`}`.toLowerCase().replace(/[^a-z0-9.-]+/g, "-").replace(/^[.-]+|[.-]+$/g, "") || "network";

export const titleOf = (model: Model, variant: Variant): string => `${model.name.text}${variant.name === "default" ? "" : `, variant ${variant.name}`}`;

export const sourceNameOf = (model: Model): string => basename(model.span.file.name);

/** The text of netc.json. `more`: what is of this kind of project. */
export function recordText(model: Model, variant: Variant, more: object): string {
  const source = { file: sourceNameOf(model), sha256: createHash("sha256").update(model.span.file.text).digest("hex") };
  return `${JSON.stringify({ netc: version, source, model: model.name.text, variant: variant.name, title: variant.title, ...more, tensorflow: tensorflowVersion }, null, 2)}\n`;
}
