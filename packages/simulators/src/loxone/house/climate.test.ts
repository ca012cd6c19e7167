import { describe, expect, it } from 'vitest';
import { bump, wander, weatherAt } from './climate.ts';

const HOUR_MS = 3_600_000;
const YEAR = Array.from({ length: 365 * 24 }, (_, hour) => Date.UTC(2024, 0, 1) + hour * HOUR_MS);

describe('the weather', () => {
  it('stays within what a temperate place sees in a year', () => {
    const weather = YEAR.map(weatherAt);
    const celsius = weather.map((moment) => moment.celsius);
    expect(Math.min(...celsius)).toBeGreaterThan(-15);
    expect(Math.max(...celsius)).toBeLessThan(38);
    for (const { sunshine, windKmh, humidityPercent } of weather) {
      expect(sunshine).toBeGreaterThanOrEqual(0);
      expect(sunshine).toBeLessThanOrEqual(1);
      expect(windKmh).toBeGreaterThanOrEqual(0);
      expect(humidityPercent).toBeLessThanOrEqual(100);
      expect(humidityPercent).toBeGreaterThan(20);
    }
    expect(weather.filter(({ isRaining }) => isRaining).length).toBeGreaterThan(200);
  });

  it('has longer and warmer days in summer', () => {
    const [winter, summer] = [Date.UTC(2024, 0, 10, 15), Date.UTC(2024, 6, 10, 15)].map(weatherAt);
    expect(summer!.averageCelsius - winter!.averageCelsius).toBeGreaterThan(10);
    expect(summer!.sunriseMinutes).toBeLessThan(300);
    expect(winter!.sunriseMinutes).toBeGreaterThan(420);
  });
});

it('wanders between -1 and 1 and differs by phase', () => {
  const values = YEAR.slice(0, 500).map((ms) => wander(ms, 7, 1));
  expect(Math.max(...values)).toBeLessThanOrEqual(1);
  expect(Math.max(...values)).toBeGreaterThan(0.7);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
  expect(wander(YEAR[3]!, 7, 1)).not.toBe(wander(YEAR[3]!, 7, 2));
});

it('bumps over midnight too', () => {
  expect(bump(2, 2, 4)).toBe(1);
  expect(bump(23, 1, 4)).toBeCloseTo(bump(3, 1, 4));
});
