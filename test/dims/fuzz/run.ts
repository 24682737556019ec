// The fuzzers at a large budget. Arguments: kind (pairs, facts or bounds), count, and optionally a seed. Bundle and run, for instance:
// npx esbuild test/dims/fuzz/run.ts --bundle --platform=node --format=esm | node --input-type=module - pairs 100000
import { fuzzPairs } from "./pairs.ts";
import { fuzzBounds } from "./tight-bounds.ts";
import { fuzzFacts } from "./under-facts.ts";

const FUZZERS = { pairs: fuzzPairs, facts: fuzzFacts, bounds: fuzzBounds };

const [kind = "", count = "20000", seed = "12345"] = process.argv.slice(2);
if (!(kind in FUZZERS)) {
  console.error(`usage: run.ts ${Object.keys(FUZZERS).join("|")} [count] [seed]`);
  process.exitCode = 2;
} else {
  const start = performance.now();
  const report = FUZZERS[kind as keyof typeof FUZZERS](Number(seed), Number(count));
  for (const [name, value] of Object.entries(report)) {
    if (Array.isArray(value)) console.log(name, value.length, value.slice(0, 5));
    else console.log(name, value);
  }
  console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`);
}
