/** The languages below the payload, as metrics and settings name them. */
export type Protocol = 'xor' | 'klap' | 'klap2' | 'aes' | 'tpap';

/** The two languages of requests and answers: old Kasa (`{"module":{"command":{}}}`), or Tapo and newer Kasa (`{"method":…}`). */
export type Payload = 'iot' | 'smart';

/**
 * A conversation with one device: text in, text out, one exchange at a time; a second one waits for the first.
 *
 * Logs in when it has to, and anew once when the device has forgotten the session. Does not read the payload.
 */
export interface Transport {
  readonly protocol: Protocol;

  /**
   * Sends a request, JSON as text, and returns the answer, JSON as text.
   *
   * @throws {DeviceError} with its reason; the signal's reason when that fires
   */
  exchange(request: string, signal: AbortSignal): Promise<string>;

  /** Closes the connection and forgets the session. Exchanges under way are rejected. The next exchange begins anew. */
  close(): void;
}
