import { readPage } from '@device-exporters/exporter/testing';
import { createHouse, type Miniserver, startMiniserver } from '@device-exporters/simulators';
import { type ServerProcess, startBundle } from '../../../scripts/bench/server-process.ts';

/** The bundled exporter and the simulated Miniserver that it follows. */
export interface FollowedBundle {
  readonly miniserver: Miniserver;
  readonly exporter: ServerProcess;
  stop(): Promise<void>;
}

/** Starts a house of 500 controls and the bundle; returns once the values are on the page. */
export async function followBundle(eventsPerSecond: number): Promise<FollowedBundle> {
  const miniserver = await startMiniserver({ house: createHouse({ controls: 500 }), eventsPerSecond });
  const exporter = await startBundle('loxone-exporter', {
    LOXONE_HOST: miniserver.host,
    LOXONE_PORT: `${miniserver.port}`,
    LOXONE_SSL_PORT: `${miniserver.sslPort}`,
    LOXONE_USERNAME: miniserver.user,
    LOXONE_PASSWORD: miniserver.password,
  });
  for (;;) {
    const page = readPage(await (await fetch(`http://127.0.0.1:${exporter.port}/metrics`)).text());
    if (page.value('loxone_exporter_connected') === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    miniserver,
    exporter,
    async stop() {
      await exporter.stop();
      await miniserver.stop();
    },
  };
}
