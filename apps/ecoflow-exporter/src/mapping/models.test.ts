import { expect, test } from 'vitest';
import { TABLE_NAMES } from '../payload/family-tables.ts';
import { familyOf, tableOfFamily } from './families.ts';
import { familyNameOf, modelOf } from './models.ts';

test.each([
  ['R331ZTEST0000001', 'delta_2'],
  ['DCEBZTEST0000001', 'delta_pro'],
  ['M31AZTEST0000001', 'river_max'],
  ['ES22ZTEST0000001', 'stream_5000'],
  ['HD31ZTEST0000001', 'smart_home_panel_2'],
])('a device %s is of the family %s', (serialNumber, family) => {
  expect(familyNameOf(serialNumber, 'whatever')).toBe(family);
});

test.each([
  ['DELTA 3 Plus', 'delta_3_plus'],
  ['EcoFlow DELTA Pro 3', 'delta_pro_3'],
  ['RIVER mini', 'river_mini'],
  ['Smart-Home Panel 2', 'smart_home_panel_2'],
  ['', 'unlisted'],
])('a device with an unknown number and the name %j is of the family %s', (productName, family) => {
  expect(modelOf('QQQQ')).toBeUndefined();
  expect(familyNameOf('QQQQ', productName)).toBe(family);
});

test('every table can be loaded, and knows a command', async () => {
  for (const name of TABLE_NAMES) expect((await tableOfFamily(name)).commands.size, name).toBeGreaterThan(0);
});

test('a family without a table knows no command, and has rules all the same', async () => {
  expect((await tableOfFamily('stream_5000')).commands.size).toBe(0);
  expect(familyOf('stream_5000').rules.length).toBeGreaterThan(0);
});
