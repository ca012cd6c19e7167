/** A setting or variable without a usable value. */
export class InvalidOtlpSettingError extends Error {}
