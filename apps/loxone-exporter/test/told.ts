import type { Page } from '@device-exporters/exporter/testing';
import type { Followed } from './followed.ts';

/**
 * Waits until the exporter is connected and has been told all states of the house: the tables come after the answer that
 * makes it connected.
 */
export function told({ app, miniserver }: Pick<Followed, 'app' | 'miniserver'>, name = 'home'): Promise<Page> {
  const { values, texts, daytimers, weather } = miniserver.house.snapshot();
  const counts = { value: values.length, text: texts.length, daytimer: daytimers.length, weather: weather.length };
  return app.scrapeUntil(`${name} has told its states`, (page) =>
    Object.entries(counts).every(([kind, count]) => {
      const received = page.value('loxone_events_received_total', { miniserver: name, kind }) ?? 0;
      return received >= count && page.value('loxone_exporter_connected', { miniserver: name }) === 1;
    }),
  );
}
