/**
 * Whether two results are one up to rounding: within 1e-4 of the largest number of the tensor (or of 1, where all are smaller). A result that moves as
 * far when every step on the way is rounded says nothing about either side: it is told apart, not passed.
 */
import type { TensorData } from "../../compiler/ir/graph.ts";

const tolerance = 1e-4;

export function agreement(own: TensorData, wanted: TensorData, rounded: () => TensorData): "agree" | "ill-conditioned" | "not finite" | string {
  let [largest, worst, at] = [1, 0, 0];
  for (let i = 0; i < wanted.data.length; i++) {
    if (!Number.isFinite(wanted.data[i]) || Math.abs(wanted.data[i]) > 1e30) return "not finite";
    largest = Math.max(largest, Math.abs(wanted.data[i]));
    const distance = Number.isFinite(own.data[i]) ? Math.abs(own.data[i] - wanted.data[i]) : Infinity;
    if (distance > worst) [worst, at] = [distance, i];
  }
  if (worst <= tolerance * largest) return "agree";
  const moved = rounded().data.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted.data[i])), 0);
  if (worst <= 20 * moved) return "ill-conditioned";
  return `element ${at} is ${own.data[at]}, and the interpreter has ${wanted.data[at]} (largest ${largest}, moved by rounding ${moved})`;
}
