import { bump, dayNumber, hourOfDay, type Weather, wander } from './climate.ts';

const BATTERY_KWH = 10;
const BATTERY_KW = 5;
const PV_KW = 9;
const CHARGER_KW = 11;

/** A counter as meters keep them: the total only rises, the others begin anew with each day, week, month, year. */
export interface Counter {
  readonly total: number;
  readonly day: number;
  readonly week: number;
  readonly month: number;
  readonly year: number;
}

/** Adds to a counter over the moments of a simulated life. */
export class RisingCounter implements Counter {
  total: number;
  day = 0;
  week = 0;
  month = 0;
  year = 0;
  #lastMs: number | undefined;

  constructor(total: number) {
    this.total = total;
  }

  /**
   * Counts on, starting what begins anew with this moment.
   *
   * @param amount what is negative is left out: a meter does not run backwards
   */
  add(amount: number, unixMs: number): void {
    this.#startPeriods(unixMs);
    const step = Math.max(0, amount);
    this.total += step;
    this.day += step;
    this.week += step;
    this.month += step;
    this.year += step;
  }

  #startPeriods(unixMs: number): void {
    const before = new Date(this.#lastMs ?? unixMs);
    const now = new Date(unixMs);
    this.#lastMs = unixMs;
    if (dayNumber(before.getTime()) !== dayNumber(unixMs)) this.day = 0;
    if (weekNumber(before.getTime()) !== weekNumber(unixMs)) this.week = 0;
    if (before.getUTCMonth() !== now.getUTCMonth()) this.month = 0;
    if (before.getUTCFullYear() !== now.getUTCFullYear()) this.year = 0;
  }
}

/** Weeks since the Monday before 1970. */
function weekNumber(unixMs: number): number {
  return Math.floor((dayNumber(unixMs) + 3) / 7);
}

/**
 * Electricity and water of the house. At every moment grid + battery + sun = household + car, all in kilowatts, with the
 * signs of PROTOCOL §9: grid > 0 imports, battery > 0 discharges.
 */
export class PowerPlant {
  solarKw = 0;
  gridKw = 0;
  batteryKw = 0;
  householdKw = 0;
  carKw = 0;
  batteryPercent = 45;
  waterLitresPerHour = 0;
  readonly imported = new RisingCounter(18_234.567);
  readonly exported = new RisingCounter(9417.208);
  readonly produced = new RisingCounter(24_880.914);
  readonly discharged = new RisingCounter(3120.5);
  readonly charged = new RisingCounter(3466.1);
  readonly carCharged = new RisingCounter(1875.33);
  readonly consumed = new RisingCounter(31_402.12);
  readonly water = new RisingCounter(412_730);
  /** kWh of the current charging of the car. */
  carSessionKwh = 0;

  /** From six in the evening to half past seven in the morning. */
  get isCarConnected(): boolean {
    return this.#hour >= 18 || this.#hour < 7.5;
  }

  #hour = 0;

  /** Lives through `hours` that end at `unixMs`. */
  step(unixMs: number, hours: number, weather: Weather): void {
    this.#hour = hourOfDay(unixMs);
    this.#setPowers(unixMs, weather);
    this.#storeOrDraw(hours);
    this.#count(unixMs, hours);
  }

  #setPowers(unixMs: number, weather: Weather): void {
    const hour = this.#hour;
    const flicker = 0.12 * wander(unixMs, 0.05, 0.7);
    this.solarKw = PV_KW * weather.sunshine;
    this.householdKw = Math.max(0.15, 0.45 + 0.9 * bump(hour, 7.2, 1) + 1.7 * bump(hour, 18.8, 1.8) + flicker);
    const isCharging = this.isCarConnected && hour >= 22;
    this.carKw = isCharging ? CHARGER_KW : 0;
    this.waterLitresPerHour = Math.max(0, 220 * bump(hour, 7, 0.6) + 150 * bump(hour, 20.5, 0.8) - 4);
  }

  #storeOrDraw(hours: number): void {
    const surplusKw = this.solarKw - this.householdKw - this.carKw;
    const roomKwh = ((surplusKw > 0 ? 100 - this.batteryPercent : this.batteryPercent - 10) / 100) * BATTERY_KWH;
    const limitKw = Math.min(BATTERY_KW, hours > 0 ? Math.max(0, roomKwh) / hours : BATTERY_KW);
    this.batteryKw = surplusKw > 0 ? -Math.min(surplusKw, limitKw) : Math.min(-surplusKw, limitKw);
    this.batteryPercent -= ((this.batteryKw * hours) / BATTERY_KWH) * 100;
    this.gridKw = this.householdKw + this.carKw - this.solarKw - this.batteryKw;
  }

  #count(unixMs: number, hours: number): void {
    this.imported.add(this.gridKw * hours, unixMs);
    this.exported.add(-this.gridKw * hours, unixMs);
    this.produced.add(this.solarKw * hours, unixMs);
    this.discharged.add(this.batteryKw * hours, unixMs);
    this.charged.add(-this.batteryKw * hours, unixMs);
    this.carCharged.add(this.carKw * hours, unixMs);
    this.consumed.add((this.householdKw + this.carKw) * hours, unixMs);
    this.water.add(this.waterLitresPerHour * hours, unixMs);
    this.carSessionKwh = this.isCarConnected ? this.carSessionKwh + this.carKw * hours : 0;
  }
}
