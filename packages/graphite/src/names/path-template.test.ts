import { describe, expect, test } from 'vitest';
import { createPathTemplate, InvalidSegmentError, InvalidTemplateError } from './path-template.ts';

describe('a template', () => {
  test('gives paths of folded segments', () => {
    const template = createPathTemplate('home.Electricity.kasa.{device}.{metric}');
    expect(template.placeholders).toEqual(['device', 'metric']);
    expect(template.path({ device: 'Büro: Lamp 1.5', metric: 'power_watts' })).toBe(
      'home.Electricity.kasa.buro_lamp_15.power_watts',
    );
  });

  test.each([
    ['missing', {}],
    ['empty', { device: '' }],
    ['folded to nothing', { device: '日本' }],
  ])('gives none when a value is %s', (_, values) => {
    expect(() => createPathTemplate('a.{device}').path(values)).toThrow(InvalidSegmentError);
  });

  test('does not take what a value merely inherits', () => {
    expect(() => createPathTemplate('a.{constructor}').path({})).toThrow(InvalidSegmentError);
  });

  test.each(['', 'a..b', '.a', 'a.', 'a b', 'a.{device', 'a.x{device}', 'a.{}', 'a\n', 'ä', 'a;b=c'])(
    '%j is none',
    (template) => {
      expect(() => createPathTemplate(template)).toThrow(InvalidTemplateError);
    },
  );
});
