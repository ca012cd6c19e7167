/** SMART methods that only read although they are not called `get_…`. */
const SMART_READS = new Set(['component_nego', 'qs_component_nego', 'multipleRequest', 'control_child']);

/** Whether a SMART method only reads. Whatever is not known to counts as a command that changes something. */
export function isSmartRead(method: string): boolean {
  return method.startsWith('get_') || SMART_READS.has(method);
}

/** Whether a command of an IOT module only reads. */
export function isIotRead(command: string): boolean {
  return command.startsWith('get_');
}
