import { type CarbonLedger, CarbonLedgerTimeoutError, type CarbonPoint } from './ledger.ts';

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
  readonly #watchers = new Set<() => void>();

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
    for (const look of this.#watchers) look();
  }

  until(holds: (ledger: CarbonLedger) => boolean, timeoutMs = 5000): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds(this)) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new CarbonLedgerTimeoutError(`waited ${timeoutMs} ms in vain for: ${holds}`));
      }, timeoutMs);
      this.#watchers.add(look);
      look();
    });
  }
}
