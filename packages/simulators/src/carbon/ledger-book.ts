import { Watched } from '../watched.ts';
import type { CarbonLedger, CarbonPoint } from './ledger.ts';

/** The ledger as the simulator writes it. */
export class LedgerBook implements CarbonLedger {
  readonly lines: string[] = [];
  readonly frames: Buffer[] = [];
  readonly points: CarbonPoint[] = [];
  readonly invalid: string[] = [];
  tornBytes = 0;
  connectionsOpened = 0;
  connectionsOpen = 0;
  connectionsPeak = 0;
  completed = 0;
  readonly #watched = new Watched<CarbonLedger>(this);

  line(text: string, point: CarbonPoint | undefined): void {
    this.lines.push(text);
    if (point === undefined) this.invalid.push(text);
    else this.points.push(point);
  }

  frame(body: Buffer, points: readonly CarbonPoint[] | undefined): void {
    this.frames.push(body);
    if (points === undefined) this.invalid.push(body.toString('hex'));
    else for (const point of points) this.points.push(point);
  }

  opened(): void {
    this.connectionsOpened += 1;
    this.connectionsOpen += 1;
    this.connectionsPeak = Math.max(this.connectionsPeak, this.connectionsOpen);
    this.changed();
  }

  readToTheEnd(): void {
    this.completed += 1;
    this.changed();
  }

  closed(): void {
    this.connectionsOpen -= 1;
    this.changed();
  }

  /** To be called once after a number of entries. */
  changed(): void {
    this.#watched.changed();
  }

  until(holds: (ledger: CarbonLedger) => boolean, timeoutMs = 5000): Promise<void> {
    return this.#watched.until(holds, timeoutMs);
  }
}
