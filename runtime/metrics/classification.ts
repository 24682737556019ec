/** The metrics of programs that choose among classes: accuracy, and the perplexity of a language model. */

export interface Accuracy {
  /**
   * Counts rows: `scores` are [rows, classes], row-major, `labels` one class for each row. The greatest score of a row is its answer, the first of equal
   * ones, as NumPy's argmax; a row with a NaN is wrong. Throws a RangeError when sizes do not fit or a label is no class.
   */
  add(scores: Float32Array, labels: Int32Array | readonly number[], classes: number): void;
  /** The share of rows that were right. Throws a RangeError when nothing was counted. */
  result(): { readonly rows: number; readonly right: number; readonly accuracy: number };
}

/** An empty count. */
export function createAccuracy(): Accuracy {
  let [rows, right] = [0, 0];
  return {
    add(scores, labels, classes) {
      if (scores.length !== labels.length * classes) throw new RangeError(`${scores.length} scores are not ${labels.length} rows of ${classes} classes`);
      for (let row = 0; row < labels.length; row++) {
        const label = labels[row];
        if (!(Number.isInteger(label) && label >= 0 && label < classes)) throw new RangeError(`label ${label} is none of ${classes} classes, which count from 0`);
        rows++;
        if (greatest(scores.subarray(row * classes, (row + 1) * classes)) === label) right++;
      }
    },
    result() {
      if (rows === 0) throw new RangeError("there is no accuracy of no rows");
      return { rows, right, accuracy: right / rows };
    },
  };
}

/** The place of the greatest number, the first of equal ones; undefined when one is NaN. */
function greatest(row: Float32Array): number | undefined {
  let best = 0;
  for (let i = 0; i < row.length; i++) {
    if (Number.isNaN(row[i])) return undefined;
    if (row[i] > row[best]) best = i;
  }
  return best;
}

export interface Perplexity {
  /** `loss`: the mean cross-entropy, in nats, of `count` predictions. */
  add(loss: number, count?: number): void;
  /** e to the mean loss over all predictions. Throws a RangeError when nothing was counted. */
  result(): { readonly count: number; readonly loss: number; readonly perplexity: number };
}

/** An empty mean. */
export function createPerplexity(): Perplexity {
  let [sum, total] = [0, 0];
  return {
    add(loss, count = 1) {
      if (!(count >= 0)) throw new RangeError(`a loss of ${count} predictions cannot be counted`);
      sum += loss * count;
      total += count;
    },
    result() {
      if (total === 0) throw new RangeError("there is no perplexity of no predictions");
      return { count: total, loss: sum / total, perplexity: Math.exp(sum / total) };
    },
  };
}
