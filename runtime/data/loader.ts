/**
 * Batches, decoded and augmented ahead of the step that takes them. A batch has a slot of shared memory; worker threads fill its places, and the
 * caller gets a copy. There is one slot more than batches ahead, so memory is bounded and a slow step stops the workers, not the other way round.
 *
 * What a batch holds is a function of (data set, contract, seed, epoch, step): the number of workers changes nothing but the time.
 */
import { Worker } from "node:worker_threads";
import type { DataContract } from "../../compiler/training/description.ts";
import { encodeText } from "../tokenizer.ts";
import { drawAugmentation, swapSides, type Augmentation } from "./augment.ts";
import type { Batch, LoadedSample, Loader } from "./batch.ts";
import { DataError } from "./errors.ts";
import { loadSample } from "./load-sample.ts";
import { placeOf, type Answer, type Job, type Request, type SlotMemory, type WorkerStart } from "./messages.ts";
import { batchesPerEpoch, fewerPerBatch, following, indicesOf, type Order } from "./order.ts";
import { rolesOf, type Roles } from "./roles.ts";
import type { Sample } from "./sample.ts";
import { workerAddress } from "./worker-address.ts";

export interface LoaderOptions {
  /** Of one split. */
  readonly samples: readonly Sample[];
  readonly contract: DataContract;
  readonly seed: number;
  readonly batch: number;
  /** Training: in an order of chance, augmented, full batches only. Otherwise: the order of the files, as they are, all of them. */
  readonly training: boolean;
  /** Threads; 1 unless given. 0: in the caller's thread, when a batch is asked for. */
  readonly workers?: number;
  /** Batches that are made before they are asked for; 2 unless given. */
  readonly ahead?: number;
}

export type { Batch, LoadedSample, Loader } from "./batch.ts";

/** Jobs that a thread has at once: while the picture of one is decoded in the background, the other is resized. */
const jobsPerWorker = 2;

export function createLoader(options: LoaderOptions): Loader {
  return new ThreadedLoader(options);
}

/** A batch on its way. */
interface Pending {
  readonly epoch: number;
  readonly step: number;
  readonly slot: number;
  readonly samples: (LoadedSample | undefined)[];
  /** Jobs that have not been answered. */
  left: number;
  /** Nobody wants it any more; its slot is free when its jobs are done. */
  dropped: boolean;
  /** The first sample that was wrong; said when no job writes into the slot any more. */
  problem: Error | undefined;
  readonly done: Promise<void>;
  readonly finish: (error?: Error) => void;
}

class ThreadedLoader implements Loader {
  readonly batchesPerEpoch: number;
  waited = 0;
  taken = 0;
  private readonly options: LoaderOptions;
  private readonly roles: Roles;
  private readonly order: Order;
  private readonly ahead: number;
  private readonly memory: readonly SlotMemory[];
  private readonly free: number[];
  private pending: Pending[] = [];
  private readonly threads: Thread[];
  private queue: Job[] = [];
  private readonly jobs = new Map<number, { readonly pending: Pending; readonly place: number; readonly index: number; readonly augmentation: Augmentation | undefined }>();
  private nextJob = 0;
  private broken: Error | undefined;
  private slotFreed: (() => void) | undefined;

  constructor(options: LoaderOptions) {
    this.options = options;
    this.roles = rolesOf(options.contract);
    const { samples, batch, seed, training, workers = 1 } = options;
    this.order = { count: samples.length, batch, seed, sequential: !training };
    this.batchesPerEpoch = batchesPerEpoch(this.order);
    if (this.batchesPerEpoch === 0) throw new DataError(samples[0]?.origin.replace(/:\d+$/, "") ?? "the data set", `${samples.length === 1 ? "1 sample does" : `${samples.length} samples do`} not fill a batch of ${batch}`, fewerPerBatch);
    this.ahead = workers === 0 ? 0 : (options.ahead ?? 2);
    const { picture, target } = this.roles;
    this.memory = Array.from({ length: this.ahead + 1 }, () => ({
      pictures: new SharedArrayBuffer(4 * batch * 3 * picture.height * picture.width),
      targets: new SharedArrayBuffer(target ? 4 * batch * target.height * target.width : 0),
    }));
    this.free = this.memory.map((_, slot) => slot);
    const start: WorkerStart = { roles: this.roles, slots: this.memory };
    this.threads = Array.from({ length: workers }, () => startThread(start, (answer) => this.answered(answer), (error) => this.breakDown(error)));
  }

  async batch(epoch: number, step: number): Promise<Batch> {
    if (this.broken) throw this.broken;
    const from = performance.now();
    for (const { worker } of this.threads) worker.ref(); // while somebody waits, the process stays alive; otherwise a loader that was not closed does not hold it
    try {
      const at = this.pending.findIndex((entry) => entry.epoch === epoch && entry.step === step);
      this.drop(at < 0 ? this.pending.length : at);
      const wanted = this.pending[0] ?? (await this.startNow(epoch, step));
      this.fillAhead(wanted);
      let result: Batch;
      try {
        await wanted.done;
        result = this.copy(wanted);
      } finally {
        this.release(wanted);
      }
      this.fillAhead(wanted);
      this.taken++;
      return result;
    } finally {
      for (const { worker } of this.threads) worker.unref();
      this.waited += (performance.now() - from) / 1000;
    }
  }

  async close(): Promise<void> {
    this.breakDown(new Error("the data loader was closed"));
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  /** Gives up the first batches that were made ahead: the caller went on elsewhere. */
  private drop(count: number): void {
    for (const entry of this.pending.splice(0, count)) {
      entry.dropped = true;
      const queued = new Set(this.queue.filter((job) => this.jobs.get(job.id)?.pending === entry));
      for (const { id } of queued) this.jobs.delete(id);
      this.queue = this.queue.filter((job) => !queued.has(job));
      entry.left -= queued.size;
      if (entry.left === 0) this.free.push(entry.slot);
    }
  }

  /** A batch that was not made ahead. */
  private async startNow(epoch: number, step: number): Promise<Pending> {
    while (this.free.length === 0 && !this.broken) await new Promise<void>((resolve) => (this.slotFreed = resolve));
    if (this.broken) throw this.broken;
    return this.start(epoch, step);
  }

  private start(epoch: number, step: number): Pending {
    const indices = indicesOf(this.order, epoch, step);
    const slot = this.free.pop()!;
    let finish!: (error?: Error) => void;
    const done = new Promise<void>((resolve, reject) => (finish = (error) => (error ? reject(error) : resolve())));
    done.catch(() => undefined); // it may fail before anybody waits for it
    const entry: Pending = { epoch, step, slot, samples: indices.map(() => undefined), left: indices.length, dropped: false, problem: undefined, done, finish };
    this.pending.push(entry);
    const { samples, seed, training } = this.options;
    indices.forEach((index, place) => {
      const augmentation = training ? drawAugmentation(seed, epoch, index) : undefined;
      const id = this.nextJob++;
      this.jobs.set(id, { pending: entry, place, index, augmentation });
      const { image, mask } = samples[index];
      this.queue.push({ id, slot, place, sample: { image, mask }, augmentation });
    });
    this.dispatch();
    return entry;
  }

  private fillAhead({ epoch, step }: { readonly epoch: number; readonly step: number }): void {
    let last: { readonly epoch: number; readonly step: number } = this.pending[this.pending.length - 1] ?? { epoch, step };
    while (!this.broken && this.free.length > 0 && this.pending.length <= this.ahead && this.ahead > 0) {
      last = following(this.order, last.epoch, last.step);
      if (this.order.sequential && last.epoch !== epoch) return; // an evaluation is one pass
      this.start(last.epoch, last.step);
    }
  }

  private dispatch(): void {
    if (this.threads.length === 0) {
      for (const job of this.queue.splice(0)) void this.workHere(job);
      return;
    }
    while (this.queue.length > 0) {
      const idle = this.threads.reduce((least, thread) => (thread.running < least.running ? thread : least));
      if (idle.running >= jobsPerWorker) return;
      idle.send(this.queue.shift()!);
    }
  }

  private async workHere({ id, slot, place, sample, augmentation }: Job): Promise<void> {
    const { picture, target } = placeOf(this.memory[slot], this.roles, place);
    try {
      this.answered({ id, letterbox: await loadSample(sample, augmentation, this.roles, picture, target) });
    } catch (error) {
      this.answered({ id, problem: (error as Error).message, file: error instanceof DataError ? error.file : undefined });
    }
  }

  private answered(answer: Answer): void {
    const job = this.jobs.get(answer.id);
    this.jobs.delete(answer.id);
    this.dispatch();
    if (!job) return;
    const { pending, place, index, augmentation } = job;
    pending.left--;
    if ("letterbox" in answer) {
      const sample = this.options.samples[index];
      pending.samples[place] = { sample, index, augmentation, letterbox: answer.letterbox, sentence: augmentation?.mirrored ? swapSides(sample.sentence) : sample.sentence };
    } else {
      // The message begins with the file already.
      const { origin } = this.options.samples[index];
      pending.problem ??= answer.file === undefined ? new Error(answer.problem) : new DataError(answer.file, `${answer.problem.replace(`${answer.file}: `, "")} (sample ${origin})`);
    }
    if (pending.left > 0) return;
    if (pending.dropped) {
      this.free.push(pending.slot);
      this.slotFreed?.();
    } else pending.finish(pending.problem);
  }

  private release(entry: Pending): void {
    this.pending = this.pending.filter((other) => other !== entry);
    this.free.push(entry.slot);
  }

  private copy({ slot, samples }: Pending): Batch {
    const { picture, words, target } = this.roles;
    const feeds: Record<string, Float32Array | Int32Array> = {};
    const size = samples.length * 3 * picture.height * picture.width;
    feeds[picture.name] = new Float32Array(this.memory[slot].pictures, 0, size).slice();
    if (target) feeds[target.name] = new Float32Array(this.memory[slot].targets, 0, samples.length * target.height * target.width).slice();
    const loaded = samples as readonly LoadedSample[];
    if (words) {
      const ids = new Int32Array(samples.length * words.length);
      loaded.forEach(({ sentence }, i) => ids.set(encodeText(sentence, words.length), i * words.length));
      feeds[words.name] = ids;
    }
    return { feeds, samples: loaded, count: loaded.length };
  }

  /** Everything that is waited for fails, now and later. */
  private breakDown(error: Error): void {
    this.broken ??= error;
    this.queue = [];
    for (const entry of this.pending) entry.finish(this.broken);
    this.slotFreed?.();
  }
}

interface Thread {
  readonly worker: Worker;
  readonly running: number;
  send(job: Job): void;
  close(): Promise<void>;
}

/** A thread that ends before it is told to is an error, not a wait without end. */
function startThread(start: WorkerStart, answered: (answer: Answer) => void, died: (error: Error) => void): Thread {
  const worker = new Worker(workerAddress("loader-worker"), { workerData: start, name: "netc data" });
  let running = 0;
  let closing = false;
  let gone = false;
  const ended = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      gone = true;
      resolve();
      if (!closing) died(new Error(`a thread that loads data stopped with exit code ${code}`));
    });
  });
  worker.on("error", (error) => died(new Error(`a thread that loads data failed: ${error.message}`)));
  worker.on("message", (answer: Answer) => {
    running--;
    answered(answer);
  });
  worker.unref();
  const post = (request: Request): void => worker.postMessage(request);
  return {
    worker,
    get running() {
      return running;
    },
    send(job) {
      running++;
      post({ kind: "job", job });
    },
    async close() {
      closing = true;
      if (gone) return;
      worker.ref();
      post({ kind: "close" });
      const late = setTimeout(() => void worker.terminate(), 5000);
      await ended;
      clearTimeout(late);
    },
  };
}
