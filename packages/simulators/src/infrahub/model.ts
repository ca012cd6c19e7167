/** A kind of the simulated schema. */
export interface KindModel {
  readonly namespace: string;
  readonly name: string;
  /** Kind of each attribute: `Text`, `Number`, `Boolean`, `Dropdown`, `IPHost`, `List`, `JSON`, `Password` … */
  readonly attributes: Readonly<Record<string, string>>;
  readonly relationships?: Readonly<Record<string, { readonly peer: string; readonly many?: true }>>;
  /** Paths of the human-friendly id: `name__value`, `device__name__value`. */
  readonly humanFriendlyId?: readonly string[];
  /** Path of the display label. */
  readonly displayLabel?: string;
  /** The generic that it is one of. Its attributes and relationships are to be repeated. */
  readonly generic?: string;
  readonly isGeneric?: true;
}

export function kindOf({ namespace, name }: KindModel): string {
  return namespace + name;
}

const INTERFACE = {
  namespace: 'Dcim',
  attributes: { name: 'Text', mtu: 'Number', enabled: 'Boolean' },
  relationships: { device: { peer: 'DcimDevice' } },
  humanFriendlyId: ['device__name__value', 'name__value'],
} as const;

/** A small data centre: devices in buildings, with addresses, tags and interfaces, and an account with a password. */
export const DATA_CENTRE: readonly KindModel[] = [
  {
    namespace: 'Dcim',
    name: 'Device',
    attributes: {
      name: 'Text',
      description: 'Text',
      serial: 'Text',
      position: 'Number',
      role: 'Dropdown',
      status: 'Dropdown',
      monitored: 'Boolean',
      snmp_port: 'Number',
      mac: 'MacAddress',
      labels: 'List',
      facts: 'JSON',
      fqdn: 'Text',
    },
    relationships: {
      location: { peer: 'LocationBuilding' },
      primary_ip: { peer: 'IpamIPAddress' },
      interfaces: { peer: 'DcimInterface', many: true },
      tags: { peer: 'BuiltinTag', many: true },
    },
    humanFriendlyId: ['name__value'],
  },
  {
    namespace: 'Location',
    name: 'Building',
    attributes: { name: 'Text', shortname: 'Text' },
    relationships: { tags: { peer: 'BuiltinTag', many: true } },
    humanFriendlyId: ['shortname__value'],
  },
  {
    namespace: 'Ipam',
    name: 'IPAddress',
    attributes: { address: 'IPHost', fqdn: 'Text' },
    displayLabel: 'address__value',
  },
  {
    namespace: 'Builtin',
    name: 'Tag',
    attributes: { name: 'Text', description: 'Text' },
    humanFriendlyId: ['name__value'],
  },
  { ...INTERFACE, name: 'Interface', isGeneric: true },
  {
    ...INTERFACE,
    name: 'PhysicalInterface',
    attributes: { ...INTERFACE.attributes, speed: 'Number' },
    generic: 'DcimInterface',
  },
  { ...INTERFACE, name: 'VirtualInterface', generic: 'DcimInterface' },
  {
    namespace: 'Core',
    name: 'Account',
    attributes: { name: 'Text', password: 'HashedPassword' },
    humanFriendlyId: ['name__value'],
  },
];
