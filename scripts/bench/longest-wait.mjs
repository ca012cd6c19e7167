/** Asks a URL again and again until it gets SIGTERM, and then prints the longest time that an answer took, in ms. */
import { Agent, get } from 'node:http';

const url = process.argv[2] ?? '';
const agent = new Agent({ keepAlive: true });
let longestMs = 0;

function ask() {
  const startMs = performance.now();
  get(url, { agent }, (response) => {
    response.resume();
    response.on('end', () => {
      longestMs = Math.max(longestMs, performance.now() - startMs);
      setTimeout(ask, 2);
    });
  }).on('error', () => setTimeout(ask, 50));
}

process.once('SIGTERM', () => {
  console.log(longestMs);
  process.exit();
});
ask();
