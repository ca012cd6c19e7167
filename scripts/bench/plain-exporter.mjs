/**
 * What most exporters are: fastify and prom-client, as their READMEs show, in plain JavaScript. The peer of the rows
 * about whole processes. Listens on a free port and prints it.
 *
 * Arguments: number of series, changes a second, and `each` to change one series before each request.
 */
import fastify from 'fastify';
import { Gauge, Registry } from 'prom-client';

const [count = 500, changesPerSecond = 0] = process.argv.slice(2).map(Number);
const changesEachRequest = process.argv.includes('each');

const registry = new Registry();
const gauge = new Gauge({
  name: 'loxone_control_value',
  help: 'Number that a control state has.',
  labelNames: ['miniserver', 'name', 'room', 'category', 'type', 'subcontrol'],
  registers: [registry],
});
const labels = Array.from({ length: count }, (_, index) => ({
  miniserver: 'home',
  name: `Room controller ${index}`,
  room: `Room ${index % 23}`,
  category: 'Heating',
  type: 'IRoomControllerV2',
  subcontrol: `tempActual${index % 7}`,
}));
for (const [index, own] of labels.entries()) gauge.set(own, index / 10);

let turn = 0;
const change = () => {
  turn++;
  gauge.set(labels[turn % count], (turn % 1000) / 10);
};
if (changesPerSecond > 0) setInterval(change, 1000 / changesPerSecond);

const server = fastify();
server.get('/metrics', async (_, reply) => {
  if (changesEachRequest) change();
  return reply.type(registry.contentType).send(await registry.metrics());
});
await server.listen({ host: '127.0.0.1', port: 0 });
console.log(server.server.address().port);
