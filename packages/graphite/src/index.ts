export type { DeliveryFault } from './delivery/delivery-error.ts';
export type { OutputLog } from './log.ts';
/** @public */
export { type DropReason, declareGraphiteMetrics, type GraphiteMetrics } from './metrics.ts';
/** @public */
export {
  createDeviceNames,
  type DeviceNames,
  type DeviceNamesOptions,
  type NamedDevice,
} from './names/device-names.ts';
/** @public */
export {
  createPathTemplate,
  InvalidSegmentError,
  InvalidTemplateError,
  type PathTemplate,
} from './names/path-template.ts';
/** @public */
export { foldSegment } from './names/segment.ts';
/** @public */
export { type SeriesTemplates, seriesPoints } from './names/series-points.ts';
/** @public */
export { InvalidStateError, type NameStore, nameFile } from './names/state-file.ts';
/** @public */
export { createGraphiteOutput, type GraphiteOutput, type GraphiteOutputOptions } from './output.ts';
export type { GraphitePoint, RefusalReason } from './point.ts';
/** @public */
export { SpoolInUseError } from './spool/spool-lock.ts';
export type { GraphiteStats } from './stats.ts';
