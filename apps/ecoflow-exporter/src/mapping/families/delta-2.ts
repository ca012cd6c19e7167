import {
  AS_IS,
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
  voltage,
} from '../rule.ts';

/** A battery of the second generation: millivolts, milliamperes, charging positive. */
function pack(name: string, module: string): Rule[] {
  return [
    soc(name, `${module}.f32ShowSoc`, `${module}.soc`),
    voltage(name, THOUSANDTHS, `${module}.vol`),
    current(name, THOUSANDTHS, `${module}.amp`),
    temperature(name, AS_IS, `${module}.temp`),
    cycles(name, `${module}.cycles`),
  ];
}

/** Ports and totals that the second generation has in common. */
export const SECOND_GENERATION: readonly Rule[] = [
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
  remaining('charge', 'bms_emsStatus.chgRemainTime'),
  remaining('discharge', 'bms_emsStatus.dsgRemainTime'),
  energy('ac_charge', 'pd.chgPowerAC'),
  energy('dc_charge', 'pd.chgPowerDC'),
  energy('pv', 'pd.chgSunPower'),
  energy('ac_discharge', 'pd.dsgPowerAC'),
  energy('dc_discharge', 'pd.dsgPowerDC'),
];

/** DELTA 2, and DELTA 3 1500, which speaks like it. */
export const DELTA_2: readonly Rule[] = [
  ...pack('main', 'bms_bmsStatus'),
  ...pack('1', 'bms_slave'),
  ...SECOND_GENERATION,
  ...solar('1', 'mppt.inWatts'),
  output('dc_12v', 'mppt.dcdc12vWatts'),
];

/** DELTA 2 Max: two extra batteries, two strings. */
export const DELTA_2_MAX: readonly Rule[] = [
  ...pack('main', 'bms_bmsStatus'),
  ...pack('1', 'bms_slave_bmsSlaveStatus_1'),
  ...pack('2', 'bms_slave_bmsSlaveStatus_2'),
  ...SECOND_GENERATION,
  ...solar('1', 'mppt.inWatts'),
  ...solar('2', 'mppt.pv2InWatts'),
  output('dc_12v', 'mppt.dcdc12vWatts'),
  energy('charge', 'bms_bmsInfo.accuChgEnergy'),
  energy('discharge', 'bms_bmsInfo.accuDsgEnergy'),
];
