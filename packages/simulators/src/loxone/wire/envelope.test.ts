import { expect, it } from 'vitest';
import { encodeEnvelope } from './envelope.ts';

it('writes the code as text with most commands and as number with the younger ones', () => {
  const reply = { code: 200, value: { key: '4142' } };
  expect(encodeEnvelope('dev/x', reply, 'Code')).toBe('{"LL":{"control":"dev/x","value":{"key":"4142"},"Code":"200"}}');
  expect(encodeEnvelope('jdev/x', reply, 'code')).toBe('{"LL":{"control":"jdev/x","code":200,"value":{"key":"4142"}}}');
});
