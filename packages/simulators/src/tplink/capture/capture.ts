import { isObject, type Json, type JsonObject, listOr, objectOr, textOr } from '../json.ts';

/** The language of requests and answers: old Kasa, or Tapo and newer Kasa (PROTOCOLS §1). */
export type PayloadKind = 'iot' | 'smart';

/** What a command is answered with: a method of SMART, `module.command` or a whole refused `module` of IOT. */
export type Replies = Readonly<Record<string, Json>>;

/** An outlet of a strip or a sensor of a hub. */
export interface Child {
  /** The full id, as requests name it. */
  readonly id: string;
  /** What the parent's list says of it: an entry of `get_child_device_list`, or of `children` in `get_sysinfo`. */
  readonly entry: JsonObject;
  /** What it answers itself. */
  readonly replies: Replies;
}

/** A capture, taken apart. An integer in place of a reply is an error code. */
export interface Model {
  readonly kind: PayloadKind;
  readonly replies: Replies;
  readonly children: readonly Child[];
  /** The `result` of its answer to discovery on port 20002, if it was captured. */
  readonly discovery: JsonObject | undefined;
}

/** An object that is no capture in the shared format. */
export class CaptureError extends Error {}

/**
 * Takes a capture apart: IOT ones map module → command → reply, SMART ones method → result.
 *
 * @throws CaptureError when it holds neither `system.get_sysinfo` nor `get_device_info`
 */
export function readCapture(capture: object): Model {
  // Captures come from JSON files, so whatever is in them is JSON.
  const { discovery_result: discovery, child_devices: children, ...rest } = capture as JsonObject;
  const model = { discovery: discoveryResult(discovery) };
  if (isObject(objectOr(rest['system'])['get_sysinfo'])) {
    const replies = iotReplies(rest);
    return { ...model, kind: 'iot', replies, children: iotChildren(replies, objectOr(children)) };
  }
  if (isObject(rest['get_device_info'])) {
    return { ...model, kind: 'smart', replies: rest, children: smartChildren(rest, objectOr(children)) };
  }
  throw new CaptureError('capture: expected system.get_sysinfo or get_device_info, found neither');
}

function discoveryResult(discovery: Json | undefined): JsonObject | undefined {
  if (!isObject(discovery)) return undefined;
  return isObject(discovery['result']) ? discovery['result'] : discovery;
}

function iotReplies(modules: JsonObject): Replies {
  const replies: Record<string, Json> = {};
  for (const [module, commands] of Object.entries(modules)) {
    if (!isObject(commands) || 'err_code' in commands) replies[module] = commands;
    else for (const [command, reply] of Object.entries(commands)) replies[`${module}.${command}`] = reply;
  }
  return replies;
}

/** Without a capture of its own an outlet repeats the strip's meter under its own slot, at rest when it is off. */
function iotChildren(replies: Replies, captured: JsonObject): Child[] {
  const entries = listOr(objectOr(replies['system.get_sysinfo'])['children']).filter(isObject);
  const meter = replies['emeter.get_realtime'];
  return entries.map((entry, slot) => {
    const id = textOr(entry['id']);
    const own = captured[id];
    if (isObject(own)) return { id, entry, replies: iotReplies(own) };
    return { id, entry, replies: isObject(meter) ? { 'emeter.get_realtime': outletMeter(meter, slot, entry) } : {} };
  });
}

function outletMeter(meter: JsonObject, slot: number, { state }: JsonObject): JsonObject {
  const isOff = state === 0;
  const atRest = { power_mw: 0, current_ma: 0 };
  return {
    ...meter,
    ...('slot_id' in meter ? { slot_id: slot } : {}),
    ...(isOff && 'power_mw' in meter ? atRest : {}),
  };
}

function smartChildren(replies: Replies, captured: JsonObject): Child[] {
  const entries = listOr(objectOr(replies['get_child_device_list'])['child_device_list']).filter(isObject);
  return entries.map((entry) => {
    const id = textOr(entry['device_id']);
    return { id, entry, replies: { get_device_info: entry, ...objectOr(captured[id]) } };
  });
}

/**
 * A hub capture with those captures of single children in place of its own, as their own captures are made: for
 * children that were captured without their hub.
 */
export function withChildren(hub: object, children: readonly object[]): object {
  const infos = children.map((child, index): JsonObject => {
    const info = objectOr((child as JsonObject)['get_device_info']);
    return { ...info, device_id: `child-${index + 1}` };
  });
  const components = children.map((child, index): JsonObject => {
    const { component_list = [] } = objectOr((child as JsonObject)['component_nego']);
    return { device_id: `child-${index + 1}`, component_list };
  });
  const page = { start_index: 0, sum: children.length };
  return {
    ...hub,
    get_child_device_list: { child_device_list: infos, ...page },
    get_child_device_component_list: { child_component_list: components, ...page },
    child_devices: Object.fromEntries(
      children.map((child, index) => [`child-${index + 1}`, { ...child, get_device_info: infos[index] }]),
    ),
  };
}
