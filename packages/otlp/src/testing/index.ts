/**
 * For tests only: a second entry point, so that no bundle of an app ever holds this.
 */
export type { ReceivedPoint, ReceivedRequest } from './received.ts';
export { pushTo, type Receiver, type ReceiverOptions, receiveGrpc, receiveHttp } from './receiver.ts';
