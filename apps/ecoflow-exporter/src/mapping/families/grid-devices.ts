import {
  AS_IS,
  current,
  energy,
  grid,
  input,
  negated,
  output,
  pv,
  type Rule,
  remaining,
  soc,
  solar,
  TENTHS,
  THOUSANDTHS,
  temperature,
  totalOutput,
  voltage,
} from '../rule.ts';

/** PowerStream: tenths of watts, volts and degrees; current into the inverter, that is out of the battery, positive. */
export const POWERSTREAM: readonly Rule[] = [
  soc('main', '20_1.batSoc'),
  voltage('main', TENTHS, '20_1.batInputVolt'),
  current('main', negated(THOUSANDTHS), '20_1.batInputCur'),
  temperature('main', TENTHS, '20_1.batTemp'),
  ...solar('1', '20_1.pv1InputWatts', TENTHS),
  ...solar('2', '20_1.pv2InputWatts', TENTHS),
  output('ac', '20_1.invOutputWatts', TENTHS),
  grid(TENTHS, '20_1.gridConsWatts'),
  remaining('charge', '20_1.chgRemainTime'),
  remaining('discharge', '20_1.dsgRemainTime'),
];

/** Smart Plug: tenths of a watt. */
export const SMART_PLUG: readonly Rule[] = [output('ac', '2_1.watts', TENTHS)];

/** Smart Meter, by the developer interface and by the app. */
export const SMART_METER: readonly Rule[] = [
  grid(AS_IS, 'powGetSysGrid', '254_21.totalPower'),
  energy('grid_import', '254_21.energy.lifeTimeEnergyConsumption'),
  energy('grid_export', '254_21.energy.lifeTimeEnergyDelivery'),
];

/** Alternator charger: the battery is that of the power station which it charges. */
export const ALTERNATOR: readonly Rule[] = [
  soc('main', 'batSoc'),
  input('alternator', 'alternatorPower'),
  output('station', 'stationPower'),
];

const CIRCUITS = Array.from({ length: 12 }, (_, index) => index);

/** Smart Home Panel: ten circuits; the batteries are power stations. */
export const SMART_HOME_PANEL: readonly Rule[] = [
  soc('main', 'heartbeat.backupBatPer'),
  ...['1', '2'].flatMap((pack, index) => {
    const station = `heartbeat.energyInfos[${index}]`;
    return [soc(pack, `${station}.batteryPercentage`), temperature(pack, AS_IS, `${station}.emsBatTemp`)].map(
      (rule) => ({
        ...rule,
        onlyIf: `${station}.stateBean.isConnect`,
      }),
    );
  }),
  // The last two of the list are the lines to the batteries.
  ...CIRCUITS.slice(0, 10).map((index) => output(`ch${index + 1}`, `infoList[${index}].chWatt`)),
  remaining('charge', 'heartbeat.backupChaTime'),
];

/** Smart Home Panel 2: twelve circuits and three connectors for power stations. */
export const SMART_HOME_PANEL_2: readonly Rule[] = [
  soc('main', 'backupIncreInfo.backupBatPer'),
  ...['1', '2', '3'].flatMap((pack) => {
    const station = `backupIncreInfo.Energy${pack}Info`;
    return [soc(pack, `${station}.batteryPercentage`), temperature(pack, AS_IS, `${station}.emsBatTemp`)].map(
      (rule) => ({
        ...rule,
        onlyIf: `${station}.isConnect`,
      }),
    );
  }),
  grid(AS_IS, 'wattInfo.gridWatt', 'masterInfo.gridWatt'),
  totalOutput('wattInfo.allHallWatt'),
  ...CIRCUITS.map((index) => output(`ch${index + 1}`, `loadInfo.hall1Watt[${index}]`)),
  remaining('discharge', 'backupInfo.backupDischargeTime'),
];

/** PowerOcean: whole watts, volts and degrees; up to nine batteries. */
export const POWEROCEAN: readonly Rule[] = [
  soc('main', 'bpSoc', '96_8.bpSoc'),
  grid(AS_IS, 'sysGridPwr'),
  totalOutput('sysLoadPwr'),
  ...['1', '2', '3'].map((string, index) => pv(string, `96_1.mpptHeartBeat[0].mpptPv[${index}].pwr`)),
  pv('1', 'mpptPwr'),
  ...CIRCUITS.slice(0, 9).flatMap((index) => {
    const pack = `96_7.bpSta[${index}]`;
    return [
      soc(String(index + 1), `${pack}.bpSoc`),
      voltage(String(index + 1), AS_IS, `${pack}.bpVol`),
      temperature(String(index + 1), AS_IS, `${pack}.bpMaxCellTemp`),
    ];
  }),
];
