import { output, type Rule, remaining, signedRemaining, soc, solar, TENTHS } from '../rule.ts';
import { battery, COMMON_PORTS, LIFETIME_ENERGIES } from './delta-2.ts';

/** DELTA Pro, Max and mini: as the second generation with other names of modules, and solar power in tenths of a watt. */
export const DELTA_PRO: readonly Rule[] = [
  ...battery('main', 'bmsMaster'),
  soc('main', 'ems.f32LcdShowSoc', 'ems.lcdShowSoc', 'pd.soc'),
  ...battery('1', 'bmsSlave1'),
  ...battery('2', 'bmsSlave2'),
  ...COMMON_PORTS,
  output('wireless', 'pd.wirelessWatts'),
  ...solar('1', 'mppt.inWatts', TENTHS),
  remaining('charge', 'ems.chgRemainTime'),
  remaining('discharge', 'ems.dsgRemainTime'),
  ...LIFETIME_ENERGIES,
];

/** RIVER Max and Pro. */
export const RIVER_MAX: readonly Rule[] = [
  ...battery('main', 'bmsMaster'),
  soc('main', 'pd.soc'),
  ...battery('1', 'bmsSlave1'),
  ...COMMON_PORTS,
  output('usb_a3', 'pd.usb3Watts'),
  output('usb_c1', 'pd.typecWatts'),
  output('led', 'pd.ledWatts'),
  ...signedRemaining('pd.remainTime'),
  ...LIFETIME_ENERGIES,
];

/** RIVER mini, whose battery is read by the inverter. */
export const RIVER_MINI: readonly Rule[] = [
  ...battery('main', 'inv'),
  ...COMMON_PORTS,
  output('wireless', 'pd.wirelessWatts'),
  ...signedRemaining('pd.remainTime'),
  ...LIFETIME_ENERGIES,
];
