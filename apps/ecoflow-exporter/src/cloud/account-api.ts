import { loginBody } from '../login.ts';
import { type Certification, readCertification } from './certification.ts';
import type { CloudClient } from './cloud-client.ts';
import { BadAnswerError } from './errors.ts';
import { HOSTS, originOf } from './hosts.ts';
import { type ListedDevice, readListedDevices } from './listed-device.ts';

/** What a login gives. */
export interface AccountToken {
  readonly token: string;
  /** Digits, more than a number holds. */
  readonly userId: string;
}

/** The interface of the app: a login, and what it opens. */
export interface AccountApi {
  /** @throws {CredentialsRefusedError} @throws {CloudError} */
  logIn(email: string, password: string, signal: AbortSignal): Promise<AccountToken>;
  /** @throws {CloudError} */
  certification(token: AccountToken, signal: AbortSignal): Promise<Certification>;
  /** @throws {CloudError} */
  devices(token: AccountToken, signal: AbortSignal): Promise<ListedDevice[]>;
}

const LOGIN = '/auth/login';
const CERTIFICATION = '/iot-auth/app/certification';
const DEVICES = '/iot-service/user/device';

/** @param host undefined: the usual one, which knows the accounts of all regions */
export function createAccountApi(client: CloudClient, host: string | undefined): AccountApi {
  const origin = originOf(host ?? HOSTS[0]);
  const get = (path: string, { token }: AccountToken, signal: AbortSignal, query = {}): Promise<unknown> => {
    const url = new URL(path, origin);
    url.search = new URLSearchParams(query).toString();
    const headers = { lang: 'en_US', Authorization: `Bearer ${token}` };
    return client.ask(() => ({ url, method: 'GET', headers }), signal);
  };
  return {
    async logIn(email, password, signal) {
      const headers = { lang: 'en_US', 'Content-Type': 'application/json' };
      const body = JSON.stringify(loginBody(email, password));
      const data = await client.ask(() => ({ url: new URL(LOGIN, origin), method: 'POST', headers, body }), signal);
      const { token, user } = (data ?? {}) as { token?: unknown; user?: { userId?: unknown } };
      const userId = user?.userId;
      if (typeof token !== 'string' || typeof userId !== 'string' || !/^\d{1,32}$/.test(userId)) {
        throw new BadAnswerError(`POST ${LOGIN}: expected a token and the id of a user`);
      }
      return { token, userId };
    },
    async certification(token, signal) {
      const data = await get(CERTIFICATION, token, signal, { userId: token.userId });
      return readCertification(data, `GET ${CERTIFICATION}`);
    },
    async devices(token, signal) {
      const data = ((await get(DEVICES, token, signal)) ?? {}) as Readonly<Record<string, unknown>>;
      const groups = [data['bound'], data['share']].flatMap((group) => Object.values(group ?? {}));
      return readListedDevices(groups.flat(), `GET ${DEVICES}`);
    },
  };
}
