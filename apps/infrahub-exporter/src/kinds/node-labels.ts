import { isConnection, isRecord, type RawNode } from '../infrahub/connection.ts';
import { labelValueOf, sortedList } from '../infrahub/label-value.ts';

/**
 * `DcimDevice__ams1__leaf01`: the kind and the human-friendly id; empty when a part of it is unknown.
 *
 * @param asked the kind that was asked for, where the node does not say of which it is
 */
export function hfidOf({ __typename: own, hfid }: RawNode, asked = ''): string {
  if (!Array.isArray(hfid) || hfid.length === 0) return '';
  const kind = typeof own === 'string' ? own : asked;
  const parts = [kind, ...hfid.map((part: unknown) => labelValueOf(part))];
  return parts.includes('') ? '' : parts.join('__');
}

/** The label of an include: an attribute's value, a peer, peers joined. Null and what is absent are empty. */
export function includedLabel(value: unknown): string {
  if (isConnection(value)) {
    const edges = Array.isArray(value.edges) ? value.edges : [];
    return sortedList(edges.map((edge: unknown) => peerOf(isRecord(edge) ? edge['node'] : undefined)));
  }
  if (!isRecord(value)) return labelValueOf(value);
  return 'node' in value ? peerOf(value['node']) : labelValueOf(value['value']);
}

/** A peer's human-friendly id, or its id where it has none. */
function peerOf(node: unknown): string {
  if (!isRecord(node)) return '';
  return hfidOf(node) || labelValueOf(node['id']);
}
