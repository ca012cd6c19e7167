import type { Replies } from '../capture/capture.ts';
import { type Json, type JsonObject, objectOr } from '../json.ts';

/** How far time has gone since the device was started. */
export interface Moment {
  readonly elapsedSeconds: number;
  /** Unix seconds at the start. */
  readonly startSeconds: number;
}

/** Power swings by a fifth every five minutes, and starts at what was captured. */
const SWING = 0.2;
const PERIOD_SECONDS = 300;
const OMEGA = (2 * Math.PI) / PERIOD_SECONDS;

function swing(seconds: number): number {
  return 1 + SWING * Math.sin(OMEGA * seconds);
}

/** The integral of {@link swing} from 0: seconds of full power. */
function swungSeconds(seconds: number): number {
  return seconds + (SWING / OMEGA) * (1 - Math.cos(OMEGA * seconds));
}

type Mover = (reply: JsonObject, moment: Moment, replies: Replies) => JsonObject;

/** What a captured reply has become. The same moment always gives the same reply; what was not captured stays away. */
export function moved(command: string, reply: Json, moment: Moment, replies: Replies): Json {
  const mover = Object.hasOwn(MOVERS, command) ? MOVERS[command] : undefined;
  const isReply = typeof reply === 'object' && reply !== null && !Array.isArray(reply);
  return mover === undefined || !isReply ? reply : mover(reply as JsonObject, moment, replies);
}

const MOVERS: Readonly<Record<string, Mover>> = {
  get_device_info: movedInfo,
  get_energy_usage: movedUsage,
  get_emeter_data: movedMeter,
  get_current_power: (reply, { elapsedSeconds }) =>
    changed(reply, { current_power: (watts) => watts * swing(elapsedSeconds) }),
  get_device_time: movedClock,
  'system.get_sysinfo': movedInfo,
  'emeter.get_realtime': movedMeter,
  'smartlife.iot.common.emeter.get_realtime': movedMeter,
  'time.get_time': movedTime,
};

function movedInfo(info: JsonObject, { elapsedSeconds }: Moment): JsonObject {
  const isOn = info['device_on'] === true || info['relay_state'] === 1 || info['state'] === 1;
  const isHeard = info['status'] !== 'offline';
  if (!isHeard) return info;
  const slowly = Math.sin(elapsedSeconds / 600);
  return {
    ...info,
    ...changed(info, {
      on_time: (seconds) => (isOn ? seconds + Math.floor(elapsedSeconds) : seconds),
      current_temp: (degrees) => Math.round((degrees + slowly) * 10) / 10,
      current_humidity: (percent) => Math.min(100, Math.round(percent + 3 * slowly)),
    }),
    // Somebody passes for half a minute every five, a door stands open for two minutes every ten.
    ...flipped(info, 'detected', elapsedSeconds % 300 >= 270),
    ...flipped(info, 'open', elapsedSeconds % 600 >= 480),
  };
}

function flipped(info: JsonObject, field: string, isFlipped: boolean): JsonObject {
  const value = info[field];
  return typeof value === 'boolean' ? { [field]: value !== isFlipped } : {};
}

function movedMeter(meter: JsonObject, { elapsedSeconds }: Moment): JsonObject {
  const factor = swing(elapsedSeconds);
  const wattHours = (wattsThen(meter) * swungSeconds(elapsedSeconds)) / 3600;
  return changed(meter, {
    power_mw: (value) => value * factor,
    current_ma: (value) => value * factor,
    power: (value) => value * factor,
    current: (value) => value * factor,
    voltage_mv: (value) => value + 1000 * (factor - 1),
    voltage: (value) => value + (factor - 1),
    energy_wh: (value) => Math.floor(value + wattHours),
    total_wh: (value) => Math.floor(value + wattHours),
    total: (value) => Math.floor(value * 1000 + wattHours) / 1000,
  });
}

/** Watts at the start. */
function wattsThen(meter: JsonObject): number {
  const { power_mw, power } = meter;
  if (typeof power_mw === 'number') return power_mw / 1000;
  return typeof power === 'number' ? power : 0;
}

function movedUsage(usage: JsonObject, moment: Moment, replies: Replies): JsonObject {
  const { elapsedSeconds } = moment;
  const info = objectOr(replies['get_device_info']);
  const watts =
    typeof usage['current_power'] === 'number'
      ? usage['current_power'] / 1000
      : wattsThen(objectOr(replies['get_emeter_data']));
  const local = localTime(moment, info);
  const midnight = elapsedSeconds - secondsOfDay(local);
  const firstOfMonth = midnight - (local.getUTCDate() - 1) * 86_400;
  const energy = (from: number) => (value: number) =>
    Math.floor(
      (from > 0 ? 0 : value) + (watts * (swungSeconds(elapsedSeconds) - swungSeconds(Math.max(0, from)))) / 3600,
    );
  const runtime = (from: number) => (value: number) => {
    const minutes = info['device_on'] === true ? (elapsedSeconds - Math.max(0, from)) / 60 : 0;
    return Math.floor((from > 0 ? 0 : value) + minutes);
  };
  const numbers = changed(usage, {
    current_power: (value) => value * swing(elapsedSeconds),
    today_energy: energy(midnight),
    month_energy: energy(firstOfMonth),
    today_runtime: runtime(midnight),
    month_runtime: runtime(firstOfMonth),
  });
  return 'local_time' in usage
    ? { ...numbers, local_time: local.toISOString().slice(0, 19).replace('T', ' ') }
    : numbers;
}

function movedClock(reply: JsonObject, { startSeconds, elapsedSeconds }: Moment): JsonObject {
  return changed(reply, { timestamp: () => Math.floor(startSeconds + elapsedSeconds) });
}

function movedTime(reply: JsonObject, moment: Moment): JsonObject {
  const now = localTime(moment, {});
  return {
    ...reply,
    ...{ year: now.getUTCFullYear(), month: now.getUTCMonth() + 1, mday: now.getUTCDate() },
    ...{ hour: now.getUTCHours(), min: now.getUTCMinutes(), sec: now.getUTCSeconds() },
  };
}

/** The device's local time, in the UTC fields. */
function localTime({ startSeconds, elapsedSeconds }: Moment, { time_diff }: JsonObject): Date {
  const minutes = typeof time_diff === 'number' ? time_diff : 0;
  return new Date((startSeconds + elapsedSeconds + minutes * 60) * 1000);
}

function secondsOfDay(local: Date): number {
  return local.getUTCHours() * 3600 + local.getUTCMinutes() * 60 + local.getUTCSeconds();
}

/** The reply with those of its numbers changed that it has; what was whole stays whole. */
function changed(reply: JsonObject, changes: Readonly<Record<string, (value: number) => number>>): JsonObject {
  const fields: Record<string, Json> = { ...reply };
  for (const [field, change] of Object.entries(changes)) {
    const value = reply[field];
    if (typeof value === 'number') fields[field] = likewise(value, change(value), field);
  }
  return fields;
}

function likewise(before: number, after: number, field: string): number {
  const isFraction = !Number.isInteger(before) || field === 'current_temp' || field === 'total';
  return isFraction ? Math.round(after * 1e6) / 1e6 : Math.round(after);
}
