/** Hours of a day as a position in it: 6.5 = half past six. */
export type HourOfDay = number;

/** Weather outside at one moment. */
export interface Weather {
  readonly celsius: number;
  /** Mean of the last day, as heating controllers use it. */
  readonly averageCelsius: number;
  /** 0 (night) to 1 (clear noon in midsummer). */
  readonly sunshine: number;
  readonly windKmh: number;
  readonly humidityPercent: number;
  readonly isRaining: boolean;
  /** Minutes after midnight. */
  readonly sunriseMinutes: number;
  readonly sunsetMinutes: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_DAYS = 365.25;
/** How much longer than six hours the half day of midsummer is, at 48° north. */
const SEASON_HOURS = 2;

/** UTC hour of the day. The simulated house stands on Greenwich's meridian and knows no summer time. */
export function hourOfDay(unixMs: number): HourOfDay {
  return (unixMs % DAY_MS) / HOUR_MS;
}

/** Days since 1970-01-01. */
export function dayNumber(unixMs: number): number {
  return Math.floor(unixMs / DAY_MS);
}

/** A smooth wandering between -1 and 1 that never quite repeats; `periodHours` sets its pace, `phase` its place. */
export function wander(unixMs: number, periodHours: number, phase: number): number {
  const turns = (2 * Math.PI * unixMs) / (periodHours * HOUR_MS);
  return 0.6 * Math.sin(turns + phase) + 0.4 * Math.sin(turns * 2.618 + 2.1 * phase);
}

/** 1 at `centre`, falling off over `widthHours` on both sides, over midnight too. */
export function bump(hour: HourOfDay, centre: HourOfDay, widthHours: number): number {
  const distance = Math.abs(((hour - centre + 36) % 24) - 12);
  return Math.exp(-((distance / widthHours) ** 2));
}

/** The weather of the simulated place: a function of time alone, so that equal moments have equal weather. */
export function weatherAt(unixMs: number): Weather {
  const hour = hourOfDay(unixMs);
  const season = -Math.cos((2 * Math.PI * (dayNumber(unixMs) % YEAR_DAYS)) / YEAR_DAYS + 0.17);
  const halfDay = 6 + SEASON_HOURS * season;
  const height = Math.cos((Math.PI / 2) * ((hour - 12) / halfDay));
  const isDay = Math.abs(hour - 12) < halfDay;
  const clouds = 0.5 + 0.5 * wander(unixMs, 31, 0.4);
  const averageCelsius = 10 + 9 * season + 2 * wander(unixMs, 70, 1.9);
  return {
    averageCelsius,
    celsius: averageCelsius + (3 + 2.5 * (1 - clouds)) * Math.cos((2 * Math.PI * (hour - 15)) / 24),
    sunshine: isDay ? height * (0.75 + 0.25 * season) * (1 - 0.75 * clouds) : 0,
    windKmh: Math.max(0, 12 + 11 * wander(unixMs, 5, 3.3)),
    humidityPercent: Math.min(100, 55 + 30 * clouds - 12 * (isDay ? height : 0)),
    isRaining: clouds > 0.85,
    sunriseMinutes: Math.round((12 - halfDay) * 60),
    sunsetMinutes: Math.round((12 + halfDay) * 60),
  };
}
