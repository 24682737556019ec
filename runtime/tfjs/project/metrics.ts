/** How predictions are counted: metrics/segmentation.ts by overlap of masks, metrics/classification.ts by right answers; metrics/names.ts says what each is called. */
export { isBetter, metricNames, printMetric } from "../../metrics/names.ts";
export { judged } from "../../training/run.ts";
