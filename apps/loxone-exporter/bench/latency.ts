/** How long a changed value takes from the Miniserver's socket to the page. */
import { readPage } from '@device-exporters/exporter/testing';
import { figure, median, report } from '../../../scripts/bench/row.ts';
import { followBundle } from './followed-bundle.ts';

const CHANGES = 100;

const { miniserver, exporter, stop } = await followBundle(0);
const url = `http://127.0.0.1:${exporter.port}/metrics`;
const scrape = async () => readPage(await (await fetch(url)).text());

const [first] = (await scrape()).lines('loxone_control_value', { subcontrol: 'value', type: 'InfoOnlyAnalog' });
if (first === undefined) throw new Error('no value to change');
const { uuid = '', subcontrol = '' } = first.labels;
const state = miniserver.house.structure.controls[uuid]?.states?.[subcontrol];
if (typeof state !== 'string') throw new Error('no state to change');
const line = `uuid="${uuid}"} `;

const times: number[] = [];
for (let change = 1; change <= CHANGES; change++) {
  const startMs = performance.now();
  await miniserver.setValue(state, change);
  // As text, and one request after the other: whatever the client does counts.
  while (!(await (await fetch(url)).text()).includes(`${line}${change}\n`));
  times.push(performance.now() - startMs);
}
await stop();

const ms = median(times);
report([
  {
    what: 'value changed on the wire until it is on the page, median',
    ours: `${figure(ms)} ms`,
    peer: '',
    ratio: undefined,
    target: '≤ 10 ms (stretch 3)',
    isMet: ms <= 10,
  },
]);
