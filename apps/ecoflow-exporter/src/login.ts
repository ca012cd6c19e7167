import { randomUUID } from 'node:crypto';

/** What the app sends to log in, as the body of `POST /auth/login`. */
export interface LoginBody {
  readonly email: string;
  readonly password: string;
  readonly scene: 'IOT_APP';
  readonly userType: 'ECOFLOW';
}

/** The body that logs in. The password is base64 of its UTF-8, which hides it from nobody: never log it. */
export function loginBody(email: string, password: string): LoginBody {
  return { email, password: Buffer.from(password, 'utf8').toString('base64'), scene: 'IOT_APP', userType: 'ECOFLOW' };
}

/** What stands for one installation at the broker. To be kept: about ten different ones a day and account are let in. */
export function createInstallationId(random: () => string = randomUUID): string {
  return random().toUpperCase();
}

/**
 * The client id that the broker of the app accepts; any other is refused with code 5.
 *
 * @param installationId a UUID in capitals, with or without hyphens @param userId 19 digits, more than a number holds
 */
export function appClientId(installationId: string, userId: string): string {
  return `ANDROID_${installationId}_${userId}`;
}
