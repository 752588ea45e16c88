export const DOMAIN = 'example.org';
export const COMPONENT = `receipts.${DOMAIN}`;
export const BOT = `receipts@${COMPONENT}`;

/** She writes, and is told what becomes of it. */
export const ALICE = `alice@${DOMAIN}`;
/** His app answers requests for receipts. */
export const BOB = `bob@${DOMAIN}`;
/** Her app never does. */
export const CAROL = `carol@${DOMAIN}`;
/** Speaks Chinese; his app answers. */
export const LI = `li@${DOMAIN}`;
/** Nobody sees this one: it finds out until when all facts are known. */
export const PROBE = `probe@${DOMAIN}`;

export const PASSWORD = 'secret';
