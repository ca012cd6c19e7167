import type { Clock } from '@device-exporters/retry';
import { ProtocolError } from '../device-error.ts';
import { numberAt, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { DeviceIdentity, Measurements, PolledDevice, Reading, Snapshot } from '../reading.ts';
import type { Transport } from '../transport.ts';
import { type Abilities, askAbilities } from './abilities.ts';
import { createSmartAsking, type SmartAnswers, type SmartQuestion } from './asking.ts';
import { askWholeList } from './children.ts';
import { readIdentity, readState } from './device-info.ts';
import { ENERGY_QUESTIONS, readEnergy } from './energy.ts';
import { childFamilyOf, familyOf } from './family.ts';
import { readHubChild } from './hub-child.ts';

/** Whether the cloud is reached changes rarely, and a device is not bothered with it at every poll. */
const CLOUD_EVERY_MS = 60_000;

const INFO: SmartQuestion = { method: 'get_device_info' };
const CLOUD: SmartQuestion = { method: 'get_connect_cloud_state', isOptional: true };
const CHILDREN = { method: 'get_child_device_list', list: 'child_device_list' };

/** What is remembered of one device with one firmware: another firmware can do other things. */
interface Memory {
  readonly deviceId: string;
  readonly firmware: string;
  readonly abilities: Abilities;
}

/** A Tapo device, or a newer one of Kasa. */
export function createSmartDevice(
  transport: Pick<Transport, 'exchange'>,
  { clock }: { readonly clock: Clock },
): PolledDevice {
  const asking = createSmartAsking(transport, clock);
  let memory: Memory | undefined;
  let cloudDueMs = Number.NEGATIVE_INFINITY;
  let cloud: Measurements = {};

  async function childOf(
    child: JsonRecord,
    parent: DeviceIdentity,
    { meteredChildren }: Abilities,
    signal: AbortSignal,
  ): Promise<Reading> {
    const identity = readIdentity(child, childFamilyOf(child), parent);
    if (parent.family === 'HUB') return { identity, measurements: readHubChild(child) };
    const isMetered = meteredChildren?.has(identity.childId) ?? true;
    const energy = isMetered ? readEnergy(await asking.ask(ENERGY_QUESTIONS, signal, identity.childId)) : {};
    return { identity, measurements: { ...readState(child), ...energy } };
  }

  /** The cloud is asked along with the state, now and then. */
  async function askState(more: readonly SmartQuestion[], signal: AbortSignal): Promise<SmartAnswers> {
    const isCloudDue = clock.monotonicMs() >= cloudDueMs;
    // Noted before it is asked: a device that breaks off on the question does so once a minute and no more often.
    if (isCloudDue) cloudDueMs = clock.monotonicMs() + CLOUD_EVERY_MS;
    const answers = await asking.ask([INFO, ...more, ...(isCloudDue ? [CLOUD] : [])], signal);
    if (isCloudDue) cloud = cloudOf(answers.get(CLOUD.method));
    return answers;
  }

  /** A strip lists a meter as well, but only its outlets measure: unless it has a relay of its own, it is not asked. */
  async function energyOf(info: JsonRecord, abilities: Abilities, along: SmartAnswers, signal: AbortSignal) {
    const { hasMeter, hasChildren, isCertain } = abilities;
    const isDue = hasMeter && hasChildren && ('device_on' in info || !isCertain);
    return readEnergy(isDue ? await asking.ask(ENERGY_QUESTIONS, signal) : along);
  }

  function remember({ deviceId, firmware }: DeviceIdentity, abilities: Abilities): void {
    const isSame = memory === undefined || (memory.deviceId === deviceId && memory.firmware === firmware);
    memory = isSame && abilities.isCertain ? { deviceId, firmware, abilities } : undefined;
  }

  async function poll(signal: AbortSignal): Promise<Snapshot> {
    const abilities = memory?.abilities ?? (await askAbilities(asking, signal));
    const isPlainMeter = abilities.hasMeter && !abilities.hasChildren;
    const answers = await askState(isPlainMeter ? ENERGY_QUESTIONS : [], signal);
    const info = describing(answers);
    const energy = await energyOf(info, abilities, answers, signal);
    const list = (abilities.hasChildren && (await askWholeList(asking, CHILDREN, signal))) || new Map();
    const identity = readIdentity(info, familyOf(info, abilities.isCertain ? abilities.hasChildren : list.size > 0));
    remember(identity, abilities);
    const children: Reading[] = [];
    // One after the other: a device takes one request at a time.
    for (const child of list.values()) children.push(await childOf(child, identity, abilities, signal));
    return { device: { identity, measurements: { ...readState(info), ...cloud, ...energy } }, children };
  }

  return { poll };
}

/** @throws {ProtocolError} when a device does not say who it is */
function describing(answers: SmartAnswers): JsonRecord {
  const { method } = INFO;
  const info = answers.get(method);
  if (info !== undefined && textAt(info, 'device_id') !== '') return info;
  const found = info === undefined ? `error_code ${answers.codeOf(method)}` : 'one without a device_id';
  throw new ProtocolError(`${method}: expected the description of a device, found ${found}`);
}

/** 0 means connected. */
function cloudOf(state: JsonRecord | undefined): Measurements {
  const status = state && numberAt(state, 'status');
  return status === undefined ? {} : { isCloudConnected: status === 0 };
}
