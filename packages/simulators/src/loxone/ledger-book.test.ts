import { describe, expect, it } from 'vitest';
import { LedgerTimeoutError } from '../watched.ts';
import { LedgerBook } from './ledger-book.ts';

describe('a ledger', () => {
  it('keeps the last ten thousand entries of a list', () => {
    const ledger = new LedgerBook(() => []);
    for (let index = 0; index < 10_005; index += 1) {
      ledger.http({ atMs: index, method: 'GET', path: '/', status: 200, secure: false });
    }
    expect(ledger.httpRequests).toHaveLength(10_000);
    expect(ledger.httpRequests[0]!.atMs).toBe(5);
  });

  it('lets wait for an entry to come, or for one that is there', async () => {
    const ledger = new LedgerBook(() => []);
    const waiting = ledger.until(({ connectionsOpen }) => connectionsOpen === 1);
    const connection = ledger.opened(true, 7);
    await waiting;
    await ledger.until(({ connections }) => connections[0] === connection);
    await expect(ledger.until(({ keepalives }) => keepalives > 0, 5)).rejects.toBeInstanceOf(LedgerTimeoutError);
  });
});
