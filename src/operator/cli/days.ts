const HOURS = { h: 1, d: 24, w: 168 } as const;

/** A time such as 90d, 12w or 36h, in days; `undefined`: it is none. */
export function daysIn(text: string): number | undefined {
  const [, number = '', unit = ''] = /^([1-9]\d{0,5})([hdw])$/.exec(text) ?? [];
  return number === '' ? undefined : (Number(number) * HOURS[unit as keyof typeof HOURS]) / 24;
}
