import type { StoredNode } from './store.ts';

/** Two buildings, four tags, five devices as plain as they come, with everything that a reader can stumble over. */
export function dataCentre(): StoredNode[] {
  return [
    node('building-ams', 'LocationBuilding', { name: 'Amsterdam 1', shortname: 'AMS1' }),
    node('building-fra', 'LocationBuilding', { name: 'Frankfurt 2', shortname: 'FRA2' }),
    ...['blue', 'prod', 'pci', 'lab'].map((name) => node(`tag-${name}`, 'BuiltinTag', { name, description: null })),
    node('ip-1', 'IpamIPAddress', { address: '192.0.2.11/24', fqdn: null }),
    node('ip-2', 'IpamIPAddress', { address: '192.0.2.12/24', fqdn: null }),
    node('ip-3', 'IpamIPAddress', { address: '2001:db8:a::1/64', fqdn: null }),
    node('ip-5', 'IpamIPAddress', { address: '198.51.100.7/32', fqdn: null }),
    node('if-1', 'DcimPhysicalInterface', {
      name: 'Ethernet1',
      mtu: 9000,
      enabled: true,
      speed: 100e9,
      device: 'device-1',
    }),
    node('if-2', 'DcimVirtualInterface', { name: 'Loopback0', mtu: null, enabled: false, device: 'device-1' }),
    node('account-1', 'CoreAccount', { name: 'admin', password: 'hashed' }),
    device(1, 'ams1-leaf01', {
      position: 0,
      monitored: true,
      snmp_port: 161,
      labels: ['a', 'b'],
      primary_ip: 'ip-1',
      tags: ['tag-blue', 'tag-prod'],
      interfaces: ['if-1', 'if-2'],
    }),
    device(2, 'ams1-leaf02', {
      position: 1,
      monitored: false,
      description: '',
      labels: [],
      primary_ip: 'ip-2',
      tags: ['tag-prod', 'tag-blue'],
    }),
    device(3, 'ams1-spine01', {
      role: 'spine',
      monitored: true,
      description: 'second "leaf"',
      snmp_port: 1161,
      primary_ip: 'ip-3',
    }),
    device(4, 'fra2-fw01', {
      role: 'firewall',
      position: 40,
      monitored: true,
      description: 'fw\nline two',
      snmp_port: 161,
      labels: ['x'],
      tags: ['tag-pci'],
      location: 'building-fra',
    }),
    device(5, 'fra2-leaf01', {
      position: 12,
      monitored: false,
      description: 'back\\slash é',
      snmp_port: 161,
      labels: ['é'],
      primary_ip: 'ip-5',
      tags: ['tag-lab'],
      location: 'building-fra',
    }),
  ];
}

/** So many plain devices, for what depends on their number. */
export function manyDevices(count: number): StoredNode[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `device-${String(index).padStart(6, '0')}`;
    return device(1_000_000 + index, name, { fqdn: `${name}.example.net`, monitored: index % 2 === 0, location: null });
  });
}

function device(number: number, name: string, fields: StoredNode['fields']): StoredNode {
  return node(`device-${number}`, 'DcimDevice', {
    name,
    role: 'leaf',
    status: 'active',
    location: 'building-ams',
    ...fields,
  });
}

function node(id: string, kind: string, fields: StoredNode['fields']): StoredNode {
  return { id, kind, fields };
}
