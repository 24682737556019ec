/** The engines by the names that a person gives them. */
export const engines = ["ort", "tfjs"] as const;
export type EngineName = (typeof engines)[number];
