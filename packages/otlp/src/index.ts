export type { OutputLog } from './log.ts';
export { declareOtlpMetrics, type OtlpMetrics } from './metrics.ts';
export { createOtlpOutput, type OtlpOutput, type OtlpOutputOptions } from './output.ts';
export { createOtlpPush, type OtlpPush, type OtlpPushOptions } from './push/push.ts';
export { type OtlpSectionConfig, otlpSection, problemsOfOtlpSection } from './push/section.ts';
/** @public */
export { InvalidOtlpSettingError } from './settings/invalid-setting.ts';
export type { OtlpProtocol } from './settings/protocol.ts';
export type {
  OtlpCompression,
  OtlpDefaults,
  OtlpSettings,
  OtlpTlsSettings,
} from './settings/settings.ts';
export type { OtlpStats } from './stats.ts';
export type { ExportFault } from './transport/export-error.ts';
