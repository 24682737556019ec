/** Golden values that make_golden.py wrote. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const goldenPath = (name: string): string => join(import.meta.dirname, "golden", name);
export const golden = <T>(name: string): T => JSON.parse(readFileSync(goldenPath(`${name}.json`), "utf8")) as T;
export const bits = (text: string): readonly number[] => [...text].map(Number);
