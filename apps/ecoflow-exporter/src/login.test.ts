import { describe, expect, test } from 'vitest';
import { hasReference, readReference } from '../test/reference.ts';
import { appClientId, createInstallationId, loginBody } from './login.ts';

interface Passwords {
  readonly cases: readonly { readonly password: string; readonly encoded: string }[];
  readonly body_example: { readonly email: string; readonly password: string };
}

test('a client id names app, installation and user', () => {
  const installation = createInstallationId(() => '0f8fad5b-d9cb-469f-a165-70867728950e');
  expect(appClientId(installation, '123')).toBe('ANDROID_0F8FAD5B-D9CB-469F-A165-70867728950E_123');
});

test('an installation is unlike any other', () => {
  expect(createInstallationId()).toMatch(/^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  expect(createInstallationId()).not.toBe(createInstallationId());
});

describe.runIf(hasReference)('as the vectors have it', () => {
  test('the password is base64 of its UTF-8', () => {
    const { cases, body_example } = readReference<Passwords>('vectors/login_password.json');
    for (const { password, encoded } of cases) expect(loginBody('a', password).password).toBe(encoded);
    expect(loginBody(body_example.email, 'secret')).toEqual(body_example);
  });

  test('the client id is one of those that are accepted', () => {
    const { accepted_short, userId } = readReference<{ accepted_short: string[]; userId: string }>(
      'vectors/client_id.json',
    );
    const ids = ['0F8FAD5B-D9CB-469F-A165-70867728950E', '0F8FAD5BD9CB469FA16570867728950E'];
    expect(ids.map((id) => appClientId(id, userId))).toEqual(accepted_short);
  });
});
