import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The picture of the bot, a PNG; scripts/avatar.mjs draws it. A build lays it beside this file. */
const BYTES = readFileSync(new URL('./assets/avatar.png', import.meta.url));

export const AVATAR = {
  base64: BYTES.toString('base64'),
  /** XEP-0084 §3.2 and XEP-0153 §3: by it a client knows whether it has this picture already. */
  sha1: createHash('sha1').update(BYTES).digest('hex'),
  type: 'image/png',
  bytes: BYTES.length,
  width: BYTES.readUInt32BE(16),
  height: BYTES.readUInt32BE(20),
} as const;
