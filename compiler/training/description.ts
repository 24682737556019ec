/** What a training section says, as types of plain data. They stand by themselves, because programs that netc writes have them too. */
import type { Dtype } from "../ir/dtype.ts";

export interface FieldContract {
  readonly name: string;
  readonly dtype: Dtype;
  /** The first axis is the batch. A size is undefined where the program leaves it open. */
  readonly axes: readonly { readonly name: string; readonly size?: number }[];
  /** The values before normalisation; [0, 1] unless the program says otherwise. */
  readonly low: number;
  readonly high: number;
  /** Whether the program says the range. */
  readonly isRanged?: boolean;
  /** The statistics that the values are normalised by: `clip`. */
  readonly normalisedBy?: string;
}

export interface DataContract {
  /** `rrsisd`, `folder` …: the format that the program names. */
  readonly source: string;
  /** The split that the program names: `train`. */
  readonly split?: string;
  readonly fields: readonly FieldContract[];
}

export interface Optimizer {
  readonly kind: "adam" | "adamw" | "sgd";
  readonly learningRate: number;
  /** Of Adam and AdamW: decay of the two moments. */
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Weight decay: added to the gradient (Adam, SGD), or applied to the parameter itself (AdamW). */
  readonly decay: number;
  readonly momentum: number;
  /** The largest norm of all gradients together; undefined: no clipping. */
  readonly clip?: number;
  /** Factors for parameters under a path, in the order of the text: the first that fits counts. */
  readonly groups: readonly { readonly patterns: readonly string[]; readonly quantity: "lr" | "decay"; readonly factor: number }[];
}

export interface Schedule {
  readonly kind: "constant" | "step" | "cosine" | "polynomial";
  /** Of `step`: the epochs at whose beginning the rate is multiplied by `by`. */
  readonly at: readonly number[];
  readonly by: number;
  readonly power: number;
  /** Epochs in which the rate rises linearly, from the first step's share up to 1. */
  readonly warmup: number;
  /** The least factor at the end of `cosine` and `polynomial`. */
  readonly floor: number;
}

export interface MetricRequest {
  readonly name: "oIoU" | "mIoU" | "precision" | "accuracy" | "perplexity";
  /** Of `precision`: the thresholds of IoU. */
  readonly at: readonly number[];
}

export interface TrainingSection {
  readonly data: DataContract;
  readonly weightsPlan?: string;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly epochs?: number;
  readonly steps?: number;
  readonly batch: number;
  /** Batches whose gradients make one step. */
  readonly accumulate: number;
  /** Decay of the moving average of the weights. */
  readonly ema?: number;
  /** Epochs without a better result after which training stops. */
  readonly patience?: number;
  readonly metrics: readonly MetricRequest[];
  /** A prediction counts as foreground above this. */
  readonly threshold: number;
  /** Predictions are brought to the size of the picture before they are counted. */
  readonly atOriginal: boolean;
}
