import {
  AS_IS,
  both,
  current,
  cycles,
  energy,
  grid,
  INWARD_NEGATIVE,
  input,
  MAGNITUDE,
  OUTWARD_POSITIVE,
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

/** An extra battery: its report is that of the main one, in millivolts and milliamperes. */
function extraBattery(pack: string): Rule[] {
  const module = `bmsSlave${pack}`;
  return [
    soc(pack, `${module}.f32ShowSoc`, `${module}.soc`),
    voltage(pack, THOUSANDTHS, `${module}.vol`),
    current(pack, THOUSANDTHS, `${module}.amp`),
    temperature(pack, AS_IS, `${module}.temp`),
    cycles(pack, `${module}.cycles`),
    energy(`charge_pack_${pack}`, `${module}.accuChgEnergy`),
    energy(`discharge_pack_${pack}`, `${module}.accuDsgEnergy`),
  ];
}

/** Batteries: the report of the main one counts in thousandths, the summaries of the device in volts and amperes. */
const BATTERIES: readonly Rule[] = [
  soc('main', 'bmsBattSoc', 'f32ShowSoc', 'cmsBattSoc', 'soc'),
  voltage('main', THOUSANDTHS, 'vol'),
  voltage('main', AS_IS, 'bmsBattVol', 'cmsBattVol'),
  current('main', THOUSANDTHS, 'amp'),
  current('main', AS_IS, 'bmsBattAmp', 'cmsBattAmp'),
  temperature('main', AS_IS, 'temp', 'bmsMaxCellTemp', 'cmsBattTemp'),
  cycles('main', 'cycles', 'bmsCycles'),
  energy('charge', 'accuChgEnergy'),
  energy('discharge', 'accuDsgEnergy'),
  ...['1', '2', '3', '4', '5'].flatMap(extraBattery),
  remaining('charge', 'cmsChgRemTime', 'bmsChgRemTime'),
  remaining('discharge', 'cmsDsgRemTime', 'bmsDsgRemTime'),
];

/** Ports. Whole watts; what goes out is negative on some models. */
const PORTS: readonly Rule[] = [
  totalInput('powInSumW'),
  totalOutput('powOutSumW'),
  input('ac', 'powGetAcIn'),
  output('ac', 'powGetAcOut', MAGNITUDE),
  output('ac_hv', 'powGetAcHvOut', MAGNITUDE),
  output('ac_lv', 'powGetAcLvOut', MAGNITUDE),
  output('ac_tt30', 'powGetAcLvTt30Out', MAGNITUDE),
  output('dc_12v', 'powGet12v', MAGNITUDE),
  output('dc_24v', 'powGet24v', MAGNITUDE),
  output('usb_a1', 'powGetQcusb1', MAGNITUDE),
  output('usb_a2', 'powGetQcusb2', MAGNITUDE),
  output('usb_c1', 'powGetTypec1', MAGNITUDE),
  output('usb_c2', 'powGetTypec2', MAGNITUDE),
  output('usb_c3', 'powGetTypec3', MAGNITUDE),
];

const STRINGS: readonly Rule[] = [
  ...solar('1', 'powGetPv'),
  ...solar('2', 'powGetPv2'),
  ...solar('3', 'powGetPv3'),
  ...solar('4', 'powGetPv4'),
];

/** Energies that RIVER 3 counts, in watt-hours. */
const STATISTICS: readonly Rule[] = [
  energy('ac_in', 'acInEnergy'),
  energy('ac_out', 'acOutEnergy'),
  energy('pv', 'pvInEnergy'),
  energy('dc_12v_out', 'dc12vOutEnergy'),
  energy('usb_c_out', 'typecOutEnergy'),
  energy('usb_a_out', 'usbaOutEnergy'),
];

/** DELTA 3 and RIVER 3 lines, WAVE 3, GLACIER Classic, and whatever is new. */
export const NEWER_GENERATION: readonly Rule[] = [
  ...BATTERIES,
  ...PORTS,
  ...STRINGS,
  ...both('dcp', 'powGetDcp'),
  ...both('dcp2', 'powGetDcp2'),
  ...STATISTICS,
];

/** DELTA Pro 3: a high and a low voltage string, and ports for batteries and panels with both directions. */
export const DELTA_PRO_3: readonly Rule[] = [
  ...BATTERIES,
  ...PORTS,
  ...solar('1', 'powGetPvH'),
  ...solar('2', 'powGetPvL'),
  ...both('5p8', 'powGet5p8'),
  ...both('4p8_1', 'powGet4p81'),
  ...both('4p8_2', 'powGet4p82'),
];

/** STREAM: what it feeds into its line counts positive, what the house takes from the grid as well. */
export const STREAM: readonly Rule[] = [
  ...BATTERIES,
  ...STRINGS,
  grid(AS_IS, 'powGetSysGrid'),
  input('ac', 'gridConnectionPower', INWARD_NEGATIVE),
  output('ac', 'gridConnectionPower', OUTWARD_POSITIVE),
  output('schuko1', 'powGetSchuko1', MAGNITUDE),
  output('schuko2', 'powGetSchuko2', MAGNITUDE),
];

/** RAPID Pro: a charger with its own battery. */
export const RAPID_PRO: readonly Rule[] = [
  ...BATTERIES,
  totalInput('powInSumW'),
  totalOutput('powOutSumW'),
  energy('charge', 'cmsEnergyInSum'),
  energy('discharge', 'cmsEnergyOutSum'),
  ...['1', '2', '3', '4'].map((number) => output(`usb_c${number}`, `usbTypec${number}DisplayInfo.usbPow`, MAGNITUDE)),
  output('usb_a1', 'usbTypeA1DisplayInfo.usbPow', MAGNITUDE),
  output('pogo_pin1', 'pogopin1DisplayInfo.usbPow', MAGNITUDE),
];
