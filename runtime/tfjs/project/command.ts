/** What the commands have in common: options, and what is said when something is wrong. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { ExpectedError } from "../../errors.ts";
import { endProgress } from "../../terminal.ts";
import { backendChoices, type BackendChoice } from "../backend-names.ts";

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Options {
  /** An option that has to be there. */
  text(name: string): string;
  optional(name: string): string | undefined;
  /** Of an option that may be given several times. */
  all(name: string): readonly string[];
  isSet(name: string): boolean;
  /** A whole number of at least `least`. */
  whole(name: string, least: number): number | undefined;
  /** A number between two others. */
  share(name: string): number | undefined;
  backend(): BackendChoice;
}

/** Runs a command of these options and ends the process: 0 when all is well, 1 when data or files are wrong, 2 for wrong usage. */
export async function command(usage: string, options: NonNullable<ParseArgsConfig["options"]>, run: (given: Options) => Promise<number>): Promise<void> {
  try {
    const { values } = parse(options);
    if (values["help"]) process.stdout.write(`${usage}\n`);
    else process.exitCode = await run(readers(values));
  } catch (error) {
    endProgress();
    process.exitCode = told(error, usage);
  }
}

function parse(options: NonNullable<ParseArgsConfig["options"]>): { readonly values: Values } {
  try {
    return parseArgs({ options: { backend: { type: "string" }, help: { type: "boolean", short: "h" }, ...options }, strict: true }) as { readonly values: Values };
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

function told(error: unknown, usage: string): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage}\n`);
    return 2;
  }
  if (!(error instanceof ExpectedError)) throw error;
  process.stderr.write(`${error.message}\n${error.help ? `  help: ${error.help}\n` : ""}`);
  return 1;
}

function readers(values: Values): Options {
  const optional = (name: string): string | undefined => values[name] as string | undefined;
  const number = (name: string, fits: (value: number) => boolean, what: string): number | undefined => {
    const text = optional(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === "" || !fits(value)) throw new UsageError(`--${name} takes ${what}, not ${text}`);
    return value;
  };
  return {
    optional,
    text(name) {
      const value = optional(name);
      if (value === undefined) throw new UsageError(`--${name} is missing`);
      return value;
    },
    all: (name) => (values[name] ?? []) as readonly string[],
    isSet: (name) => values[name] === true,
    whole: (name, least) => number(name, (value) => Number.isSafeInteger(value) && value >= least, `a whole number, at least ${least}`),
    share: (name) => number(name, (value) => value >= 0 && value <= 1, "a number from 0 to 1"),
    backend() {
      const wanted = optional("backend") ?? "auto";
      const found = backendChoices.find((name) => name === wanted);
      if (!found) throw new UsageError(`there is no backend ${wanted}; there is ${backendChoices.join(", ")}`);
      return found;
    },
  };
}
