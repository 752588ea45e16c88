// Writes docs/openapi.json: what the API says of itself. A test compares it with the code.
import { writeFileSync } from 'node:fs';
import { DESCRIPTION, makeApi } from '../dist/src/operator/http/api.js';

const document = makeApi({
  operator: undefined,
  counters: undefined,
  log: undefined,
}).getOpenAPI31Document(DESCRIPTION);
writeFileSync('docs/openapi.json', `${JSON.stringify(document, undefined, 2)}\n`);
