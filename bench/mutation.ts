/** `npm run bench -- --mutations 2000`: how the checker does on faults that are put into the corpus. See test/mutation/campaign.ts. */
import { campaign, tablesOf } from "../test/mutation/campaign.ts";
import { lists } from "../test/mutation/lists.ts";

/** Prints the figures, then what falls short, case by case; the exit status. */
export function mutations(count: number, table: (rows: readonly (readonly string[])[]) => void): number {
  const begin = performance.now();
  const done = campaign(process.cwd(), { mutants: count, seed: 1 });
  for (const { title, rows } of tablesOf(done)) {
    console.log(`## ${title}\n`);
    table(rows);
  }
  console.log(`${lists(done)}\n(${((performance.now() - begin) / 1000).toFixed(0)} s)`);
  return 0;
}
