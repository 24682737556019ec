/** The command line: one command per file, help worth reading, exit codes 0 (well), 1 (the program or data are wrong), 2 (usage, or a fault of netc). */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { devices } from "../runtime/device.ts";
import { backendChoices } from "../runtime/tfjs/backend-names.ts";
import { engines } from "./engine-names.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { formats } from "./output.ts";
import { version } from "./version.ts";

const collect = (value: string, list: readonly string[]): readonly string[] => [...list, value];
const formatOption = (): Option => new Option("--format <format>", "how diagnostics are written").choices(formats).default("human");
const deviceOption = (): Option => new Option("--device <name>", "what computes: the processor, or an NVIDIA GPU").choices(devices).default("cpu");
const engineOptions = (command: Command): Command =>
  command
    .addOption(new Option("--engine <name>", "ONNX Runtime, or a program of TensorFlow.js").choices(engines).default("ort"))
    .addOption(new Option("--backend <name>", "of TensorFlow.js: auto asks for the GPU first and says what it got").choices(backendChoices));
const variantOption = (command: Command): Command =>
  command
    .option("--model <name>", "which model of the file")
    .option("--variant <name>", "a row of an ablation, by its name")
    .option("--set <key=value>", "a config key (may be repeated)", collect, []);
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new InvalidArgumentError(`a whole number, at least ${least}${most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : ""}`);
  return value;
};

const units: Readonly<Record<string, number>> = { "": 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30 };

/** `8GB`, `900 MB`, `4GiB`: bytes. */
function parseBytes(text: string): number {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text) ?? [];
  const factor = units[(unit ?? "").toUpperCase()];
  if (number === undefined || factor === undefined) throw new InvalidArgumentError("a size such as 8GB, 900MB or 4GiB");
  return Number(number) * factor;
}

/** Says that a command cannot do without these options. Not by Commander, which says that an option is missing before it says that another one is misspelt. */
function needs(command: Command, ...names: readonly string[]): Command {
  return command.hook("preAction", () => {
    if (command.getOptionValue("plan") === true) return; // it says what would be, and takes nothing
    for (const option of command.options) {
      if (names.includes(option.attributeName()) && command.getOptionValue(option.attributeName()) === undefined) throw new UsageError(`netc ${command.name()} needs --${option.attributeName()}: ${option.description}`);
    }
  });
}

function program(finish: (code: number) => void): Command {
  const netc = new Command("netc")
    .description("Neural networks with their shapes in the types: checks .net files, counts what they cost, compiles them to ONNX.")
    .version(version)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText("after", "\nStart with `netc init`, or read a model: models/cd2fsan.net");

  variantOption(netc.command("check").argument("<files...>", ".net files"))
    .summary("all diagnostics, in every variant")
    .description("all diagnostics, in every variant; then the sizes that each model admits")
    .addOption(formatOption())
    .option("--size <name=n>", "would this size be admitted? (may be repeated)", collect, [])
    .option("--strict", "warnings fail too, and assumptions (`assume`)")
    .option("--fix", "apply every fix that makes its mistake go away")
    .option("--dry-run", "show what --fix would change")
    .option("--watch", "check again whenever a file changes")
    .option("-q, --quiet", "print diagnostics alone")
    .addHelpText("after", "\nExample:\n  netc check models/cd2fsan.net\n  netc check models/*.net --format github\n  netc check models/cd2fsan.net --set align=transformer --set decoder=plain")
    .action(async (files: string[], options) => finish((await import("./check.ts")).check(files, options)));

  variantOption(netc.command("build").argument("<file>", "a .net file"))
    .summary("the ONNX graph of a model, or a project for TensorFlow.js")
    .description("the artefact: an ONNX graph with named, symbolic dimensions, or a TypeScript project for TensorFlow.js, which trains where the model has a training section and else uses it")
    .addOption(new Option("--target <target>", "what to build").choices(["onnx", "tfjs"]).default("onnx"))
    .option("-o, --output <path>", "where to; default: out/MODEL-VARIANT.onnx, and of a project the folder out/MODEL-VARIANT")
    .addOption(new Option("--backend <name>", "of a project: the backend that it must run on; all unless given").choices(backendChoices))
    .option("--force", "of a project: replace files that are there")
    .option("--opset <n>", "ONNX operator set, 17 to 26; 20 unless given", whole(17, 26))
    .option("--batch <n>", "fix the batch size (the axis B); symbolic unless given", whole(1))
    .option("--size <name=n>", "fix another free size (may be repeated)", collect, [])
    .option("--weights <file>", "weights from a .safetensors file, by parameter path")
    .option("--seed <n>", "seed of the initial weights where none are given", whole(0), 0)
    .option("--no-weights", "leave the weights out: they become inputs of the graph; a project is given them by its --weights")
    .option("--embed", "weights inside the .onnx file, never beside it (up to 2 GB)")
    .option("-q, --quiet", "print nothing when all is well")
    .addHelpText("after", "\nWeights of more than 16 MB are written beside the graph, as PATH.data.\n\nExample:\n  netc build models/cd2fsan.net --variant g -o cd2fsan.onnx\n  netc build models/cd2fsan.net --set decoder=plain --batch 1 --opset 18 -o plain.onnx\n  netc build models/cd2fsan.net --variant g --target tfjs -o cd2fsan-g")
    .action(async (file: string, options) => finish(await (await import("./build.ts")).build(file, options)));

  engineOptions(variantOption(netc.command("run").argument("<file>", "a .net file")))
    .summary("builds in memory and runs it")
    .description("builds in memory and runs with ONNX Runtime, or with TensorFlow.js: pictures, .npy arrays, text")
    .option("--input <name=path>", "an input: a picture (.png, .jpg, .tif), a .npy array, or name=\"some text\" for word inputs (may be repeated)", collect, [])
    .option("--weights <file>", "weights from a .safetensors file")
    .option("--seed <n>", "seed of the initial weights where none are given", whole(0), 0)
    .option("-o, --output <folder>", "where the outputs go, as .npy and, for maps, .png", "out")
    .option("-q, --quiet", "print nothing when all is well")
    .addHelpText("after", "\nExample:\n  netc run models/cd2fsan.net --variant g --input image=examples/aerial.png --input words=\"the red roof beside the road\"")
    .action(async (file: string, options) => finish(await (await import("./run.ts")).run(file, options)));

  variantOption(netc.command("summary").argument("<file>", "a .net file"))
    .summary("parameters, MACs and memory")
    .description("parameters, MACs and memory, per block and in total (--variant all: side by side)")
    .option("--depth <n>", "how deep blocks are listed", whole(0), 1)
    .option("--symbolic", "formulas in the free sizes instead of numbers")
    .option("--batch <n>", "batch size (the axis B) of the training memory; as for inference unless given", whole(1))
    .option("--size <name=n>", "a number for a free size (may be repeated)", collect, [])
    .addOption(new Option("--format <format>", "how it is written").choices(["human", "json", "markdown"]).default("human"))
    .addHelpText("after", "\nMACs are multiply-accumulates (what papers print as FLOPs); FLOPs are 2 MACs plus all other arithmetic.\n\nExample:\n  netc summary models/cd2fsan.net --variant g --depth 2\n  netc summary models/cd2fsan.net --variant g --batch 8\n  netc summary models/cd2fsan.net --variant all --format markdown")
    .action(async (file: string, options) => finish((await import("./summary.ts")).summary(file, options)));

  netc.command("diff").argument("<files...>", "a .net file, or two")
    .summary("what changed between two variants")
    .description("what changed between two variants, or two files: blocks, shapes, parameters, MACs")
    .option("--model <name>", "which model of the file or files")
    .option("--from <name>", "the first variant, a row of an ablation; the defaults unless given")
    .option("--to <name>", "the second variant; the defaults unless given")
    .option("--set <key=value>", "a config key of the second (may be repeated)", collect, [])
    .option("--depth <n>", "how deep blocks are listed; all unless given", whole(0), Infinity)
    .option("--parameters", "list every parameter of added and removed blocks too")
    .option("--size <name=n>", "a number for a free size (may be repeated)", collect, [])
    .addOption(new Option("--format <format>", "how it is written").choices(["human", "json", "markdown"]).default("human"))
    .addHelpText("after", "\n+ added, - removed, ~ changed, > moved, = unchanged. Exit code 0 whether or not there are differences.\n\nExample:\n  netc diff models/cd2fsan.net --from d --to f\n  netc diff old.net new.net --format markdown")
    .action(async (files: string[], options) => finish((await import("./diff.ts")).diff(files, options)));

  netc.command("view").argument("<file>", "a .net file")
    .summary("the graph, in the browser or as a picture")
    .description("the graph in the browser: blocks to unfold, shapes, costs, source; also as one file or a picture")
    .option("--model <name>", "which model of the file")
    .option("--variant <name>", "a row of an ablation, by its name")
    .option("--from <name>", "show what changed since this variant")
    .option("--to <name>", "with --from: the variant that is shown")
    .option("--set <key=value>", "a config key of the variant that is shown (may be repeated)", collect, [])
    .option("--size <name=n>", "a number for a free size (may be repeated)", collect, [])
    .option("-o, --output <path>", "write PAGE.html, a page with everything in it, or GRAPH.svg, a picture")
    .option("--depth <n>", "of a picture: how many levels of blocks are drawn; 1 unless given", whole(1))
    .option("--port <n>", "the port of the local server; a free one unless given", whole(0, 65535), 0)
    .option("--no-open", "do not open the browser")
    .addOption(new Option("--stdio", "speak with an editor over standard input and output").hideHelp())
    .option("-q, --quiet", "print the address or path alone")
    .addHelpText("after", "\nThe server listens on this machine alone, under an address with a random token, and follows the file, with errors or without.\n\nExample:\n  netc view models/cd2fsan.net --variant g\n  netc view models/cd2fsan.net --from g --variant g --set bases=2\n  netc view models/cd2fsan.net --from d --to f\n  netc view models/cd2fsan.net --output graph.svg --depth 2")
    .action(async (file: string, options) => finish(await (await import("./view.ts")).view(file, options)));

  const data = netc.command("data").argument("<folder>", "a data folder: RRSIS-D, RefSegRS, RISBench, train.jsonl with PNG masks, or train/FIELD.npy")
    .description("counts and checks a data set, or draws one")
    .option("--model <file>", "a .net file: check against the data of its training section")
    .option("--split <name>", "train, val or test; all unless given")
    .option("--contact-sheet <path>", "write a PNG of pictures with masks and sentences")
    .option("--samples <n>", "how many the contact sheet shows", whole(1, 400), 24)
    .addOption(new Option("--format <format>", "how it is written").choices(["human", "json"]).default("human"))
    .addHelpText("after", "\nOpens every picture and mask, and names each file that is wrong. Exit code 1 when a sample cannot be used.\n\nExample:\n  netc data generate out/aerial --count 200 --size 480\n  netc data out/aerial --model models/cd2fsan.net --contact-sheet out/sheet.png")
    .action(async (folder: string, options) => finish(await (await import("./data.ts")).data(folder, options)));
  data.command("generate").argument("<folder>", "where to")
    .description("draws a synthetic data set of aerial scenes, with sentences that mean one object each")
    .addOption(new Option("--layout <name>", "as which data set").choices(["rrsisd", "refsegrs", "risbench", "folder"]).default("folder"))
    .option("--count <n>", "how many samples: 70 % train, 10 % val, 20 % test", whole(1, 1_000_000), 200)
    .option("--size <n>", "side of the pictures in pixels", whole(64, 800), 480)
    .option("--seed <n>", "another seed, another data set; the same seed, the same bytes", whole(0), 0)
    .option("--easy", "two or three large objects of different colours, and short sentences: to try out a training")
    .option("--force", "replace a folder that is there")
    .option("-q, --quiet", "print nothing when all is well")
    .addHelpText("after", "\nExample:\n  netc data generate out/aerial --layout rrsisd --count 100 --size 480 --seed 1")
    .action(async (folder: string, options) => finish(await (await import("./data.ts")).generate(folder, options)));

  needs(engineOptions(variantOption(netc.command("train").argument("<file>", "a .net file"))), "data")
    .summary("trains a model on a data folder")
    .description("trains a model by its training section on a data folder")
    .option("--data <folder>", "a data folder, as `netc data` knows them")
    .option("--out <folder>", "the run: checkpoints, logs, weights; default: runs/MODEL-VARIANT")
    .option("--resume", "go on with the run in that folder")
    .option("--weights <file>", "first values of weights, by path: a .safetensors file of `netc weights` or of another run")
    .option("--seed <n>", "of first weights, order and augmentation", whole(0, 1_000_000), 0)
    .option("--steps <n>", "instead of the section's epochs or steps", whole(1))
    .option("--batch <n>", "instead of the section's batch", whole(1))
    .option("--memory <size>", "what it may take, such as 8GB: more is computed again until it fits", parseBytes)
    .option("--plan", "print what a step takes of memory and what it computes again, and train nothing")
    .option("--threads <n>", "threads of the engine; the number of cores unless given", whole(1, 256))
    .addOption(deviceOption())
    .option("--workers <n>", "threads that read data; 1 unless given", whole(0, 64), 1)
    .option("-q, --quiet", "print nothing when all is well")
    .addHelpText("after", "\nStop it with Ctrl-C: it saves what it has, and --resume goes on with the very next step. After a kill it goes on from the last epoch.\n\nExample:\n  netc data generate out/aerial --count 200 --size 64\n  netc train examples/small_cd2fsan.net --data out/aerial --out runs/small\n  netc train examples/small_cd2fsan.net --data out/aerial --out runs/small --resume")
    .action(async (file: string, options) => finish(await (await import("./train.ts")).train(file, options)));

  needs(engineOptions(variantOption(netc.command("evaluate").argument("<file>", "a .net file"))), "data", "weights")
    .summary("its metrics over a data folder")
    .description("the metrics of the training section, over a split of a data folder")
    .option("--data <folder>", "a data folder")
    .option("--weights <file>", "trained weights: RUN/weights.safetensors")
    .option("--split <name>", "train, val or test", "test")
    .option("--threads <n>", "threads of the engine; the number of cores unless given", whole(1, 256))
    .addOption(deviceOption())
    .addOption(new Option("--format <format>", "how it is written").choices(["human", "json"]).default("human"))
    .addHelpText("after", "\nHow each metric is counted: docs/metrics.md.\n\nExample:\n  netc evaluate examples/small_cd2fsan.net --data out/aerial --weights runs/small/weights.safetensors --split val")
    .action(async (file: string, options) => finish(await (await import("./evaluate.ts")).evaluate(file, options)));

  needs(engineOptions(variantOption(netc.command("predict").argument("<file>", "a .net file"))), "image", "text", "weights")
    .description("a mask for a picture and a sentence")
    .option("--image <file>", "a JPEG, PNG or TIFF picture")
    .option("--text <sentence>", "what is meant")
    .option("--weights <file>", "trained weights: RUN/weights.safetensors")
    .option("--threshold <x>", "foreground is above this; the section's unless given", (text) => {
      const value = Number(text);
      if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("a number from 0 to 1");
      return value;
    })
    .addOption(deviceOption())
    .option("-o, --output <path>", "the mask; beside it, PATH-over.png, the picture with it", "mask.png")
    .option("-q, --quiet", "print nothing when all is well")
    .addHelpText("after", "\nExample:\n  netc predict examples/small_cd2fsan.net --weights runs/small/weights.safetensors --image aerial.png --text \"the red ship\" -o ship.png")
    .action(async (file: string, options) => finish(await (await import("./predict.ts")).predict(file, options)));

  needs(engineOptions(netc.command("ablate").argument("<file>", "a .net file").argument("<table>", "an ablation of it, such as table4")), "data")
    .summary("trains and tabulates an ablation")
    .description("trains every row of an ablation and makes the table")
    .option("--data <folder>", "a data folder")
    .option("--model <name>", "which model of the file")
    .option("--seeds <n>", "runs of each row; the table has mean and deviation", whole(1, 1000), 1)
    .option("--rows <names>", "some rows, such as a,d,g")
    .option("--out <folder>", "where to; default: runs/MODEL-TABLE")
    .option("--resume", "go on: what is done is not done again")
    .option("--weights <file>", "first values of weights, by path: what a row has of it")
    .option("--steps <n>", "instead of the section's epochs or steps", whole(1))
    .option("--batch <n>", "instead of the section's batch", whole(1))
    .option("--threads <n>", "threads of the engine; the number of cores unless given", whole(1, 256))
    .addOption(deviceOption())
    .option("--workers <n>", "threads that read data; 1 unless given", whole(0, 64), 1)
    .option("-q, --quiet", "print nothing when all is well")
    .addHelpText("after", "\nEvery row is checked and costed before the first one starts. Tables: Markdown, CSV and LaTeX, with the difference of each row from its base; curves.svg.\n\nExample:\n  netc ablate models/cd2fsan.net table4 --data rrsis-d --seeds 3\n  netc ablate models/cd2fsan.net table4 --data rrsis-d --seeds 3 --resume")
    .action(async (file: string, table: string, options) => finish(await (await import("./ablate.ts")).ablate(file, table, options)));

  variantOption(netc.command("verify").argument("<file>", "a .net file"))
    .summary("ONNX Runtime and TensorFlow.js against the reference")
    .description("compares ONNX Runtime and TensorFlow.js with the reference: outputs, gradients")
    .option("--artefact <path>", "an .onnx file that `netc build` made of it, which is then compared alone; built in memory unless given")
    .option("--weights <file>", "the weights that it was built with")
    .option("--seed <n>", "the seed that it was built with", whole(0), 0)
    .option("--batches <list>", "batch sizes", "1,2,3")
    .addOption(new Option("--backend <name>", "of TensorFlow.js, which is compared where it is installed").choices(backendChoices))
    .option("-o, --output <path>", "write the certificate, as JSON")
    .option("--large", "also where the reference takes minutes")
    .addOption(new Option("--format <format>", "how it is written").choices(["human", "json"]).default("human"))
    .addHelpText("after", "\nThe reference computes the graph before any pass in double precision. Exit code 1 when a difference is larger than is allowed.\n\nExample:\n  netc verify examples/unet.net --batches 1,2 -o certificate.json")
    .action(async (file: string, options) => finish(await (await import("./verify.ts")).verify(file, options)));
  variantOption(netc.command("weights").argument("<file>", "a .net file with a weights plan"))
    .description("imports a checkpoint by the weights plan")
    .option("--from <checkpoint>", "of torch.save (.pt, .pth), a TorchScript archive, or .safetensors")
    .option("--plan", "print what happens to each weight (always, unless --out is given)")
    .option("--name <plan>", "which weights plan; the one that fits the checkpoint best unless given")
    .option("--out <path>", "write the weights: a .safetensors file for --weights")
    .option("--seed <n>", "seed of the weights that the plan begins fresh", whole(0), 0)
    .addOption(new Option("--format <format>", "how it is written").choices(["human", "json"]).default("human"))
    .option("-q, --quiet", "no summary")
    .addHelpText("after", "\nNothing in a checkpoint is executed. 16-bit and 64-bit floats become 32-bit ones.\n\nExample:\n  netc weights models/cd2fsan.net --from ViT-B-16.pt --plan\n  netc weights models/cd2fsan.net --variant g --from ViT-B-16.pt --out weights.safetensors")
    .action(async (file: string, options) => finish((await import("./weights.ts")).weights(file, options)));

  variantOption(netc.command("why").argument("<place>", "FILE:LINE:COLUMN of an expression or a binding"))
    .summary("where a size comes from, step by step")
    .description("where a size comes from, step by step, through blocks, imports and families")
    .option("--axis <name>", "of this axis alone")
    .addHelpText("after", "\nNumbers are those of the defaults, or of --variant.\n\nExample:\n  netc why models/cd2fsan.net:200:7\n  netc why models/cd2fsan.net:200:7 --axis Y --variant a")
    .action(async (place: string, options) => finish((await import("./why.ts")).why(place, options)));

  netc.command("fmt").argument("[files...]", ".net files, or folders with such files")
    .summary("formats files in place")
    .description("formats files in place: one layout, no options; comments stay where they are")
    .option("--check", "change nothing; list the files that would change, and exit with 1 if there are any")
    .option("--stdin", "format standard input to standard output")
    .option("-q, --quiet", "print errors alone")
    .addHelpText("after", "\nA file with a syntax error is left alone; the others are formatted all the same, and the exit code is 2.\nOne empty line between two statements is kept, and so are short `match` and `config` on one line, where you wrote them so.\nPrettier users: prettier --plugin netc/prettier writes the same.\n\nExample:\n  netc fmt .\n  netc fmt --check models examples\n  netc fmt --stdin < net.net")
    .action(async (files: string[], options) => finish((await import("./format.ts")).formatFiles(files, options)));

  netc.command("explain").argument("[code]", "such as NET0301; none lists all")
    .summary("the page of a diagnostic")
    .description("the page of a diagnostic: the rule, a wrong and a right example")
    .addHelpText("after", "\nExample:\n  netc explain NET0301")
    .action(async (code: string | undefined) => finish((await import("./explain.ts")).explain(code)));

  netc.command("init").argument("[folder]", "where to", ".")
    .description("a starter program")
    .addHelpText("after", "\nExample:\n  netc init my-network")
    .action(async (folder: string) => finish((await import("./init.ts")).init(folder)));

  netc.command("lsp")
    .summary("the language server, for an editor")
    .description("the language server: diagnostics, completion and the rest, for an editor")
    .option("--stdio", "speak over standard input and output")
    .addHelpText("after", "\nRecipes for editors are in docs/editors.md.\n\nExample:\n  netc lsp --stdio")
    .action(async (options) => finish(await (await import("./lsp.ts")).lsp(options)));

  const demo = netc.command("demo", { hidden: true }).argument("[folder]", "where to", "out/demo").action(async (folder: string) => finish(await (await import("./demo.ts")).demo(folder)));
  demo.command("train").argument("[folder]", "where to", "out/demo-train")
    .description("trains a small model on a drawn data set, stops a training and goes on with it")
    .option("--count <n>", "samples to draw", whole(8), 1000)
    .option("--steps <n>", "of the training", whole(2), 300)
    .option("--stop-after <n>", "steps before the second training is stopped", whole(1), 10)
    .option("--file <file>", "another model, of pictures of 64 × 64")
    .action(async (folder: string, options) => finish(await (await import("./demo-train.ts")).demoTrain(folder, options)));
  netc.command("info").description("versions, for a bug report").action(async () => finish((await import("./info.ts")).info()));
  return netc;
}

export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const netc = program((finished) => (code = finished));
  netc.exitOverride();
  for (const command of netc.commands.flatMap((own) => [own, ...own.commands])) command.exitOverride().showSuggestionAfterError();
  try {
    await netc.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError || error instanceof ProgramError) {
      process.stderr.write(`netc: ${error.message}\n${error.help ? `  help: ${error.help}\n` : ""}`);
      return error instanceof UsageError ? 2 : 1;
    }
    const fault = error as Error;
    process.stderr.write(`netc: a fault of netc itself: ${fault.message}\n  please report it with the output of \`netc info\`\n`);
    if (process.env["NETC_DEBUG"]) process.stderr.write(`${fault.stack ?? ""}\n`);
    return 2;
  }
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0); // the reader, `head` say, has seen enough
});
void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
