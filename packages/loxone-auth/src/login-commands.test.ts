import { describe, expect, test } from 'vitest';
import {
  authWithTokenCommand,
  clientUuid,
  GET_KEY_COMMAND,
  getCredentialKeyCommand,
  getTokenCommand,
  killTokenCommand,
  PERMISSION,
  refreshTokenCommand,
} from './login-commands.ts';

const USER = 'Größe/+ 1';
const ENCODED = 'Gr%C3%B6%C3%9Fe%2F%2B%201';
const UUID = '098802e1-02b4-603c-ffffeee000d80cfd';

describe('a command of the login', () => {
  test('asks for a key', () => {
    expect(GET_KEY_COMMAND).toBe('jdev/sys/getkey');
    expect(getCredentialKeyCommand(USER)).toBe(`jdev/sys/getkey2/${ENCODED}`);
  });

  test('asks for a token, in the way of the firmware', () => {
    const request = {
      hash: 'c0ffee',
      user: USER,
      permission: PERMISSION.app,
      clientUuid: UUID,
      info: 'exporter/on a Pi',
    };
    const rest = `c0ffee/${ENCODED}/4/${UUID}/exporter-on%20a%20Pi`;
    expect(getTokenCommand('jwt', request)).toBe(`jdev/sys/getjwt/${rest}`);
    expect(getTokenCommand('token', request)).toBe(`jdev/sys/gettoken/${rest}`);
  });

  test('shows a token, renews it, ends it', () => {
    expect(authWithTokenCommand('c0ffee', USER)).toBe(`authwithtoken/c0ffee/${ENCODED}`);
    expect(refreshTokenCommand('jwt', 'c0ffee', USER)).toBe(`jdev/sys/refreshjwt/c0ffee/${ENCODED}`);
    expect(refreshTokenCommand('token', 'c0ffee', USER)).toBe(`jdev/sys/refreshtoken/c0ffee/${ENCODED}`);
    expect(killTokenCommand('c0ffee', USER)).toBe(`jdev/sys/killtoken/c0ffee/${ENCODED}`);
  });
});

describe('the UUID of a client', () => {
  test('is in the form of Loxone, and the same each time', () => {
    expect(clientUuid('loxone-exporter@house')).toBe('0f8db996-62b3-5231-359a1c5b0d833252');
  });

  test('is another one for another installation', () => {
    expect(clientUuid('a')).not.toBe(clientUuid('b'));
  });
});
