export type { Exposition } from './exposition.ts';
export {
  type ExpositionFormat,
  type Family,
  type FamilyOptions,
  InvalidFamilyError,
  type Labels,
  type Sample,
} from './family.ts';
export { Histogram, type HistogramOptions } from './histogram.ts';
export type { InfoFamily, InfoLines } from './info-family.ts';
export { acceptsGzip, negotiateFormat } from './negotiation.ts';
export { collectAllProcessMetrics, collectProcessMetrics } from './process-metrics.ts';
export { SeriesRegistry } from './registry.ts';
export type { Series } from './series.ts';
export type { GroupSample, PutReading, SeriesGroup } from './series-group.ts';
export { SeriesTakenError } from './series-store.ts';
