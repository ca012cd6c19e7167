import { describe, expect, test } from 'vitest';
import { connected, follow } from './followed.ts';

describe('a login', () => {
  test.each([
    [1, '8.2.10.14'],
    [1, '9.0.9.26'],
    [1, '10.0.9.1'],
    [1, '10.2.3.26'],
    [1, '14.5.12.28'],
    [2, '10.4.0.0'],
    [2, '14.5.12.28'],
  ] as const)('succeeds on Generation %d with firmware %s', async (generation, firmware) => {
    await using followed = await follow({ miniserver: { generation, firmware } });
    const page = await connected(followed.app);
    expect(page.value('loxone_authentication_failures_total')).toBe(0);
    expect(page.lines('loxone_control_value').length).toBeGreaterThan(300);
  });
});
