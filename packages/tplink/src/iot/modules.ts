/** Names of the modules of a device: those of lights are other ones. */
export interface IotModules {
  readonly emeter: string;
  readonly time: string;
  readonly cloud: string;
}

export const PLUG_MODULES: IotModules = { emeter: 'emeter', time: 'time', cloud: 'cnCloud' };

export const BULB_MODULES: IotModules = {
  emeter: 'smartlife.iot.common.emeter',
  time: 'smartlife.iot.common.timesetting',
  cloud: 'smartlife.iot.common.cloud',
};
