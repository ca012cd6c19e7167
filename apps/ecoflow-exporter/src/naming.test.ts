import { describe, expect, test } from 'vitest';
import { BadDevicesFileError, nameDevice, parseDevices } from './naming.ts';

const devices = parseDevices(
  '[{"sn":"P521","name":"My charger","generalKey":"my_key"},{"sn":"R6"},{"name":"nothing"}]',
);

describe('the names of a device', () => {
  test('are those that the user gives, before all others', () => {
    const overrides = { deviceName: 'Garage', productName: 'Box', generalKey: 'key' };
    expect(nameDevice('P521ZTEST0001', { deviceName: 'cloud', productName: 'cloud' }, overrides, devices)).toEqual(
      overrides,
    );
  });

  test('are those of the cloud, before those of the model', () => {
    const names = nameDevice('P521ZTEST0001', { deviceName: 'Desk', productName: 'RAPID' }, {}, devices);
    expect(names).toEqual({ deviceName: 'Desk', productName: 'RAPID', generalKey: 'my_key' });
  });

  test('are built from the model when the cloud knows only the serial number', () => {
    const names = nameDevice('P521ZTEST0001', { deviceName: 'P521ZTEST0001', productName: '' }, {}, devices);
    expect(names).toEqual({ deviceName: 'My charger-0001', productName: 'My charger', generalKey: 'my_key' });
  });

  test('are known without any file', () => {
    const names = nameDevice('DCAZTEST0009', {});
    expect(names).toEqual({
      deviceName: 'DELTA Pro-0009',
      productName: 'DELTA Pro',
      generalKey: 'ecoflow_ps_delta_pro_3600',
    });
  });

  test('are the serial number and unknown when nobody knows the model', () => {
    const names = nameDevice('QQ99ZTEST0009', {});
    expect(names).toEqual({ deviceName: 'QQ99ZTEST0009', productName: 'unknown', generalKey: 'unknown' });
  });

  test('take no key from an entry that has none', () => {
    expect(nameDevice('R601ZTEST0001', {}, {}, devices).generalKey).toBe('unknown');
  });

  test.each(['{', '{}', '[1]', '[null]'])('cannot be read from %s', (text) => {
    expect(() => parseDevices(text)).toThrow(BadDevicesFileError);
  });
});
