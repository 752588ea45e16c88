import type { DataForm } from '../../src/protocol/form.ts';

export const FORM: DataForm = {
  title: 'Two\nlines',
  instructions: 'First.\n\nSecond.',
  fields: [
    { type: 'fixed', text: 'one\r\ntwo' },
    { type: 'text-single', name: 'name', label: 'Your\nname', isRequired: true, ifWrong: 'name?' },
    { type: 'boolean', name: 'sure', label: 'Sure', value: true, ifWrong: 'sure?' },
    {
      type: 'list-multi',
      name: 'days',
      label: 'Days',
      options: [
        { value: 'mon', label: 'Monday' },
        { value: 'tue', label: 'Tuesday' },
      ],
      values: ['mon'],
      ifWrong: 'days?',
    },
    { type: 'hidden', name: 'seen', value: 'a b' },
  ],
};
