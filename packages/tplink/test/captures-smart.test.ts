import { systemClock } from '@device-exporters/retry';
import { startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { connectTo, createPolledDevice, type Measurements } from '../src/index.ts';
import { hasReference, readReference } from './reference.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One capture: method → result, a number for an error. */
interface Capture {
  readonly get_device_info: Fields;
  readonly get_energy_usage?: Fields | number;
  readonly get_child_device_list?: { readonly child_device_list: readonly Fields[] };
  readonly child_devices?: Readonly<Record<string, { readonly get_energy_usage?: Fields | number }>>;
}

const never = new AbortController().signal;

const INDEX = hasReference ? readReference<{ fixtures: { file: string }[] }>('fixtures/INDEX.json').fixtures : [];
const FILES = INDEX.map(({ file }) => file).filter((file) => file.startsWith('smart__'));
const CHILDREN = INDEX.map(({ file }) => file).filter((file) => file.startsWith('smart-child__'));

/** All that carry this payload: with another firmware the same model speaks another one. */
const TRANSPORTS = ['aes', 'klap2', 'tpap'] as const;

function todayOf(usage: Fields | number | undefined): unknown {
  return typeof usage === 'object' ? usage['today_energy'] : undefined;
}

describe.skipIf(!hasReference)('captures of real devices', () => {
  test('are there', () => expect([FILES.length, CHILDREN.length]).toEqual([17, 4]));

  test.each(FILES.flatMap((file) => TRANSPORTS.map((transport) => [file, transport] as const)))(
    '%s is read over %s',
    async (file, transport) => {
      const capture = readReference<Capture>(`fixtures/${file}`);
      const info = capture.get_device_info;
      await using simulated = await startTplinkDevice({ capture, moving: false, transport });
      const ports = { xor: simulated.xorPort, http: simulated.httpPort, https: simulated.httpPort };
      const credentials = { username: simulated.user, password: simulated.password };
      const connection = connectTo({ address: simulated.host }, { credentials, ports });
      const link = await connection.open(never);
      const polled = createPolledDevice(link, { clock: systemClock });
      const { device, children } = await polled.poll(never);
      // A second time with what was learnt.
      expect((await polled.poll(never)).device.measurements.isRelayOn).toBe(device.measurements.isRelayOn);
      connection.close();

      expect(device.identity.model).toBe(info['model']);
      expect(device.identity.deviceId).toBe(simulated.deviceId);
      expect([device.measurements.isRelayOn, device.measurements.rssiDbm]).toEqual([info['device_on'], info['rssi']]);
      const listed = capture.get_child_device_list?.child_device_list ?? [];
      expect(children).toHaveLength(listed.length);
      if (listed.length === 0) {
        const wattHours = todayOf(capture.get_energy_usage) as number | undefined;
        expect(device.measurements.energyTodayJoules).toBe(wattHours === undefined ? undefined : wattHours * 3_600);
      }
      for (const [index, child] of listed.entries()) {
        const measurements: Measurements = children[index]?.measurements ?? {};
        const isOffline = child['status'] === 'offline';
        if (!isOffline) expect(measurements.isRelayOn).toBe(child['device_on']);
        if (!isOffline && child['temp_unit'] === 'celsius')
          expect(measurements.temperatureCelsius).toBe(child['current_temp']);
        const wattHours = todayOf(capture.child_devices?.[String(child['device_id'])]?.get_energy_usage);
        if (typeof wattHours === 'number') expect(measurements.energyTodayJoules).toBe(wattHours * 3_600);
      }
      expect(link.transport.protocol).toBe(transport);
      expect(simulated.ledger.violations).toEqual([]);
    },
  );

  test.each(CHILDREN.flatMap((file) => TRANSPORTS.map((transport) => [file, transport] as const)))(
    '%s is read through a hub over %s',
    async (file, transport) => {
      const child = readReference<Capture>(`fixtures/${file}`).get_device_info;
      const hub = readReference<Record<string, unknown>>('fixtures/smart__H100_EU_1.0_1.5.10.json');
      const get_child_device_list = { child_device_list: [child], start_index: 0, sum: 1 };
      await using simulated = await startTplinkDevice({
        capture: { ...hub, get_child_device_list },
        transport,
        moving: false,
      });
      const credentials = { username: simulated.user, password: simulated.password };
      const connection = connectTo({ address: `http://${simulated.host}:${simulated.httpPort}` }, { credentials });
      const { children } = await createPolledDevice(await connection.open(never), { clock: systemClock }).poll(never);
      connection.close();
      expect(children).toHaveLength(1);
      const { identity, measurements } = children[0] ?? {};
      expect(identity).toMatchObject({ model: child['model'], family: 'SENSOR', firmware: child['fw_ver'] });
      const humidity = child['current_humidity'] as number | undefined;
      expect(measurements).toMatchObject({
        isOnline: true,
        isBatteryLow: child['at_low_battery'],
        rssiDbm: child['rssi'],
      });
      expect(measurements?.temperatureCelsius).toBe(child['current_temp']);
      expect(measurements?.targetTemperatureCelsius).toBe(child['target_temp']);
      expect(measurements?.humidityRatio).toBe(humidity === undefined ? undefined : humidity / 100);
      expect(measurements?.isContactOpen).toBe(child['open']);
    },
  );
});
