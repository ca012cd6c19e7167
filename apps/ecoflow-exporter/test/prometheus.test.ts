import { startEcoflowCloud } from '@device-exporters/simulators';
import { expect } from 'vitest';
import { testWith } from '../../../scripts/testing/programs.ts';
import { checkMetrics, SILENT } from '../../../scripts/testing/promtool.ts';
import { DELTA_2, DELTA_3, follow, isRead } from './following.ts';

testWith('promtool')('promtool has nothing to say about the page of devices that are read both ways', async () => {
  await using cloud = await startEcoflowCloud({ devices: [DELTA_2, DELTA_3] });
  await using app = await follow(cloud, 'device', { metrics: 'typed' });
  for (const { sn } of [DELTA_2, DELTA_3]) await isRead(app, sn);
  expect(checkMetrics((await app.scrape()).text)).toEqual(SILENT);
});
