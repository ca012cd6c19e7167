import type { Clock } from '@device-exporters/retry';
import { ProtocolError } from '../device-error.ts';
import { numberAt, recordsAt, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { DeviceIdentity, Measurements, PolledDevice, Reading, Snapshot } from '../reading.ts';
import type { Transport } from '../transport.ts';
import { createSmartAsking, type SmartQuestion } from './asking.ts';
import { askWholeList } from './children.ts';
import { readIdentity, readState } from './device-info.ts';
import { ENERGY_QUESTIONS, readEnergy } from './energy.ts';
import { childFamilyOf, familyOf } from './family.ts';
import { readHubChild } from './hub-child.ts';

/** Whether the cloud is reached changes rarely, and a device is not bothered with it at every poll. */
const CLOUD_EVERY_MS = 60_000;

const METER = 'energy_monitoring';

/** What a device can do, by `component_nego`; of children by their ids. */
interface Abilities {
  readonly hasMeter: boolean;
  readonly hasChildren: boolean;
  readonly meteredChildren: ReadonlySet<string>;
}

/** A Tapo device, or a newer one of Kasa. */
export function createSmartDevice(
  transport: Pick<Transport, 'exchange'>,
  { clock }: { readonly clock: Clock },
): PolledDevice {
  const asking = createSmartAsking(transport, clock);
  let abilities: Abilities | undefined;
  let cloudAskedMs = Number.NEGATIVE_INFINITY;
  let cloud: Measurements = {};

  /** Asked once: what a firmware can do does not change while it runs. */
  async function learnAbilities(signal: AbortSignal): Promise<Abilities> {
    const method = 'component_nego';
    const components = componentsOf((await asking.ask([{ method }], signal)).get(method) ?? {});
    const hasChildren = components.has('child_device') || components.has('control_child');
    const lists = hasChildren
      ? await askWholeList(asking, 'get_child_device_component_list', 'child_component_list', signal)
      : [];
    const metered = lists.filter((list) => componentsOf(list).has(METER)).map((list) => textAt(list, 'device_id'));
    return { hasMeter: components.has(METER), hasChildren, meteredChildren: new Set(metered) };
  }

  async function childOf(
    child: JsonRecord,
    parent: DeviceIdentity,
    { meteredChildren }: Abilities,
    signal: AbortSignal,
  ) {
    const identity = readIdentity(child, childFamilyOf(child), parent);
    if (parent.family === 'HUB') return { identity, measurements: readHubChild(child) };
    const isMetered = meteredChildren.has(identity.childId);
    const energy = isMetered ? readEnergy(await asking.ask(ENERGY_QUESTIONS, signal, identity.childId)) : {};
    return { identity, measurements: { ...readState(child), ...energy } };
  }

  async function poll(signal: AbortSignal): Promise<Snapshot> {
    abilities ??= await learnAbilities(signal);
    const isCloudDue = clock.monotonicMs() - cloudAskedMs >= CLOUD_EVERY_MS;
    const questions: SmartQuestion[] = [{ method: 'get_device_info' }];
    if (abilities.hasMeter && !abilities.hasChildren) questions.push(...ENERGY_QUESTIONS);
    if (isCloudDue) questions.push({ method: 'get_connect_cloud_state' });
    const answers = await asking.ask(questions, signal);
    const info = answers.get('get_device_info');
    if (info === undefined || textAt(info, 'device_id') === '') {
      throw new ProtocolError('get_device_info: expected the description of a device, found none');
    }
    if (isCloudDue) {
      cloud = cloudOf(answers.get('get_connect_cloud_state'));
      cloudAskedMs = clock.monotonicMs();
    }
    const identity = readIdentity(info, familyOf(info, abilities.hasChildren));
    const measurements = { ...readState(info), ...cloud, ...readEnergy(answers) };
    const children: Reading[] = [];
    const list = abilities.hasChildren
      ? await askWholeList(asking, 'get_child_device_list', 'child_device_list', signal)
      : [];
    // One after the other: a device takes one request at a time.
    for (const child of list) children.push(await childOf(child, identity, abilities, signal));
    return { device: { identity, measurements }, children };
  }

  return { poll };
}

function componentsOf(answer: JsonRecord): Set<string> {
  return new Set(recordsAt(answer, 'component_list').map((component) => textAt(component, 'id')));
}

/** 0 means connected. */
function cloudOf(state: JsonRecord | undefined): Measurements {
  const status = state && numberAt(state, 'status');
  return status === undefined ? {} : { isCloudConnected: status === 0 };
}
