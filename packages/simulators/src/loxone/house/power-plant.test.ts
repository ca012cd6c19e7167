import { expect, it } from 'vitest';
import { RisingCounter } from './power-plant.ts';

it('adds to all periods and starts each anew in its time, while the total only rises', () => {
  const counter = new RisingCounter(1000);
  const periods = ({ total, day, week, month, year }: RisingCounter) => [total, day, week, month, year];
  counter.add(1, Date.UTC(2024, 11, 28, 12));
  counter.add(1, Date.UTC(2024, 11, 29, 12));
  expect(periods(counter)).toEqual([1002, 1, 2, 2, 2]);
  counter.add(1, Date.UTC(2024, 11, 30, 12));
  expect(periods(counter), 'a Monday').toEqual([1003, 1, 1, 3, 3]);
  counter.add(1, Date.UTC(2025, 0, 1, 12));
  expect(periods(counter), 'a new year').toEqual([1004, 1, 2, 1, 1]);
  counter.add(-5, Date.UTC(2025, 0, 1, 13));
  expect(counter.total).toBe(1004);
});
