import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject, objectOr, textOr, toBase64 } from '../json.ts';
import type { Child, Model, Replies } from './capture.ts';

/** Who a device is. Every field that is left out is made from model and serial number, the same each time. */
export interface IdentityOptions {
  /** Tells devices of one model apart. Default 1. */
  readonly serial?: number;
  /** 40 hex digits. */
  readonly deviceId?: string;
  /** Twelve hex digits, with separators or without. */
  readonly mac?: string;
  /** Its name, plain text. Default: the captured one, or model and serial number where that was masked. */
  readonly alias?: string;
}

/** The name, ids and address a device goes by. */
export interface Identity {
  /** Without a region suffix. */
  readonly model: string;
  readonly deviceId: string;
  /** Twelve upper-case hex digits. */
  readonly mac: string;
  readonly alias: string;
}

const MASKED = /#MASKED_NAME#/;

/** The identity that a capture gets. */
export function identityFor(model: Model, options: IdentityOptions): Identity {
  const info = rootInfo(model);
  const name = textOr(info['model']).replace(/\(.*\)$/, '') || 'device';
  const serial = options.serial ?? 1;
  const captured = model.kind === 'iot' ? textOr(info['alias']) : decoded(info['nickname']);
  const seed = digits(`${name} ${serial}`);
  return {
    model: name,
    deviceId: options.deviceId ?? `80${seed.slice(2, 40)}`,
    // The second bit says that nobody was assigned this address.
    mac: (options.mac?.replaceAll(/[^0-9A-Fa-f]/g, '') ?? `02${seed.slice(40, 50)}`).toUpperCase(),
    alias: options.alias ?? (MASKED.test(captured) ? `${name} ${serial}` : captured),
  };
}

/** The capture under that identity at that address: ids, MACs, names of the device and of all its children. */
export function withIdentity(model: Model, identity: Identity, ip: string): Model {
  const info = rootInfo(model);
  const oldIds = new Map<string, string>();
  const oldId = textOr(info['deviceId'] ?? info['device_id']);
  model.children.forEach((child, index) => void oldIds.set(child.id, childId(child, index, identity.deviceId)));
  const rename = (json: Json, mac: string, alias: string | undefined): Json =>
    renamed(json, { oldId, oldIds, deviceId: identity.deviceId, mac, alias, ip });
  const renameAll = (replies: Replies, mac: string, alias: string | undefined): Replies =>
    Object.fromEntries(Object.entries(replies).map(([command, reply]) => [command, rename(reply, mac, alias)]));
  return {
    kind: model.kind,
    discovery: model.discovery,
    replies: renameAll(model.replies, identity.mac, identity.alias),
    children: model.children.map((child, index) => {
      const id = oldIds.get(child.id) ?? child.id;
      const mac = ownMac(child, info) ? `02${digits(id).slice(0, 10)}` : identity.mac;
      const alias = childAlias(child, index, identity);
      const entry = rename(child.entry, mac, alias) as JsonObject;
      return { id, entry, replies: renameAll(child.replies, mac, alias) };
    }),
  };
}

interface Renaming {
  readonly oldId: string;
  readonly oldIds: ReadonlyMap<string, string>;
  readonly deviceId: string;
  readonly mac: string;
  readonly alias: string | undefined;
  readonly ip: string;
}

const ID_KEYS = new Set(['device_id', 'deviceId', 'parent_device_id', 'original_device_id']);
const MAC_KEYS = new Set(['mac', 'mic_mac', 'ethernet_mac']);

function renamed(json: Json, renaming: Renaming, key = ''): Json {
  if (Array.isArray(json)) return json.map((item: Json) => renamed(item, renaming));
  if (isObject(json)) {
    return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, renamed(value, renaming, name)]));
  }
  return typeof json === 'string' ? renamedText(json, renaming, key) : json;
}

function renamedText(text: string, { oldId, oldIds, deviceId, mac, alias, ip }: Renaming, key: string): string {
  const childId = oldIds.get(text);
  if (childId !== undefined && (key === 'id' || ID_KEYS.has(key))) return childId;
  if (ID_KEYS.has(key) && text === oldId) return deviceId;
  if (MAC_KEYS.has(key)) return likeMac(text, mac);
  if (key === 'ip') return ip;
  if (key === 'alias' && alias !== undefined) return alias;
  if (key === 'nickname' && alias !== undefined) return toBase64(alias);
  return text;
}

/** The MAC with whatever the captured one has between its bytes. */
function likeMac(captured: string, mac: string): string {
  const separator = captured.match(/[^0-9A-Fa-f]/)?.[0] ?? '';
  return (mac.match(/../g) ?? []).join(separator);
}

/** Outlets count up behind the strip's id; what is paired with a hub has an id of its own (PROTOCOLS §7, §8.2). */
function childId({ entry }: Child, index: number, deviceId: string): string {
  const isPaired = textOr(entry['category']).startsWith('subg.');
  return isPaired ? `80${digits(`${deviceId} ${index}`).slice(2, 40)}` : `${deviceId}${String(index).padStart(2, '0')}`;
}

function childAlias({ entry }: Child, index: number, { alias }: Identity): string {
  const captured = 'nickname' in entry ? decoded(entry['nickname']) : textOr(entry['alias']);
  if (!MASKED.test(captured)) return captured;
  return `${alias} ${'position' in entry || !('model' in entry) ? index + 1 : `${textOr(entry['model'])} ${index + 1}`}`;
}

function ownMac({ entry }: Child, parent: JsonObject): boolean {
  const hex = (mac: Json | undefined): string =>
    textOr(mac)
      .replaceAll(/[^0-9A-Fa-f]/g, '')
      .toUpperCase();
  return 'mac' in entry && hex(entry['mac']) !== hex(parent['mac']);
}

/** The reply that says who the device is. */
export function rootInfo({ kind, replies }: Pick<Model, 'kind' | 'replies'>): JsonObject {
  return objectOr(replies[kind === 'iot' ? 'system.get_sysinfo' : 'get_device_info']);
}

function decoded(nickname: Json | undefined): string {
  return Buffer.from(textOr(nickname), 'base64').toString('utf8');
}

/** 64 upper-case hex digits that depend on the text alone. */
function digits(text: string): string {
  return createHash('sha256').update(text).digest('hex').toUpperCase();
}
