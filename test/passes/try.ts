import { readFileSync } from "node:fs";
import { createCompilation } from "../../compiler/compilation.ts";
import { topologicalOrder, rootsOf } from "../../compiler/ir/graph.ts";
import { showSize } from "../../compiler/dims/index.ts";
import { join, dirname } from "node:path";
const [file, variantName] = process.argv.slice(2);
const t0=performance.now();
const c = createCompilation({ read: (n) => { try { return readFileSync(n, "utf8"); } catch { return undefined; } }, resolve: (f, i) => join(dirname(i), f) }, [file]);
const d = c.diagnostics();
console.log(d.length, d.slice(0,5).map(x=>`${x.code} ${x.message} ${x.span.file.name}:${x.span.start}`));
const model = c.models[0];
const v = c.variantsOf(model).find(x => x.name === (variantName ?? "default"))!;
const t1=performance.now();
const { graph } = c.lower(model, v);
const t2=performance.now();
const order = topologicalOrder(rootsOf(graph));
console.log("check", t1-t0, "lower", t2-t1, "nodes", order.length);
const names = new Map(order.map((n, i) => [n, i]));
const count = new Map<string, number>();
for (const n of order) count.set(n.operator, (count.get(n.operator) ?? 0) + 1);
console.log([...count].sort((a,b)=>b[1]-a[1]).map(x=>x.join(":")).join(" "));
if (process.argv[4]) for (const n of order) console.log(`%${names.get(n)} = ${n.operator}(${n.inputs.map(i=>"%"+names.get(i)).join(", ")}) ${n.type.dtype}[${n.type.shape.map((s,i)=>n.type.axes[i]+"="+showSize(s)).join(", ")}] ${n.path} ${JSON.stringify(n.attributes, (k,v)=> v && v.terms ? showSize(v) : v instanceof Float64Array ? (v.length<5?[...v]:v.length) : v)}`);
import { passes } from "../../compiler/passes/index.ts";
import { verify } from "../../compiler/ir/verify.ts";
{
const { graph, facts } = c.lower(model, v);
for (let rep = 0; rep < 3; rep++) {
let g = graph; const s = performance.now(); let log = "";
for (const p of passes) { const t = performance.now(); g = p.run(g, facts); log += `${p.name} ${(performance.now()-t).toFixed(1)}ms ${topologicalOrder(rootsOf(g)).length}; `; }
console.log((performance.now()-s).toFixed(0), log);
if (rep === 0) console.log(verify(g, facts).slice(0, 5));
if (rep === 0) { const count = new Map<string, number>();
for (const n of topologicalOrder(rootsOf(g))) count.set(n.operator, (count.get(n.operator) ?? 0) + 1);
console.log([...count].sort((a,b)=>b[1]-a[1]).map(x=>x.join(":")).join(" ")); }
}
}
