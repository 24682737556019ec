/** The backends of TensorFlow.js by the names that a person gives them, in the order in which they are asked for. */
export const backendNames = ["node-gpu", "node", "wasm", "cpu"] as const;
export type BackendName = (typeof backendNames)[number];
export type BackendChoice = "auto" | BackendName;
export const backendChoices: readonly BackendChoice[] = ["auto", ...backendNames];

/** The version of every package of TensorFlow.js. */
export const tensorflowVersion = "4.22.0";
