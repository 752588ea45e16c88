import { NS } from './namespaces.ts';
import { child, type Element, element } from './xml.ts';

/** XEP-0202 §2: asks which time it is there. */
export function timeRequest(): Element {
  return element('time', { xmlns: NS.time });
}

export function timeElement(now: Date): Element {
  const utc = element('utc', {}, now.toISOString());
  return element('time', { xmlns: NS.time }, element('tzo', {}, tzoOf(now)), utc);
}

/** XEP-0082 §3.3: how far that client's clock is from UTC. `undefined`: it does not say. */
export function tzoIn(answer: Element): string | undefined {
  const time = answer.attrs['type'] === 'result' ? child(answer, 'time', NS.time) : undefined;
  const tzo = time?.getChildText('tzo')?.trim() ?? '';
  if (tzo === 'Z') return '+00:00';
  return /^[+-]\d\d:\d\d$/.test(tzo) ? tzo : undefined;
}

function tzoOf(now: Date): string {
  const ahead = 0 - now.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  return `${ahead < 0 ? '-' : '+'}${[hours, minutes].map((n) => `${n}`.padStart(2, '0')).join(':')}`;
}
