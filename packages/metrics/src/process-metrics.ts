import { readdirSync } from 'node:fs';
import { collectDefaultMetrics } from './prom-client.ts';
import type { SeriesRegistry } from './registry.ts';

/** Readings younger than this are good enough: scrapes in quick succession share one body. */
const SAMPLE_EVERY_MS = 1000;

/**
 * Declares the essential `process_*` metrics, read when somebody scrapes, at most once a second.
 *
 * prom-client's whole set ({@link collectAllProcessMetrics}) costs a per cent of CPU and 20 MB; these cost next to
 * nothing.
 */
export function collectProcessMetrics(registry: SeriesRegistry): void {
  const cpuSeconds = registry
    .counter({ name: 'process_cpu_seconds_total', help: 'Total user and system CPU time spent in seconds.' })
    .series();
  const startTime = registry
    .gauge({ name: 'process_start_time_seconds', help: 'Start time of the process since unix epoch in seconds.' })
    .series();
  const residentBytes = registry
    .gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory size in bytes.' })
    .series();
  const openDescriptors = registry
    .gauge({ name: 'process_open_fds', help: 'Number of open file descriptors.' })
    .series();
  startTime.set(Math.round(performance.timeOrigin) / 1000);

  let sampledAtMs = Number.NEGATIVE_INFINITY;
  registry.beforeRead(() => {
    const nowMs = performance.now();
    if (nowMs - sampledAtMs < SAMPLE_EVERY_MS) return;
    sampledAtMs = nowMs;
    const { user, system } = process.cpuUsage();
    cpuSeconds.set((user + system) / 1e6);
    const resident = residentMemory();
    if (resident !== undefined) residentBytes.set(resident);
    const descriptors = countOpenDescriptors();
    if (descriptors !== undefined) openDescriptors.set(descriptors);
  });
}

/** Registers all default metrics of prom-client instead: event loop, heap, garbage collection. */
export function collectAllProcessMetrics(registry: SeriesRegistry): Promise<void> {
  return collectDefaultMetrics({ register: registry });
}

/** A process may live without `/proc`; that is no reason to fail a scrape. */
function residentMemory(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

/** Linux only, as in every Prometheus client. */
function countOpenDescriptors(): number | undefined {
  try {
    // The listing itself holds one descriptor open.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}
