/** What the loader and its worker threads say to each other. Pixels are not among it: they are written into shared memory. */
import type { Augmentation } from "./augment.ts";
import type { Letterbox } from "./letterbox.ts";
import type { Roles } from "./roles.ts";
import type { Sample } from "./sample.ts";

/** A worker's first data: the roles of the fields, and memory of each slot, [batch × picture] and [batch × target] numbers. */
export interface WorkerStart {
  readonly roles: Roles;
  readonly slots: readonly SlotMemory[];
}

export interface SlotMemory {
  readonly pictures: SharedArrayBuffer;
  readonly targets: SharedArrayBuffer;
}

export interface Job {
  readonly id: number;
  readonly slot: number;
  /** The place in the batch. */
  readonly place: number;
  readonly sample: Pick<Sample, "image" | "mask">;
  readonly augmentation: Augmentation | undefined;
}

export type Request = { readonly kind: "job"; readonly job: Job } | { readonly kind: "close" };

/** `file` is set when the sample's files are wrong, and not the program. */
export type Answer = { readonly id: number; readonly letterbox: Letterbox } | { readonly id: number; readonly problem: string; readonly file?: string };

/** The parts of a slot that belong to one place of the batch. */
export function placeOf(memory: SlotMemory, roles: Roles, place: number): { readonly picture: Float32Array; readonly target: Float32Array | undefined } {
  const size = 3 * roles.picture.height * roles.picture.width;
  const targetSize = roles.target ? roles.target.height * roles.target.width : 0;
  return {
    picture: new Float32Array(memory.pictures, 4 * place * size, size),
    target: targetSize ? new Float32Array(memory.targets, 4 * place * targetSize, targetSize) : undefined,
  };
}
