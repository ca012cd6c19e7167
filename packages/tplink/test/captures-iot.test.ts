import { systemClock } from '@device-exporters/retry';
import { startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { connectTo } from '../src/index.ts';
import { createIotDevice } from '../src/iot/iot-device.ts';
import { hasReference, readReference } from './reference.ts';

/** One capture: module → command → reply. */
interface Capture {
  readonly system: { readonly get_sysinfo: Readonly<Record<string, unknown>> };
  readonly emeter?: { readonly get_realtime?: Readonly<Record<string, number>> };
  readonly 'smartlife.iot.common.emeter'?: { readonly get_realtime?: Readonly<Record<string, number>> };
}

const never = new AbortController().signal;

const INDEX = hasReference
  ? readReference<{ fixtures: { file: string; payload: string }[] }>('fixtures/INDEX.json').fixtures
  : [];
const FILES = INDEX.filter(({ payload }) => payload === 'IOT').map(({ file }) => file);

/** All that carry this payload. */
const TRANSPORTS = ['xor', 'klap', 'klap2'] as const;

/** Watts that the capture has in it, in whatever unit. */
function wattsOf(capture: Capture): number | undefined {
  const realtime = capture.emeter?.get_realtime ?? capture['smartlife.iot.common.emeter']?.get_realtime;
  const { power, power_mw: milliwatts } = realtime ?? {};
  return power ?? (milliwatts === undefined ? undefined : milliwatts / 1_000);
}

describe.skipIf(!hasReference)('captures of real devices', () => {
  test('are there', () => expect(FILES).toHaveLength(11));

  test.each(FILES.flatMap((file) => TRANSPORTS.map((transport) => [file, transport] as const)))(
    '%s is read over %s',
    async (file, transport) => {
      const capture = readReference<Capture>(`fixtures/${file}`);
      const sysinfo = capture.system.get_sysinfo;
      await using simulated = await startTplinkDevice({ capture, moving: false, transport });
      const ports = { xor: simulated.xorPort, http: simulated.httpPort, https: simulated.httpPort };
      const credentials = { username: simulated.user, password: simulated.password };
      const connection = connectTo({ address: simulated.host }, { credentials, ports });
      const { transport: spoken, payload } = await connection.open(never);
      const { device, children } = await createIotDevice(spoken, { clock: systemClock }).poll(never);
      connection.close();

      expect([payload, spoken.protocol]).toEqual(['iot', transport]);
      expect(device.identity.model).toBe(String(sysinfo['model']).replace(/\(.*/, ''));
      expect(device.measurements.rssiDbm).toBe(sysinfo['rssi']);
      const outlets = (sysinfo['children'] ?? []) as { state: number }[];
      expect(children.map(({ measurements }) => Number(measurements.isRelayOn))).toEqual(
        outlets.map(({ state }) => state),
      );
      const metered = outlets.length > 0 ? children[0] : device;
      const hasMeter = String(sysinfo['feature'] ?? 'ENE').includes('ENE');
      const watts = hasMeter ? wattsOf(capture) : undefined;
      if (watts === undefined) expect(metered?.measurements.powerWatts).toBeUndefined();
      else expect(metered?.measurements.powerWatts).toBeCloseTo(watts, 6);
      expect(simulated.ledger.violations).toEqual([]);
    },
  );
});
