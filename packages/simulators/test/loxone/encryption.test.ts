import { describe, expect, it } from 'vitest';
import { startMiniserver } from '../../src/index.ts';
import { decrypt, encrypt } from './client-crypto.ts';
import { TestClient } from './test-client.ts';

const GETKEY = 'jdev/sys/getkey';

describe('an encrypted command', () => {
  it.each(['zeros', 'nulPkcs7'] as const)('is read with the padding %s, whatever its length', async (padding) => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    for (const user of ['a', 'ab', 'abc', 'abcdefgh', 'Größe ✓', 'x'.repeat(15), 'x'.repeat(16), 'x'.repeat(31)]) {
      const command = `jdev/sys/getkey2/${encodeURIComponent(user)}`;
      expect((await client.encrypted(command, { padding })).code).toBe(200);
    }
    client.close();
  });

  it('is not read with PKCS7 alone, whose bytes would become part of the command', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const command = `salt/1f2e/${GETKEY}`;
    const short = 16 - (command.length % 16);
    const padded = encrypt(command + String.fromCharCode(short).repeat(short));
    expect((await client.command(`jdev/sys/enc/${encodeURIComponent(padded)}`)).code).toBe(401);
    client.close();
  });

  it('may leave the slashes of its base64 as they are', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const withSlash = [...Array(200).keys()]
      .map((n) => encrypt(`salt/1f2e/${GETKEY}2/${n}`))
      .find((text) => text.includes('/'));
    const lenient = encodeURIComponent(withSlash!).replaceAll('%2F', '/');
    expect((await client.command(`jdev/sys/enc/${lenient}`)).code).toBe(200);
    client.close();
  });

  it('must carry the salt of the command before it, until it announces another', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const codes = [];
    for (const prefix of [
      'salt/aaaa',
      'salt/aaaa',
      'salt/bbbb',
      'nextSalt/aaaa/bbbb',
      'salt/aaaa',
      'salt/bbbb',
      'nextSalt/aaaa/cccc',
      'nextSalt/bbbb/0123456789abcdef0123456789abcdef',
      'salt/0123456789abcdef0123456789abcdef',
    ]) {
      codes.push((await client.encrypted(GETKEY, { prefix })).code);
    }
    expect(codes).toEqual([200, 200, 401, 200, 401, 200, 401, 200, 200]);
    client.close();
  });

  it.each(['pepper/1f2e', 'salt/xyz1', 'salt/1f', 'salt/1f2', `salt/${'ab'.repeat(17)}`, 'nextSalt/1f2e/zz'])(
    'is answered 401 with the salt %s',
    async (prefix) => {
      await using miniserver = await startMiniserver();
      const client = await TestClient.connect(miniserver);
      await client.exchangeKeys();
      expect((await client.encrypted(GETKEY, { prefix })).code).toBe(401);
      client.close();
    },
  );

  it.each([
    ['an unencoded blank', 'jdev/sys/enc/not base64'],
    ['broken percent-encoding', 'jdev/sys/fenc/%E0%A4%A'],
    ['half a block', `jdev/sys/enc/${Buffer.alloc(24).toString('base64')}`],
    ['another key', `jdev/sys/enc/${encodeURIComponent(encrypt(`salt/1f2e/${GETKEY}`, 'zeros', Buffer.alloc(32)))}`],
  ])('is answered 401 in the clear with %s', async (_, command) => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect((await client.command(command)).code).toBe(401);
    expect(miniserver.ledger.commands.at(-1)!.command).toBe(command);
    client.close();
  });

  it('is answered 401 before a key exchange', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    expect((await client.encrypted(GETKEY)).code).toBe(401);
    client.close();
  });

  it('is answered encrypted when it asks for that, with line feeds if need be', async () => {
    await using miniserver = await startMiniserver({ wire: { base64LineFeeds: true } });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    client.send(`jdev/sys/fenc/${encodeURIComponent(encrypt(`salt/1f2e/${GETKEY}2/exporter`))}`);
    const text = (await client.next(0)).payload.toString();
    expect(text.split('\r\n').length).toBeGreaterThan(1);
    const { LL } = JSON.parse(decrypt(text.replaceAll('\r\n', '')));
    expect(LL).toMatchObject({ control: 'dev/sys/getkey2/exporter', code: 200 });
    client.close();
  });

  it('starts a new salt with a new key exchange', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    await client.encrypted(GETKEY, { prefix: 'salt/aaaa' });
    await client.exchangeKeys();
    expect((await client.encrypted(GETKEY, { prefix: 'salt/bbbb' })).code).toBe(200);
    client.close();
  });

  it('may ask for the structure file with enc but not with fenc', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    expect((await client.encrypted('data/LoxAPP3.json', { kind: 'fenc' })).code).toBe(400);
    client.send(`jdev/sys/enc/${encodeURIComponent(encrypt(`salt/${client.salt}/data/LoxAPP3.json`))}`);
    expect(JSON.parse((await client.next(1)).payload.toString())).toEqual(miniserver.house.structure);
    client.close();
  });

  it.each([
    ['dev', 'dev/sys/getkey'],
    ['jdev', 'jdev/sys/getkey'],
    ['received', /^jdev\/sys\/enc\//],
  ] as const)('is called by another name in the answer with the option %s', async (echo, control) => {
    await using miniserver = await startMiniserver({ wire: { echo } });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect((await client.encrypted(GETKEY)).control).toEqual(
      typeof control === 'string' ? control : expect.stringMatching(control),
    );
    client.close();
  });

  it('is written into the ledger as it reads in the clear', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    await client.encrypted(GETKEY, { kind: 'fenc' });
    expect(miniserver.ledger.connections[0]!.commands.at(-1)).toMatchObject({
      command: GETKEY,
      encryption: 'fenc',
      code: 200,
      overlapping: false,
    });
    client.close();
  });
});
