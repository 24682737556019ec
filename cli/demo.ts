/** `npm run demo`: the main job from end to end on the flagship: check, cost, compile, run at two batch sizes, draw, and one error. */
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { createCompilation } from "../compiler/compilation.ts";
import { costOf, sizeAt } from "../compiler/cost.ts";
import { ansiColours, noColours, renderHuman } from "../compiler/diagnostics/render-human.ts";
import { createEngine, type EngineTensor } from "../runtime/engine.ts";
import { pictureTensor } from "../runtime/inputs/picture-input.ts";
import { formatPng, parsePicture, resizePicture } from "../runtime/pictures.ts";
import { encodeText } from "../runtime/tokenizer.ts";
import { onnxOf } from "./build.ts";
import { inferenceGraph } from "./inference-graph.ts";
import { right, withMistake, wrong } from "./demo-change.ts";
import { fileHost } from "./host.ts";
import { normalised } from "./model-inputs.ts";
import { bytesText, endProgress, grouped, progress, useColours, writeWhole } from "./output.ts";
import { writeArtefact } from "./artefact.ts";
import { maskPicture } from "./run.ts";
import { layOut } from "../runtime/reports/columns.ts";
import { packageFolder } from "./version.ts";
import { weightsOf } from "./weights-source.ts";

const sentences = ["the red roof beside the road", "the pond in the lower right corner", "a grey building at the crossing"];

export async function demo(output: string): Promise<number> {
  const begin = performance.now();
  const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const colours = useColours(process.stdout) ? ansiColours : noColours;
  const title = (text: string): void => say(`\n${colours.strong(text)}`);
  const file = relative(process.cwd(), join(packageFolder, "models", "cd2fsan.net"));
  mkdirSync(output, { recursive: true });

  title(`1. Check ${file}: every block for all sizes, every variant`);
  let start = performance.now();
  const compilation = createCompilation(fileHost, [file]);
  const diagnostics = compilation.diagnostics();
  for (const diagnostic of diagnostics) say(renderHuman(diagnostic, colours));
  const [model] = compilation.models;
  const variants = compilation.variantsOf(model).filter((variant) => variant.table === "table4");
  say(`   ${diagnostics.length} diagnostics in the defaults and the variants ${variants.map((variant) => variant.name).join(", ")} (${seconds(start)})`);

  title("2. What each variant of table 4 costs (480 × 480, 22 words, batch 1)");
  start = performance.now();
  const rows = [["", "variant", "parameters", "GMACs"]];
  for (const variant of variants) {
    const cost = costOf(compilation.lower(model, variant).graph);
    const one = new Map([["B", 1]]);
    rows.push([variant.name, variant.title, grouped(sizeAt(cost.parameters, one)), (sizeAt(cost.macs, one) / 1e9).toFixed(3)]);
  }
  for (const line of layOut(rows, false, 2)) say(`   ${line}`);
  say(`   the paper gives (g) 197.54 M and 148.20 G (${seconds(start)})`);

  title("3. Compile (g) to ONNX: seeded weights, symbolic batch");
  start = performance.now();
  const full = variants.find((variant) => variant.name === "g")!;
  const graph = inferenceGraph(compilation, model, full, new Map());
  const path = join(output, "cd2fsan-g.onnx");
  progress("   writing weights …");
  const artefact = onnxOf(model, full, graph, { weights: { kind: "values", of: weightsOf(graph, undefined, 0) }, external: "cd2fsan-g.onnx.data" });
  writeArtefact(artefact, path);
  endProgress();
  say(`   ${path}: ${artefact.nodeCount} nodes, opset ${artefact.opset}, ${bytesText(artefact.model.length)}; weights beside it, ${bytesText(artefact.externalData?.length ?? 0)} (${seconds(start)})`);

  title("4. Run it in ONNX Runtime, one file at batch 1 and batch 3");
  start = performance.now();
  progress("   loading …");
  const engine = await createEngine(path);
  endProgress();
  const picture = resizePicture(await parsePicture(readFileSync(join(packageFolder, "examples", "aerial.png"))), 480, 480);
  const words = (list: readonly string[]): EngineTensor => {
    const data = new Int32Array(22 * list.length);
    list.forEach((sentence, i) => data.set(encodeText(sentence, 22), 22 * i));
    return { dtype: "i32", shape: [list.length, 22], data };
  };
  const masks: Float32Array[] = [];
  say(`   loaded (${seconds(start)})`);
  for (const sentence of sentences) {
    start = performance.now();
    progress(`   ${sentence} …`);
    const { mask } = await engine.run({ image: pictureTensor(normalised(picture)), words: words([sentence]) });
    endProgress();
    masks.push(mask.data as Float32Array);
    say(`   batch 1  "${sentence}" → mask [${mask.shape.join(", ")}] (${seconds(start)})`);
  }
  start = performance.now();
  progress("   batch 3 …");
  const { mask } = await engine.run({ image: pictureTensor(normalised(picture), 3), words: words(sentences) });
  endProgress();
  let difference = 0;
  const together = mask.data as Float32Array;
  masks.forEach((one, b) => one.forEach((value, i) => (difference = Math.max(difference, Math.abs(value - together[b * one.length + i])))));
  say(`   batch 3  all three → mask [${mask.shape.join(", ")}] (${seconds(start)}); largest difference to the single runs ${difference.toExponential(1)}`);
  await engine.dispose();
  const drawing = join(output, "mask.png");
  writeWhole(drawing, [formatPng(maskPicture(mask, picture))]);
  say(`   the first mask over the picture: ${drawing} (the weights are untrained: it shows that the graph runs, not what it could learn)`);

  title("5. What netc is for: the same model with one line changed");
  const broken = join(output, "cd2fsan-broken.net");
  writeWhole(broken, [withMistake(readFileSync(file, "utf8"))]);
  writeWhole(join(output, "clip.net"), [readFileSync(join(packageFolder, "models", "clip.net"), "utf8")]);
  say(`   ${right}\n   ${wrong}      ← ${broken}\n`);
  for (const diagnostic of createCompilation(fileHost, [broken]).diagnostics()) say(renderHuman(diagnostic, colours));
  say(`\nDone in ${seconds(begin)}. Next: edit ${file} and run \`npx netc check ${file}\`.`);
  return difference <= 1e-4 && diagnostics.length === 0 ? 0 : 1;
}
