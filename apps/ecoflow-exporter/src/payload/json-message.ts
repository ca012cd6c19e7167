import { BadPayloadError, type Message } from './message.ts';
import { addMembers, createReadings, type ReadingsBuilder } from './readings.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Where the readings of a push of the second generation stand in the answer of `quota/all`. */
const PREFIX_BY_TYPE_CODE: Readonly<Record<string, string>> = {
  pdStatus: 'pd.',
  mpptStatus: 'mppt.',
  invStatus: 'inv.',
  emsStatus: 'bms_emsStatus.',
  bmsStatus: 'bms_bmsStatus.',
  bmsInfo: 'bms_bmsInfo.',
  kitInfo: 'bms_kitInfo.',
  bmsSlaveStatus: 'bms_slave.',
  bmsSlaveStatus_1: 'bms_slave_bmsSlaveStatus_1.',
  bmsSlaveStatus_2: 'bms_slave_bmsSlaveStatus_2.',
  bmsSlaveInfo_1: 'bms_slave_bmsSlaveInfo_1.',
  bmsSlaveInfo_2: 'bms_slave_bmsSlaveInfo_2.',
};

/**
 * Reads a JSON message of either broker: a push of any shape, or the reply to `latestQuotas`.
 *
 * @param value the parsed JSON
 * @throws {BadPayloadError} when it is not an object
 */
export function readJsonMessage(value: unknown): Message {
  const message = objectOf(value, 'a message');
  const readings = createReadings();
  const { data, params, param } = message;
  if (isObject(data) && (message['operateType'] === 'latestQuotas' || isObject(data['quotaMap']))) {
    if (isObject(data['quotaMap'])) addMembers(readings, data['quotaMap']);
    return { readings, isOnline: onlineOf(data['online']), unknownCommands: [] };
  }
  if (isObject(params)) addMembers(readings, params, prefixOf(message));
  else if (isObject(param)) addMembers(readings, param, prefixOf(message));
  // STREAM pushes its keys without any envelope.
  else if (!('params' in message || 'param' in message || 'code' in message)) addMembers(readings, message);
  return { readings, isOnline: readings.values.size > 0 ? true : undefined, unknownCommands: [] };
}

/**
 * Reads the `data` of a quota answer: last known values, which are no evidence that the device is on line.
 *
 * @throws {BadPayloadError} when it is neither an object nor missing, which is how the cloud says: nothing known
 */
export function readQuotas(data: unknown): Message {
  const readings: ReadingsBuilder = createReadings();
  if (data !== undefined && data !== null) addMembers(readings, objectOf(data, 'the data of a quota answer'));
  return { readings, isOnline: undefined, unknownCommands: [] };
}

/** Reads a message of the topic `status`: true on line, false off line, undefined when it says neither. */
export function readStatusMessage(value: unknown): boolean | undefined {
  const { params } = objectOf(value, 'a status message');
  return isObject(params) ? onlineOf(params['status']) : undefined;
}

/** 1 or true, 0 or false, also as text; anything else is no statement. */
function onlineOf(value: unknown): boolean | undefined {
  if (value === true || value === 1 || value === '1') return true;
  return value === false || value === 0 || value === '0' ? false : undefined;
}

function prefixOf({ typeCode, cmdFunc, cmdId, param }: JsonObject): string {
  if (typeof typeCode === 'string')
    return Object.hasOwn(PREFIX_BY_TYPE_CODE, typeCode) ? (PREFIX_BY_TYPE_CODE[typeCode] ?? '') : `${typeCode}.`;
  if (isObject(param) && isNumeric(cmdFunc) && isNumeric(cmdId)) return `${cmdFunc}_${cmdId}.`;
  return '';
}

function isNumeric(value: unknown): value is number | string {
  return Number.isInteger(value) || (typeof value === 'string' && /^\d{1,5}$/.test(value));
}

function objectOf(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new BadPayloadError(`${what} is not a JSON object`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
