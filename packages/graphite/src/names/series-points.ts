import type { GroupSample } from '@device-exporters/metrics';
import type { GraphitePoint } from '../point.ts';
import type { PathTemplate } from './path-template.ts';

/** Where the series of a family go: one template for each family's name. */
export type SeriesTemplates = ReadonlyMap<string, PathTemplate>;

/**
 * The points of series: the labels of a series fill the template of its family. Series of families without a template, and
 * of a group that never said when it was read, give none.
 *
 * @throws {InvalidSegmentError} when nothing is left of a label
 */
export function* seriesPoints(samples: Iterable<GroupSample>, templates: SeriesTemplates): Generator<GraphitePoint> {
  for (const { family, labelValues, value, timeMs } of samples) {
    const template = templates.get(family.name);
    if (template === undefined || timeMs === undefined) continue;
    const labels = Object.fromEntries(family.labelNames.map((name, index) => [name, labelValues[index] ?? '']));
    yield { path: template.path(labels), value, timestampSeconds: timeMs / 1000 };
  }
}
