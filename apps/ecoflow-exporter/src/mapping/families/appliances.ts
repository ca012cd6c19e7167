import {
  AS_IS,
  input,
  MAGNITUDE,
  output,
  type Rule,
  remaining,
  soc,
  solar,
  temperature,
  totalInput,
  totalOutput,
  voltage,
} from '../rule.ts';
import { battery } from './delta-2.ts';

/** WAVE 2: an air conditioner with a battery. */
export const WAVE_2: readonly Rule[] = [
  ...battery('main', 'bms'),
  input('ac', 'power.acPwrIn'),
  ...solar('1', 'power.mpptPwr'),
  remaining('charge', 'pd.batChgRemain'),
  remaining('discharge', 'pd.batDsgRemain'),
];

/** GLACIER: a refrigerator with a battery. */
export const GLACIER: readonly Rule[] = [
  ...battery('main', 'bms_bmsStatus'),
  remaining('charge', 'bms_emsStatus.chgRemain'),
  remaining('discharge', 'bms_emsStatus.dsgRemain'),
];

const SHOW = 'hs_yj751_pd_appshow_addr';
const BACKEND = 'hs_yj751_pd_backend_addr';
const BATTERIES = 'hs_yj751_pd_bp_addr';

/** DELTA Pro Ultra: whole watts and volts, up to five batteries. */
export const DELTA_PRO_ULTRA: readonly Rule[] = [
  soc('main', `${SHOW}.soc`, 'cmsBattSoc'),
  voltage('main', AS_IS, `${BACKEND}.batVol`),
  ...['1', '2', '3', '4', '5'].flatMap((pack, index) => [
    soc(pack, `${BATTERIES}.bpInfo[${index}].bpSoc`),
    temperature(pack, AS_IS, `${BATTERIES}.bpInfo[${index}].bpTemp`),
  ]),
  totalInput(`${SHOW}.wattsInSum`),
  totalOutput(`${SHOW}.wattsOutSum`),
  input('5p8', `${SHOW}.inAc5p8Pwr`),
  input('ac', `${SHOW}.inAcC20Pwr`),
  ...solar('1', `${SHOW}.inHvMpptPwr`),
  ...solar('2', `${SHOW}.inLvMpptPwr`),
  output('5p8', `${SHOW}.outAc5p8Pwr`, MAGNITUDE),
  output('usb_a1', `${SHOW}.outUsb1Pwr`),
  output('usb_a2', `${SHOW}.outUsb2Pwr`),
  output('usb_c1', `${SHOW}.outTypec1Pwr`),
  output('usb_c2', `${SHOW}.outTypec2Pwr`),
  output('dc', `${SHOW}.outAdsPwr`),
  output('ac_l1_1', `${SHOW}.outAcL11Pwr`),
  output('ac_l1_2', `${SHOW}.outAcL12Pwr`),
  output('ac_l2_1', `${SHOW}.outAcL21Pwr`),
  output('ac_l2_2', `${SHOW}.outAcL22Pwr`),
  output('ac_l14', `${SHOW}.outAcL14Pwr`),
  output('ac_tt30', `${SHOW}.outAcTtPwr`),
];
