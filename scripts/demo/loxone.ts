import { startMiniserver } from '@device-exporters/simulators';
import { type DemoApp, reading } from './demo-app.ts';

/** A Generation 2 Miniserver, followed over wss; five minutes of its house pass in a second. */
export const loxone: DemoApp = {
  app: 'loxone-exporter',
  port: 9504,
  devices: 'a Loxone Miniserver',
  async start({ collector }) {
    const miniserver = await startMiniserver({ generation: 2, speed: 300 });
    return {
      config: {
        miniservers: [
          {
            name: 'home',
            host: miniserver.host,
            port: miniserver.port,
            ssl_port: miniserver.sslPort,
            username: miniserver.user,
            password: miniserver.password,
          },
        ],
        ...(collector === undefined
          ? {}
          : { opentelemetry: { enabled: true, endpoint: collector, interval_seconds: 5 } }),
      },
      stop: () => miniserver.stop(),
    };
  },
  readings(page) {
    const value = (name: string, subcontrol: string, more = {}) =>
      page.value('loxone_control_value', { name, subcontrol, ...more });
    return [
      reading('outdoors', value('Outdoor Temperature', 'value'), '°C'),
      reading('living room', value('Room Controller', 'tempActual', { room: 'Living Room' }), '°C'),
      reading('grid', value('Grid Meter', 'actual'), 'kW', 3),
      reading('photovoltaics', value('Photovoltaics', 'actual'), 'kW', 3),
    ];
  },
};
