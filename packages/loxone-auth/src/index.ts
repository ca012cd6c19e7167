export { CommandCipher, type CommandCipherOptions } from './command-cipher.ts';
export { type CredentialKey, type Credentials, hashCredentials, parseCredentialKey } from './credential-hash.ts';
export { type HashAlgorithm, UnsupportedHashError } from './hash-algorithm.ts';
export { keyExchangeCommand, openKeyExchange } from './key-exchange.ts';
export { authenticateCommand, authenticateEncryptedCommand, legacyHash } from './legacy-hash.ts';
export {
  authWithTokenCommand,
  checkTokenCommand,
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
export { InvalidKeyError, parseOneTimeKey } from './one-time-key.ts';
export { PublicKeyError, parsePublicKey } from './public-key.ts';
export { DecryptionError, SessionKey } from './session-key.ts';
export {
  hashToken,
  InvalidTokenError,
  isExpired,
  parseStoredToken,
  parseToken,
  refreshAtMs,
  renewToken,
  type Token,
} from './token.ts';
