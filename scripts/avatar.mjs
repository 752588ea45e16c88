// Draws the picture of the bot, the same as the icon of the page: node scripts/avatar.mjs

import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const SIZE = 96;
/** Points for each pixel in each direction: edges become smooth. */
const FINENESS = 8;
/** The icon is drawn on a square of 32. */
const SCALE = 32 / SIZE / FINENESS;
const BACKGROUND = [0x25, 0x63, 0xa8];
const STROKE = [0xff, 0xff, 0xff];
const HALF_WIDTH = 1.5;
/** Few shades are enough for an edge, and make the file small. */
const SHADES = 16;

const TICKS = [
  ...linesOf([5, 17], [10, 22], [20, 11]),
  ...linesOf([14, 21], [15.5, 22.5], [26.5, 10.5]),
];

function linesOf(...points) {
  return points.slice(1).map((to, index) => ({ from: points[index], to }));
}

function distance([x, y], { from: [x1, y1], to: [x2, y2] }) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy);
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}

function isStroke(x, y) {
  return TICKS.some((line) => distance([x, y], line) <= HALF_WIDTH);
}

function shadeAt(column, row) {
  let inside = 0;
  for (let i = 0; i < FINENESS; i++)
    for (let j = 0; j < FINENESS; j++) {
      const x = (column * FINENESS + i + 0.5) * SCALE;
      const y = (row * FINENESS + j + 0.5) * SCALE;
      if (isStroke(x, y)) inside += 1;
    }
  return Math.round((inside / FINENESS ** 2) * (SHADES - 1));
}

/** Four bits for each pixel: the number of its shade. */
function rowBytes(row) {
  const bytes = Buffer.alloc(SIZE / 2 + 1);
  for (let column = 0; column < SIZE; column += 2)
    bytes[column / 2 + 1] = (shadeAt(column, row) << 4) | shadeAt(column + 1, row);
  return bytes;
}

function palette() {
  return Buffer.from(
    Array.from({ length: SHADES }, (_, shade) =>
      BACKGROUND.map((dark, part) =>
        Math.round(dark + ((STROKE[part] - dark) * shade) / (SHADES - 1)),
      ),
    ).flat(),
  );
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

function header() {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(SIZE, 0);
  bytes.writeUInt32BE(SIZE, 4);
  bytes.set([4, 3, 0, 0, 0], 8); // four bits, by palette
  return bytes;
}

const rows = Array.from({ length: SIZE }, (_, row) => rowBytes(row));
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', header()),
  chunk('PLTE', palette()),
  chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
  chunk('IEND', Buffer.alloc(0)),
]);
writeFileSync(new URL('../src/user/card/assets/avatar.png', import.meta.url), png);
console.log(`${png.length} bytes`);
