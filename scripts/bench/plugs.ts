/**
 * Simulated plugs (P110, KLAP) in a process of their own, as many as the argument says; prints their ports as JSON. They
 * take headers in any case, so that `fetch` can be measured as well.
 */
import { startTplinkDevice } from '@device-exporters/simulators';

const ports: number[] = [];
for (let serial = 1; serial <= Number(process.argv[2]); serial++) {
  const device = await startTplinkDevice({
    model: 'p110',
    serial,
    moving: true,
    discovery: 'none',
    http: { contentLength: 'any' },
  });
  ports.push(device.httpPort);
}
console.log(JSON.stringify(ports));
