/** A process in an outage, to be killed: adds points without end, and tells after a while how many there are. */
import { createGraphiteOutput } from '../src/index.ts';
import { numbered } from './support.ts';

const output = createGraphiteOutput({ host: '127.0.0.1', port: 1, spool: { directory: process.argv[2] ?? '' } });
void output.run(new AbortController().signal);

let added = 0;
function add(): void {
  added += output.add(numbered(7, added));
  if (added === 7 * 300) process.send?.(added);
  setImmediate(add);
}
add();
