/** Choosing by index. The WebAssembly backend gathers wrongly where batches are shared, so there the library counts through all of them. */
import { everywhere, type Forms } from "../form.ts";

export const selectionForms = {
  gather: {
    runsOn: everywhere,
    write: ({ attributes: { batch } }, [x, index], { library }) => (batch === 0 ? `tf.gather(${x}, ${index})` : `${library("gatherRows")}(${x}, ${index}, ${batch})`),
  },
  scatter_add: {
    runsOn: everywhere,
    write: ({ attributes: { batch, size: rows } }, [updates, index], { size, library }) => `${library("scatterAdd")}(${updates}, ${index}, ${batch}, ${size(rows)})`,
  },
  top_k: {
    runsOn: everywhere,
    write: ({ attributes: { axis, k, order } }, [x], { size, library }) => `${library("topK")}(${x}, ${axis}, ${size(k)}, "${order}")`,
  },
} satisfies Partial<Forms>;
