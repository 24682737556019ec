/**
 * The texts of the files that a written project may have, as they stand in netc: what trains there is what trains here. Which of them a project gets is found
 * by their imports (layout.ts). A test compares the list with what the entries of a project reach.
 */
import compilerFirstValues from "../../compiler/first-values.ts?raw";
import compilerIrDtype from "../../compiler/ir/dtype.ts?raw";
import compilerIrInitializer from "../../compiler/ir/initializer.ts?raw";
import compilerOperatorsRandom from "../../compiler/operators/random.ts?raw";
import compilerTrainingDescription from "../../compiler/training/description.ts?raw";
import compilerTrainingGroups from "../../compiler/training/groups.ts?raw";
import compilerTrainingMoments from "../../compiler/training/moments.ts?raw";
import compilerTrainingRate from "../../compiler/training/rate.ts?raw";
import runtimeCleanText from "../../runtime/clean-text.ts?raw";
import runtimeDataArraysArrayData from "../../runtime/data/arrays/array-data.ts?raw";
import runtimeDataArraysArrayFile from "../../runtime/data/arrays/array-file.ts?raw";
import runtimeDataArraysArrayLoader from "../../runtime/data/arrays/array-loader.ts?raw";
import runtimeDataArraysArraySet from "../../runtime/data/arrays/array-set.ts?raw";
import runtimeDataAugment from "../../runtime/data/augment.ts?raw";
import runtimeDataBatch from "../../runtime/data/batch.ts?raw";
import runtimeDataDecode from "../../runtime/data/decode.ts?raw";
import runtimeDataErrors from "../../runtime/data/errors.ts?raw";
import runtimeDataFormatsFolder from "../../runtime/data/formats/folder.ts?raw";
import runtimeDataFormatsFormat from "../../runtime/data/formats/format.ts?raw";
import runtimeDataFormatsPhrases from "../../runtime/data/formats/phrases.ts?raw";
import runtimeDataFormatsRecognise from "../../runtime/data/formats/recognise.ts?raw";
import runtimeDataFormatsRefSegRs from "../../runtime/data/formats/ref-seg-rs.ts?raw";
import runtimeDataFormatsRisBench from "../../runtime/data/formats/ris-bench.ts?raw";
import runtimeDataFormatsRrsisD from "../../runtime/data/formats/rrsis-d.ts?raw";
import runtimeDataLetterbox from "../../runtime/data/letterbox.ts?raw";
import runtimeDataLoadSample from "../../runtime/data/load-sample.ts?raw";
import runtimeDataLoaderWorker from "../../runtime/data/loader-worker.ts?raw";
import runtimeDataLoader from "../../runtime/data/loader.ts?raw";
import runtimeDataMessages from "../../runtime/data/messages.ts?raw";
import runtimeDataOrder from "../../runtime/data/order.ts?raw";
import runtimeDataPaths from "../../runtime/data/paths.ts?raw";
import runtimeDataPickleNumpy from "../../runtime/data/pickle-numpy.ts?raw";
import runtimeDataPickleOpcodes from "../../runtime/data/pickle-opcodes.ts?raw";
import runtimeDataPickle from "../../runtime/data/pickle.ts?raw";
import runtimeDataPrepare from "../../runtime/data/prepare.ts?raw";
import runtimeDataReferringData from "../../runtime/data/referring-data.ts?raw";
import runtimeDataResample from "../../runtime/data/resample.ts?raw";
import runtimeDataRoles from "../../runtime/data/roles.ts?raw";
import runtimeDataRunLength from "../../runtime/data/run-length.ts?raw";
import runtimeDataSample from "../../runtime/data/sample.ts?raw";
import runtimeDataSource from "../../runtime/data/source.ts?raw";
import runtimeEngineTensor from "../../runtime/engine-tensor.ts?raw";
import runtimeErrors from "../../runtime/errors.ts?raw";
import runtimeInputsArrayInput from "../../runtime/inputs/array-input.ts?raw";
import runtimeInputsFreeSizes from "../../runtime/inputs/free-sizes.ts?raw";
import runtimeInputsModelInput from "../../runtime/inputs/model-input.ts?raw";
import runtimeInputsPictureInput from "../../runtime/inputs/picture-input.ts?raw";
import runtimeInputsReadFile from "../../runtime/inputs/read-file.ts?raw";
import runtimeInputsReadInputs from "../../runtime/inputs/read-inputs.ts?raw";
import runtimeInputsWordsInput from "../../runtime/inputs/words-input.ts?raw";
import runtimeMetricsClassification from "../../runtime/metrics/classification.ts?raw";
import runtimeMetricsNames from "../../runtime/metrics/names.ts?raw";
import runtimeMetricsOverlap from "../../runtime/metrics/overlap.ts?raw";
import runtimeMetricsSegmentation from "../../runtime/metrics/segmentation.ts?raw";
import runtimeMetricsSizeBin from "../../runtime/metrics/size-bin.ts?raw";
import runtimeNpy from "../../runtime/npy.ts?raw";
import runtimeNumberFormats from "../../runtime/number-formats.ts?raw";
import runtimeParametersWeightList from "../../runtime/parameters/weight-list.ts?raw";
import runtimeParametersWeightsFile from "../../runtime/parameters/weights-file.ts?raw";
import runtimePictures from "../../runtime/pictures.ts?raw";
import runtimeReportsColumns from "../../runtime/reports/columns.ts?raw";
import runtimeReportsCsv from "../../runtime/reports/csv.ts?raw";
import runtimeReportsErrors from "../../runtime/reports/errors.ts?raw";
import runtimeReportsEvents from "../../runtime/reports/events.ts?raw";
import runtimeReportsFiles from "../../runtime/reports/files.ts?raw";
import runtimeReportsProgress from "../../runtime/reports/progress.ts?raw";
import runtimeReportsProtobuf from "../../runtime/reports/protobuf.ts?raw";
import runtimeReportsTfrecord from "../../runtime/reports/tfrecord.ts?raw";
import runtimeResizePlane from "../../runtime/resize-plane.ts?raw";
import runtimeSafetensors from "../../runtime/safetensors.ts?raw";
import runtimeTerminal from "../../runtime/terminal.ts?raw";
import runtimeTfjsBackendNames from "../../runtime/tfjs/backend-names.ts?raw";
import runtimeTfjsBackendStore from "../../runtime/tfjs/backend-store.ts?raw";
import runtimeTfjsBackend from "../../runtime/tfjs/backend.ts?raw";
import runtimeTfjsEntries from "../../runtime/tfjs/entries.ts?raw";
import runtimeTfjsForward from "../../runtime/tfjs/forward.ts?raw";
import runtimeTfjsLearner from "../../runtime/tfjs/learner.ts?raw";
import runtimeTfjsNativeAdam from "../../runtime/tfjs/native-adam.ts?raw";
import runtimeTfjsOptimiser from "../../runtime/tfjs/optimiser.ts?raw";
import runtimeTfjsProjectCommand from "../../runtime/tfjs/project/command.ts?raw";
import runtimeTfjsProjectDataArrays from "../../runtime/tfjs/project/data-arrays.ts?raw";
import runtimeTfjsProjectDataPictures from "../../runtime/tfjs/project/data-pictures.ts?raw";
import runtimeTfjsProjectEvaluate from "../../runtime/tfjs/project/evaluate.ts?raw";
import runtimeTfjsProjectMetrics from "../../runtime/tfjs/project/metrics.ts?raw";
import runtimeTfjsProjectPlainPredict from "../../runtime/tfjs/project/plain/predict.ts?raw";
import runtimeTfjsProjectPredict from "../../runtime/tfjs/project/predict.ts?raw";
import runtimeTfjsProjectSetup from "../../runtime/tfjs/project/setup.ts?raw";
import runtimeTfjsProjectTables from "../../runtime/tfjs/project/tables.ts?raw";
import runtimeTfjsProjectTrain from "../../runtime/tfjs/project/train.ts?raw";
import runtimeTfjsProjectWorkerAddress from "../../runtime/tfjs/project/worker-address.ts?raw";
import runtimeTokenizer from "../../runtime/tokenizer.ts?raw";
import runtimeTrainingArena from "../../runtime/training/arena.ts?raw";
import runtimeTrainingCheckpoint from "../../runtime/training/checkpoint.ts?raw";
import runtimeTrainingEvaluation from "../../runtime/training/evaluation.ts?raw";
import runtimeTrainingListedWeights from "../../runtime/training/listed-weights.ts?raw";
import runtimeTrainingLoop from "../../runtime/training/loop.ts?raw";
import runtimeTrainingMaskScores from "../../runtime/training/mask-scores.ts?raw";
import runtimeTrainingPrediction from "../../runtime/training/prediction.ts?raw";
import runtimeTrainingRandomNumbers from "../../runtime/training/random-numbers.ts?raw";
import runtimeTrainingRunLock from "../../runtime/training/run-lock.ts?raw";
import runtimeTrainingRunRecords from "../../runtime/training/run-records.ts?raw";
import runtimeTrainingRun from "../../runtime/training/run.ts?raw";
import runtimeTrainingSession from "../../runtime/training/session.ts?raw";
import runtimeTrainingShape from "../../runtime/training/shape.ts?raw";
import runtimeTrainingStore from "../../runtime/training/store.ts?raw";
import runtimeTrainingTelling from "../../runtime/training/telling.ts?raw";
import runtimeTrainingTrainedModel from "../../runtime/training/trained-model.ts?raw";
import runtimeWholeFile from "../../runtime/whole-file.ts?raw";
import runtimeWritingReason from "../../runtime/writing-reason.ts?raw";

/** By path in the repository. */
export const sources: Readonly<Record<string, string>> = {
  "compiler/first-values.ts": compilerFirstValues,
  "compiler/ir/dtype.ts": compilerIrDtype,
  "compiler/ir/initializer.ts": compilerIrInitializer,
  "compiler/operators/random.ts": compilerOperatorsRandom,
  "compiler/training/description.ts": compilerTrainingDescription,
  "compiler/training/groups.ts": compilerTrainingGroups,
  "compiler/training/moments.ts": compilerTrainingMoments,
  "compiler/training/rate.ts": compilerTrainingRate,
  "runtime/clean-text.ts": runtimeCleanText,
  "runtime/data/arrays/array-data.ts": runtimeDataArraysArrayData,
  "runtime/data/arrays/array-file.ts": runtimeDataArraysArrayFile,
  "runtime/data/arrays/array-loader.ts": runtimeDataArraysArrayLoader,
  "runtime/data/arrays/array-set.ts": runtimeDataArraysArraySet,
  "runtime/data/augment.ts": runtimeDataAugment,
  "runtime/data/batch.ts": runtimeDataBatch,
  "runtime/data/decode.ts": runtimeDataDecode,
  "runtime/data/errors.ts": runtimeDataErrors,
  "runtime/data/formats/folder.ts": runtimeDataFormatsFolder,
  "runtime/data/formats/format.ts": runtimeDataFormatsFormat,
  "runtime/data/formats/phrases.ts": runtimeDataFormatsPhrases,
  "runtime/data/formats/recognise.ts": runtimeDataFormatsRecognise,
  "runtime/data/formats/ref-seg-rs.ts": runtimeDataFormatsRefSegRs,
  "runtime/data/formats/ris-bench.ts": runtimeDataFormatsRisBench,
  "runtime/data/formats/rrsis-d.ts": runtimeDataFormatsRrsisD,
  "runtime/data/letterbox.ts": runtimeDataLetterbox,
  "runtime/data/load-sample.ts": runtimeDataLoadSample,
  "runtime/data/loader-worker.ts": runtimeDataLoaderWorker,
  "runtime/data/loader.ts": runtimeDataLoader,
  "runtime/data/messages.ts": runtimeDataMessages,
  "runtime/data/order.ts": runtimeDataOrder,
  "runtime/data/paths.ts": runtimeDataPaths,
  "runtime/data/pickle-numpy.ts": runtimeDataPickleNumpy,
  "runtime/data/pickle-opcodes.ts": runtimeDataPickleOpcodes,
  "runtime/data/pickle.ts": runtimeDataPickle,
  "runtime/data/prepare.ts": runtimeDataPrepare,
  "runtime/data/referring-data.ts": runtimeDataReferringData,
  "runtime/data/resample.ts": runtimeDataResample,
  "runtime/data/roles.ts": runtimeDataRoles,
  "runtime/data/run-length.ts": runtimeDataRunLength,
  "runtime/data/sample.ts": runtimeDataSample,
  "runtime/data/source.ts": runtimeDataSource,
  "runtime/engine-tensor.ts": runtimeEngineTensor,
  "runtime/errors.ts": runtimeErrors,
  "runtime/inputs/array-input.ts": runtimeInputsArrayInput,
  "runtime/inputs/free-sizes.ts": runtimeInputsFreeSizes,
  "runtime/inputs/model-input.ts": runtimeInputsModelInput,
  "runtime/inputs/picture-input.ts": runtimeInputsPictureInput,
  "runtime/inputs/read-file.ts": runtimeInputsReadFile,
  "runtime/inputs/read-inputs.ts": runtimeInputsReadInputs,
  "runtime/inputs/words-input.ts": runtimeInputsWordsInput,
  "runtime/metrics/classification.ts": runtimeMetricsClassification,
  "runtime/metrics/names.ts": runtimeMetricsNames,
  "runtime/metrics/overlap.ts": runtimeMetricsOverlap,
  "runtime/metrics/segmentation.ts": runtimeMetricsSegmentation,
  "runtime/metrics/size-bin.ts": runtimeMetricsSizeBin,
  "runtime/npy.ts": runtimeNpy,
  "runtime/number-formats.ts": runtimeNumberFormats,
  "runtime/parameters/weight-list.ts": runtimeParametersWeightList,
  "runtime/parameters/weights-file.ts": runtimeParametersWeightsFile,
  "runtime/pictures.ts": runtimePictures,
  "runtime/reports/columns.ts": runtimeReportsColumns,
  "runtime/reports/csv.ts": runtimeReportsCsv,
  "runtime/reports/errors.ts": runtimeReportsErrors,
  "runtime/reports/events.ts": runtimeReportsEvents,
  "runtime/reports/files.ts": runtimeReportsFiles,
  "runtime/reports/progress.ts": runtimeReportsProgress,
  "runtime/reports/protobuf.ts": runtimeReportsProtobuf,
  "runtime/reports/tfrecord.ts": runtimeReportsTfrecord,
  "runtime/resize-plane.ts": runtimeResizePlane,
  "runtime/safetensors.ts": runtimeSafetensors,
  "runtime/terminal.ts": runtimeTerminal,
  "runtime/tfjs/backend-names.ts": runtimeTfjsBackendNames,
  "runtime/tfjs/backend-store.ts": runtimeTfjsBackendStore,
  "runtime/tfjs/backend.ts": runtimeTfjsBackend,
  "runtime/tfjs/entries.ts": runtimeTfjsEntries,
  "runtime/tfjs/forward.ts": runtimeTfjsForward,
  "runtime/tfjs/learner.ts": runtimeTfjsLearner,
  "runtime/tfjs/native-adam.ts": runtimeTfjsNativeAdam,
  "runtime/tfjs/optimiser.ts": runtimeTfjsOptimiser,
  "runtime/tfjs/project/command.ts": runtimeTfjsProjectCommand,
  "runtime/tfjs/project/data-arrays.ts": runtimeTfjsProjectDataArrays,
  "runtime/tfjs/project/data-pictures.ts": runtimeTfjsProjectDataPictures,
  "runtime/tfjs/project/evaluate.ts": runtimeTfjsProjectEvaluate,
  "runtime/tfjs/project/metrics.ts": runtimeTfjsProjectMetrics,
  "runtime/tfjs/project/plain/predict.ts": runtimeTfjsProjectPlainPredict,
  "runtime/tfjs/project/predict.ts": runtimeTfjsProjectPredict,
  "runtime/tfjs/project/setup.ts": runtimeTfjsProjectSetup,
  "runtime/tfjs/project/tables.ts": runtimeTfjsProjectTables,
  "runtime/tfjs/project/train.ts": runtimeTfjsProjectTrain,
  "runtime/tfjs/project/worker-address.ts": runtimeTfjsProjectWorkerAddress,
  "runtime/tokenizer.ts": runtimeTokenizer,
  "runtime/training/arena.ts": runtimeTrainingArena,
  "runtime/training/checkpoint.ts": runtimeTrainingCheckpoint,
  "runtime/training/evaluation.ts": runtimeTrainingEvaluation,
  "runtime/training/listed-weights.ts": runtimeTrainingListedWeights,
  "runtime/training/loop.ts": runtimeTrainingLoop,
  "runtime/training/mask-scores.ts": runtimeTrainingMaskScores,
  "runtime/training/prediction.ts": runtimeTrainingPrediction,
  "runtime/training/random-numbers.ts": runtimeTrainingRandomNumbers,
  "runtime/training/run-lock.ts": runtimeTrainingRunLock,
  "runtime/training/run-records.ts": runtimeTrainingRunRecords,
  "runtime/training/run.ts": runtimeTrainingRun,
  "runtime/training/session.ts": runtimeTrainingSession,
  "runtime/training/shape.ts": runtimeTrainingShape,
  "runtime/training/store.ts": runtimeTrainingStore,
  "runtime/training/telling.ts": runtimeTrainingTelling,
  "runtime/training/trained-model.ts": runtimeTrainingTrainedModel,
  "runtime/whole-file.ts": runtimeWholeFile,
  "runtime/writing-reason.ts": runtimeWritingReason,
};
