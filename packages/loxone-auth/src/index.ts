export { CommandCipher, type CommandCipherOptions } from './command-cipher.ts';
export { type CredentialKey, type Credentials, hashCredentials, parseCredentialKey } from './credential-hash.ts';
export type { HashAlgorithm } from './hash-algorithm.ts';
export { keyExchangeCommand, openKeyExchange } from './key-exchange.ts';
export { authenticateCommand, legacyHash } from './legacy-hash.ts';
export {
  authWithTokenCommand,
  clientUuid,
  GET_KEY_COMMAND,
  getCredentialKeyCommand,
  getTokenCommand,
  killTokenCommand,
  PERMISSION,
  refreshTokenCommand,
  type TokenRequest,
  type TokenScheme,
} from './login-commands.ts';
export { type LoginScheme, loginSchemeFor, nextScheme, tokenAlgorithmFor } from './login-scheme.ts';
export { parseOneTimeKey } from './one-time-key.ts';
export { parsePublicKey } from './public-key.ts';
export { SessionKey } from './session-key.ts';
export {
  hashToken,
  isExpired,
  parseStoredToken,
  parseToken,
  refreshAtMs,
  renewToken,
  type Token,
} from './token.ts';
