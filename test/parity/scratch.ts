import { readFileSync } from "node:fs";
import { join, dirname } from "node:path";
import { createCompilation } from "/work/main/compiler/compilation.ts";
import { showSize } from "/work/main/compiler/dims/index.ts";
const c = createCompilation({ read: (n) => { try { return readFileSync(n, "utf8"); } catch { return undefined; } }, resolve: (f, i) => join(dirname(i), f) }, ["models/cd2fsan.net"]);
console.log(c.diagnostics().length);
const m = c.models[0];
for (const v of c.variantsOf(m)) {
  if (!["a","b","e","g"].includes(v.name)) continue;
  const { graph } = c.lower(m, v);
  console.log("##", v.name, graph.outputs.map(o=>o.name), graph.inputs.map(i=>i.type.dtype));
  for (const p of [...graph.parameters, ...graph.states]) console.log(p.attributes.path, p.type.shape.map(showSize).join(","));
}
