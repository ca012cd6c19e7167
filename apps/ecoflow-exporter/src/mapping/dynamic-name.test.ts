import { describe, expect, test } from 'vitest';
import { hasReference, readReference } from '../../test/reference.ts';
import { dynamicNameOf } from './dynamic-name.ts';

interface Vector {
  readonly key: string;
  readonly name: string;
  readonly index_labels: Readonly<Record<string, string>>;
}

describe('the name of a dynamic metric', () => {
  test('keeps acronyms together and digits with their word', () => {
    expect(dynamicNameOf('pd.XT60Watts1')).toEqual({ name: 'pd_xt60_watts1', indexes: [] });
  });

  test('turns the numbers of elements into labels', () => {
    expect(dynamicNameOf('watth[2][11].now')).toEqual({ name: 'watth_now', indexes: ['2', '11'] });
  });

  test('holds nothing but letters, digits and underscores, whatever the key', () => {
    expect(dynamicNameOf(' pd."a"\n-é€b{} ').name).toBe('pd_a_b');
  });

  test
    .runIf(hasReference)
    .each(hasReference ? readReference<{ cases: Vector[] }>('vectors/metric_names.json').cases : [])(
    'of $key is $name',
    ({ key, name, index_labels }) => {
      const { name: own, indexes } = dynamicNameOf(key);
      expect(`ecoflow_${own}`).toBe(name);
      expect(Object.fromEntries(indexes.map((index, depth) => [`index_${depth}`, index]))).toEqual(index_labels);
    },
  );
});
