import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EcoflowDevice } from './device-board.ts';
import type { CloudFault, EcoflowFaults } from './faults.ts';
import type { EcoflowLedger } from './ledger.ts';
import { APP_ACCOUNT, BROKER_PASSWORD, DEVELOPER_ACCOUNT, type EcoflowCloudOptions, USER_ID } from './options.ts';
import { isSigned } from './signature.ts';

/** What the HTTP interface answers from. */
export interface HttpInterfaceDeps {
  readonly options: Required<Pick<EcoflowCloudOptions, 'accessKey' | 'secretKey' | 'email'>>;
  readonly account: { password: string; token: string };
  readonly devices: ReadonlyMap<string, EcoflowDevice>;
  readonly broker: () => { readonly url: string; readonly port: number; readonly protocol: string };
  readonly faults: EcoflowFaults;
  readonly ledger: EcoflowLedger;
}

/** Data of an answer, or a code with its message. */
type Answer = { readonly data: unknown } | { readonly code: string; readonly message: string };

const MAX_BODY_BYTES = 65_536;
const WRONG_SIGNATURE = { code: '8521', message: 'signature is wrong' };

/** Answers requests to the developer interface and to that of the app, as strictly as the real one. */
export function createHttpInterface(deps: HttpInterfaceDeps) {
  const { options, account, devices, broker, faults, ledger } = deps;
  const usedNonces = new Set<string>();

  function certification(certificateAccount: string): Answer {
    const { url, port, protocol } = broker();
    return { data: { certificateAccount, certificatePassword: BROKER_PASSWORD, url, port: `${port}`, protocol } };
  }

  function developer(request: IncomingMessage, url: URL, body: unknown): Answer {
    const { accesskey, nonce = '' } = request.headers as Record<string, string>;
    if (accesskey !== options.accessKey) return { code: '8513', message: 'accessKey is invalid' };
    // A GET that names a type of content is signed over a body that is not there.
    if (request.method === 'GET' && request.headers['content-type'] !== undefined) return WRONG_SIGNATURE;
    const parameters = request.method === 'GET' ? Object.fromEntries(url.searchParams) : body;
    if (usedNonces.has(nonce) || !isSigned(request.headers, parameters, options.secretKey)) return WRONG_SIGNATURE;
    usedNonces.add(nonce);
    return developerData(url);
  }

  function developerData({ pathname, searchParams }: URL): Answer {
    const bound = [...devices.values()].filter(({ isBound }) => isBound);
    switch (pathname) {
      case '/iot-open/sign/device/list':
        return { data: bound.map(listed) };
      case '/iot-open/sign/device/quota/all': {
        const device = bound.find(({ sn }) => sn === searchParams.get('sn'));
        if (device === undefined) return { code: '1006', message: 'current device is not allowed to get device info' };
        return { data: device.quotas };
      }
      case '/iot-open/sign/certification':
        return certification(DEVELOPER_ACCOUNT);
      default:
        return { code: '404', message: 'not found' };
    }
  }

  function login(body: unknown): Answer {
    const { email, password, scene, userType } = (body ?? {}) as Record<string, unknown>;
    const isAccount = email === options.email && password === Buffer.from(account.password).toString('base64');
    if (!isAccount || scene !== 'IOT_APP' || userType !== 'ECOFLOW') {
      return { code: '2026', message: 'account or password is wrong' };
    }
    return { data: { token: account.token, user: { userId: USER_ID, name: 'User' } } };
  }

  function app(request: IncomingMessage, url: URL, body: unknown): Answer {
    if (url.pathname === '/auth/login') return login(body);
    if (request.headers.authorization !== `Bearer ${account.token}`)
      return { code: '401', message: 'token is invalid' };
    if (url.pathname === '/iot-auth/app/certification') {
      if (url.searchParams.get('userId') !== USER_ID) return { code: '401', message: 'wrong user' };
      return certification(APP_ACCOUNT);
    }
    if (url.pathname === '/iot-service/user/device') {
      const bound = [...devices.values()].filter(({ isBound }) => isBound).map((device) => [device.sn, listed(device)]);
      return { data: { bound: Object.fromEntries(bound), share: {} } };
    }
    return { code: '404', message: 'not found' };
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://cloud');
    const body = await bodyOf(request);
    const fault = faults.take();
    const answer = url.pathname.startsWith('/iot-open/') ? developer(request, url, body) : app(request, url, body);
    const code = codeOf(fault ?? answer);
    const nonce = request.headers['nonce'];
    ledger.requests.push({ method: request.method ?? '', path: url.pathname, code, nonce: nonce?.toString() });
    ledger.changed();
    if (fault !== undefined) commit(fault, response);
    else send(response, answer);
  };
}

function listed({ sn, deviceName, productName, isOnline }: EcoflowDevice) {
  return {
    sn,
    ...(deviceName !== undefined && { deviceName }),
    ...(productName !== undefined && { productName }),
    online: Number(isOnline),
  };
}

function send(response: ServerResponse, answer: Answer): void {
  const envelope = 'code' in answer ? answer : { code: '0', message: 'Success', data: answer.data };
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ ...envelope, eagleEyeTraceId: '', tid: '' }));
}

function commit(fault: CloudFault, response: ServerResponse): void {
  if (fault === 'hang') return;
  if (fault === 'html') response.end('<html><body>Bad gateway</body></html>');
  else if (fault === 'truncated') response.end('{"code":"0","message":"Succ');
  else if ('code' in fault) send(response, fault);
  else {
    const { status, retryAfterSeconds } = fault;
    response.writeHead(status, retryAfterSeconds === undefined ? {} : { 'Retry-After': retryAfterSeconds }).end();
  }
}

function codeOf(outcome: CloudFault | Answer): string {
  if (typeof outcome === 'string') return outcome;
  if ('code' in outcome) return outcome.code;
  return 'status' in outcome ? `${outcome.status}` : '0';
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
