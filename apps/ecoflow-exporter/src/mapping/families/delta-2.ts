import {
  AS_IS,
  type Convert,
  current,
  cycles,
  energy,
  input,
  MAGNITUDE,
  output,
  type Rule,
  remaining,
  soc,
  solar,
  THOUSANDTHS,
  temperature,
  totalInput,
  totalOutput,
  VOLTS_OR_MILLIVOLTS,
  voltage,
} from '../rule.ts';

/** A battery of the second generation. Charging counts positive. */
export function battery(pack: string, module: string, amperes: Convert = THOUSANDTHS): Rule[] {
  return [
    soc(pack, `${module}.f32ShowSoc`, `${module}.soc`),
    voltage(pack, VOLTS_OR_MILLIVOLTS, `${module}.vol`),
    current(pack, amperes, `${module}.amp`),
    temperature(pack, AS_IS, `${module}.temp`, `${module}.tmp`),
    cycles(pack, `${module}.cycles`),
  ];
}

/** Watt-hours that the first and second generation count; the spelling changes with the model. */
export const LIFETIME_ENERGIES: readonly Rule[] = [
  energy('ac_charge', 'pd.chgPowerAC', 'pd.chgPowerAc'),
  energy('dc_charge', 'pd.chgPowerDC', 'pd.chgPowerDc'),
  energy('pv', 'pd.chgSunPower'),
  energy('ac_discharge', 'pd.dsgPowerAC', 'pd.dsgPowerAc'),
  energy('dc_discharge', 'pd.dsgPowerDC', 'pd.dsgPowerDc'),
];

/** Ports and totals of the first and second generation: whole watts. */
export const COMMON_PORTS: readonly Rule[] = [
  totalInput('pd.wattsInSum'),
  totalOutput('pd.wattsOutSum'),
  input('ac', 'inv.inputWatts'),
  output('ac', 'inv.outputWatts'),
  output('car', 'pd.carWatts'),
  output('usb_c1', 'pd.typec1Watts', MAGNITUDE),
  output('usb_c2', 'pd.typec2Watts', MAGNITUDE),
  output('usb_a1', 'pd.usb1Watts'),
  output('usb_a2', 'pd.usb2Watts'),
  output('usb_qc1', 'pd.qcUsb1Watts'),
  output('usb_qc2', 'pd.qcUsb2Watts'),
];

/** The display's state of charge, for as long as the battery itself has not spoken: pushes come module by module. */
const DISPLAY = soc('main', 'bms_emsStatus.f32LcdShowSoc', 'bms_emsStatus.lcdShowSoc', 'pd.soc');

const REMAINING: readonly Rule[] = [
  remaining('charge', 'bms_emsStatus.chgRemainTime'),
  remaining('discharge', 'bms_emsStatus.dsgRemainTime'),
];

/** DELTA 2, and DELTA 3 1500, which speaks like it. */
export const DELTA_2: readonly Rule[] = [
  ...battery('main', 'bms_bmsStatus'),
  DISPLAY,
  ...battery('1', 'bms_slave'),
  ...COMMON_PORTS,
  ...solar('1', 'mppt.inWatts'),
  output('dc_12v', 'mppt.dcdc12vWatts'),
  ...REMAINING,
  ...LIFETIME_ENERGIES,
];

/** DELTA 2 Max: two extra batteries, two strings. */
export const DELTA_2_MAX: readonly Rule[] = [
  ...battery('main', 'bms_bmsStatus'),
  DISPLAY,
  ...battery('1', 'bms_slave_bmsSlaveStatus_1'),
  ...battery('2', 'bms_slave_bmsSlaveStatus_2'),
  ...COMMON_PORTS,
  ...solar('1', 'mppt.inWatts'),
  ...solar('2', 'mppt.pv2InWatts'),
  output('dc_12v', 'mppt.dcdc12vWatts'),
  ...REMAINING,
  ...LIFETIME_ENERGIES,
  energy('charge', 'bms_bmsInfo.accuChgEnergy'),
  energy('discharge', 'bms_bmsInfo.accuDsgEnergy'),
  ...['1', '2'].flatMap((pack) => [
    energy(`charge_pack_${pack}`, `bms_slave_bmsSlaveInfo_${pack}.accuChgEnergy`),
    energy(`discharge_pack_${pack}`, `bms_slave_bmsSlaveInfo_${pack}.accuDsgEnergy`),
  ]),
];

/** RIVER 2, 2 Max and 2 Pro: whole volts and amperes of the battery, as captures show. */
export const RIVER_2: readonly Rule[] = [
  ...battery('main', 'bms_bmsStatus', AS_IS),
  DISPLAY,
  ...COMMON_PORTS,
  input('usb_c1', 'pd.typecChaWatts'),
  ...solar('1', 'mppt.inWatts'),
  ...REMAINING,
  ...LIFETIME_ENERGIES,
];
