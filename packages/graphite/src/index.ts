export type { DeliveryFault } from './delivery/delivery-error.ts';
export type { OutputLog } from './log.ts';
export { type DropReason, declareGraphiteMetrics, type GraphiteMetrics } from './metrics.ts';
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
export { createGraphiteOutput, type GraphiteOutput, type GraphiteOutputOptions } from './output.ts';
export type { GraphitePoint, RefusalReason } from './point.ts';
export type { GraphiteStats } from './stats.ts';
