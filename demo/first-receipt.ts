import { BODY, writeToBob } from './write-to-bob.ts';

/** The domain and port of prosody-config/prosody.cfg.lua. */
const PLACE = { domain: 'localhost', port: 5222 };

console.log(`alice@${PLACE.domain}, to bob@${PLACE.domain}, who is away: ${BODY}`);
console.log(await writeToBob(PLACE));
