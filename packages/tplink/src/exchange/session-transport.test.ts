import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test, vi } from 'vitest';
import { AuthenticationError, DeviceRefusedError, ProtocolError } from '../device-error.ts';
import { UnexpectedStatusError } from '../http/unexpected-status-error.ts';
import { BusyError, createSessionTransport, SessionGoneError } from './session-transport.ts';

const { signal } = new AbortController();

/** A transport of which the n-th session answers "n:request", unless the next answer is an error. */
function setup(failures: Error[] = []) {
  const clock = createFakeClock();
  let count = 0;
  const sessions: { number: number; lifeMs: number; isUsedUp: boolean }[] = [];
  const logIn = vi.fn(async () => {
    count += 1;
    const session = { number: count, lifeMs: 60_000, isUsedUp: false };
    sessions.push(session);
    return session;
  });
  const disconnect = vi.fn();
  const transport = createSessionTransport(
    {
      protocol: 'klap2',
      logIn,
      disconnect,
      async ask({ number }: { number: number; lifeMs: number; isUsedUp: boolean }, request) {
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        return `${number}:${request}`;
      },
    },
    clock,
  );
  return { clock, transport, logIn, disconnect, sessions };
}

describe('a session', () => {
  test('serves many exchanges', async () => {
    const { transport, logIn } = setup();
    expect(await transport.exchange('a', signal)).toBe('1:a');
    expect(await transport.exchange('b', signal)).toBe('1:b');
    expect(logIn).toHaveBeenCalledOnce();
  });

  test('is renewed when its time is up', async () => {
    const { clock, transport } = setup();
    await transport.exchange('a', signal);
    await clock.advance(59_999);
    expect(await transport.exchange('b', signal)).toBe('1:b');
    await clock.advance(1);
    expect(await transport.exchange('c', signal)).toBe('2:c');
  });

  test('is renewed when its numbers have run out', async () => {
    const { transport, sessions } = setup();
    await transport.exchange('a', signal);
    sessions[0]!.isUsedUp = true;
    expect(await transport.exchange('b', signal)).toBe('2:b');
  });

  test('that the device has forgotten is opened once more, and the request repeated', async () => {
    const { transport } = setup([new SessionGoneError('gone')]);
    expect(await transport.exchange('a', signal)).toBe('2:a');
  });

  test('that is forgotten at once again is a failure, and the next exchange logs in', async () => {
    const { transport } = setup([new SessionGoneError('gone'), new SessionGoneError('gone again')]);
    await expect(transport.exchange('a', signal)).rejects.toThrow(new DeviceRefusedError('gone again'));
    expect(await transport.exchange('b', signal)).toBe('3:b');
  });

  test('ends with an answer that cannot be read, and not with an odd status', async () => {
    const { transport } = setup([new UnexpectedStatusError('x', 500), new ProtocolError('garbage')]);
    await expect(transport.exchange('a', signal)).rejects.toThrow('status 200, found 500');
    expect(await transport.exchange('b', signal)).toBe('2:b');
  });

  test('that answers garbage from the start is not opened again for the same request', async () => {
    const { transport, logIn } = setup([new ProtocolError('garbage')]);
    await expect(transport.exchange('a', signal)).rejects.toThrow('garbage');
    expect(logIn).toHaveBeenCalledOnce();
    expect(await transport.exchange('b', signal)).toBe('2:b');
  });

  test('that cannot be renewed is not tried twice at once', async () => {
    const { clock, transport, logIn } = setup();
    await transport.exchange('a', signal);
    await clock.advance(60_000);
    logIn.mockRejectedValueOnce(new ProtocolError('no handshake'));
    await expect(transport.exchange('b', signal)).rejects.toThrow('no handshake');
    expect(logIn).toHaveBeenCalledTimes(2);
  });

  test('may serve one request alone', async () => {
    const failures: Error[] = [];
    const { transport, logIn } = setup(failures);
    for (const request of ['a', 'b', 'c']) {
      await transport.exchange(request, signal);
      failures.push(new ProtocolError('not even HTTP'));
    }
    expect(logIn).toHaveBeenCalledTimes(3);
  });

  test('of a busy device is asked once more a moment later', async () => {
    const { clock, transport } = setup([new BusyError('busy')]);
    const answer = transport.exchange('a', signal);
    await clock.advance(250);
    expect(await answer).toBe('1:a');
  });

  test('may be opened before there is anything to ask', async () => {
    const { transport, logIn } = setup();
    await transport.logIn(signal);
    expect(await transport.exchange('a', signal)).toBe('1:a');
    expect(logIn).toHaveBeenCalledOnce();
  });

  test('does not outlive the closing of the transport', async () => {
    const { transport, disconnect } = setup();
    await transport.exchange('a', signal);
    transport.close();
    expect(disconnect).toHaveBeenCalledOnce();
    expect(await transport.exchange('b', signal)).toBe('2:b');
  });

  test('that opens while the transport is closed is not kept', async () => {
    const { transport, logIn } = setup();
    const opening = Promise.withResolvers<{ number: number; lifeMs: number; isUsedUp: boolean }>();
    logIn.mockReturnValueOnce(opening.promise);
    const failure = transport.exchange('a', signal).catch((error: unknown) => error);
    await Promise.resolve();
    transport.close();
    opening.resolve({ number: 99, lifeMs: 60_000, isUsedUp: false });
    expect(await failure).toBeInstanceOf(DeviceRefusedError);
    expect(await transport.exchange('b', signal)).toBe('1:b');
  });

  test('that cannot be opened is tried anew each time', async () => {
    const { transport, logIn } = setup();
    logIn.mockRejectedValueOnce(new AuthenticationError('no'));
    await expect(transport.exchange('a', signal)).rejects.toThrow(AuthenticationError);
    expect(await transport.exchange('a', signal)).toBe('1:a');
  });
});
