/**
 * Polls plugs every five seconds until it gets SIGTERM, and then prints how many requests were in flight at most and how
 * many readings there were. Arguments: `node-http` or `fetch`, and the ports of the plugs as JSON.
 */
import { systemClock } from '@device-exporters/retry';
import type { HttpClient } from '../src/http/http-client.ts';
import { createKlapTransport } from '../src/klap/klap-transport.ts';
import { createSmartDevice } from '../src/smart/smart-device.ts';

const EVERY_MS = 5_000;
const MOST_IN_FLIGHT = 64;

const [kind, ports] = [process.argv[2], JSON.parse(process.argv[3] ?? '[]') as number[]];
const never = new AbortController().signal;
let inFlight = 0;
let mostInFlight = 0;
let readings = 0;
let failures = 0;

/** What most pollers are written with. */
function fetchClient(port: number): HttpClient {
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    async post({ path, body, headers }) {
      const response = await fetch(`${origin}${path}`, {
        method: 'POST',
        body: Buffer.from(body),
        ...(headers && { headers }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, body: bytes, cookies: response.headers.getSetCookie() };
    },
    close: () => {},
  };
}

const devices = ports.map((port) => {
  const credentials = { username: 'user@example.com', password: 'secret' };
  const client = kind === 'fetch' ? fetchClient(port) : undefined;
  const transport = createKlapTransport({ host: '127.0.0.1', port, credentials, client });
  return createSmartDevice(transport, { clock: systemClock });
});

async function poll(index: number): Promise<void> {
  if (inFlight >= MOST_IN_FLIGHT) return void setTimeout(poll, 5, index);
  inFlight++;
  mostInFlight = Math.max(mostInFlight, inFlight);
  try {
    await devices[index]?.poll(never);
    readings++;
  } catch {
    failures++;
  } finally {
    inFlight--;
  }
}

// Spread over the interval, as devices that have been found one after the other are.
for (const index of devices.keys()) {
  setTimeout(
    () => {
      void poll(index);
      setInterval(poll, EVERY_MS, index);
    },
    (index * EVERY_MS) / devices.length,
  );
}
process.once('SIGTERM', () => {
  console.log(JSON.stringify({ mostInFlight, readings, failures }));
  process.exit();
});
console.log('polling');
