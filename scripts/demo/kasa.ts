import { startCarbonSink, startTplinkDevice } from '@device-exporters/simulators';
import { startRealCarbon } from '../testing/carbon.ts';
import { locate } from '../testing/locate.ts';
import { type DemoApp, reading } from './demo-app.ts';
import { addressOf } from './tapo.ts';

const PREFIX = 'home.electricity.kasa.';

/** Where the points of the demo go. */
interface DemoCarbon {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The latest value of a path. */
  latest(path: string): number | undefined;
  stop(): Promise<void>;
}

/** Two plugs, one of each generation, into Carbon: a real one where it is installed, else one that only listens. */
export const kasa: DemoApp = {
  app: 'kasa-graphite',
  port: 8091,
  devices: 'two plugs, XOR and KLAP, into Graphite',
  async start({ folder, graphite }) {
    const plugs = await Promise.all([
      startTplinkDevice({ model: 'hs110', alias: 'Dishwasher', serial: 21 }),
      startTplinkDevice({ model: 'p110', alias: 'Freezer', serial: 22 }),
    ]);
    const carbon = graphite === undefined ? await startCarbon() : elsewhere(graphite);
    const [first] = plugs;
    return {
      config: {
        graphite: { host: carbon.host, port: carbon.port },
        kasa: {
          devices: plugs.map(addressOf),
          discovery: false,
          poll_interval_seconds: 2,
          username: first.user,
          password: first.password,
        },
        state_directory: folder,
      },
      readings: () =>
        ['dishwasher.power_watts', 'freezer.power_watts'].map((path) =>
          reading(`${carbon.name} ${path}`, carbon.latest(`${PREFIX}${path}`), 'W'),
        ),
      stop: async () => {
        await Promise.all([carbon.stop(), ...plugs.map((plug) => plug.stop())]);
      },
    };
  },
  readings: (page) => [
    ['points sent', String(page.value('kasa_graphite_points_sent_total') ?? 0)],
    ['waiting', String(page.value('kasa_graphite_points_queued') ?? 0)],
  ],
};

/** A Graphite that is somebody else's: what it has is not asked. */
function elsewhere({ host, port }: { readonly host: string; readonly port: number }): DemoCarbon {
  return { name: host, host, port, latest: () => undefined, stop: async () => {} };
}

async function startCarbon(): Promise<DemoCarbon> {
  if (locate('carbon-cache') !== undefined && locate('whisper-fetch') !== undefined) {
    const carbon = await startRealCarbon();
    return {
      name: 'carbon-cache has',
      host: carbon.host,
      port: carbon.linePort,
      latest(path) {
        const nowSeconds = Math.floor(Date.now() / 1000);
        return [...carbon.stored(path, nowSeconds - 60, nowSeconds).values()].at(-1);
      },
      stop: async () => carbon[Symbol.asyncDispose](),
    };
  }
  const sink = await startCarbonSink();
  return {
    name: 'the sink has',
    host: sink.host,
    port: sink.port,
    latest: (path) => sink.ledger.points.findLast((point) => point.path === path)?.value,
    stop: () => sink.stop(),
  };
}
