import { html } from '../http/hono.ts';
import type { Html } from './layout.ts';

/** A curve: its words, and its values, the oldest first; `undefined` where nothing is known. */
export interface Curve {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
}

const WIDTH = 600;
const HEIGHT = 140;
const TOP = 8;

/** A chart of one or two curves, of a fixed number of places; the newest is at the right. */
export function chart(label: string, curves: readonly Curve[], places: number): Html {
  const most = greatest(curves);
  return html`<figure class="chart">
    <figcaption>${curves.map(({ name, values }, at) => legend(name, values.at(-1), at))}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}" preserveAspectRatio="none">
      <path class="grid" d="M0 ${HEIGHT - 1}H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${TOP}H${WIDTH}"/>
      ${curves.map(({ values }, at) => html`<path class="curve curve-${at}" d="${pathOf(values, most, places)}"/>`)}
    </svg>
    <span class="most">${shown(most)}</span>
  </figure>`;
}

function legend(name: string, last: number | undefined, at: number): Html {
  return html`<span class="legend legend-${at}">${name}: <b>${last === undefined ? '–' : shown(last)}</b></span>`;
}

function greatest(curves: readonly Curve[]): number {
  return Math.max(0.1, ...curves.flatMap(({ values }) => values.map((value) => value ?? 0)));
}

/** A gap in the values is a gap in the line. */
function pathOf(values: readonly (number | undefined)[], most: number, places: number): string {
  const first = places - values.length;
  return values
    .map((value, at) => {
      if (value === undefined) return '';
      const x = ((first + at) / (places - 1)) * WIDTH;
      const y = HEIGHT - 1 - (value / most) * (HEIGHT - 1 - TOP);
      const isFirst = at === 0 || values[at - 1] === undefined;
      const isAlone = isFirst && values[at + 1] === undefined;
      return `${isFirst ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}${isAlone ? 'h2' : ''}`;
    })
    .join('');
}

function shown(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value < 1 ? 2 : 1);
}
