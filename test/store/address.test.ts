import { expect, test } from 'vitest';
import { withoutPassword } from '../../src/store/address.ts';

test.each([
  ['postgres://u:hunter2@db/x', 'postgres://u:…@db/x'],
  ['postgres://u:hunter2@ng@db/x', 'postgres://u:…@db/x'],
  ['postgres://u:hunter2/ng@db/x', 'postgres://u:…@db/x'],
  ['postgresql://:hunter2@db/x', 'postgresql://:…@db/x'],
  ['postgres://u@db/x?password=hunter2', 'postgres://u@db/x?password=…'],
  ['postgres://u@db/x?PASSWORD=hunter2&a=b', 'postgres://u@db/x?PASSWORD=…&a=b'],
  [
    'postgres://u@db/x?sslpassword=hunter2&password=hunter2',
    'postgres://u@db/x?sslpassword=…&password=…',
  ],
  ['postgres://u@db/x', 'postgres://u@db/x'],
  ['sqlite:./receipts.db', 'sqlite:./receipts.db'],
])('the address %s is shown as %s', (address, shown) => {
  expect(withoutPassword(address)).toBe(shown);
});
