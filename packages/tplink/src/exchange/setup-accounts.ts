import type { Credentials } from '../credentials.ts';

/** The account of Kasa devices that were never bound to a cloud account. */
export const KASA_SETUP_ACCOUNT: Credentials = { username: 'kasa@tp-link.net', password: 'kasaSetup' };

/** The account of Tapo devices that were never bound to a cloud account. */
export const TAPO_SETUP_ACCOUNT: Credentials = { username: 'test@tp-link.net', password: 'test' };

/** What other devices without an account take. */
export const BLANK_ACCOUNT: Credentials = { username: '', password: '' };
