import { expect, it } from 'vitest';
import { DESCRIPTION, makeApi } from '../../src/http/api.ts';
import { createLogger } from '../../src/observing/log.ts';
import { readPage } from '../docs/pages.ts';
import { operatorWith } from '../support/operator.ts';

it('docs/openapi.json is what the API says of itself (npm run openapi writes it)', () => {
  const log = createLogger({ level: 'silent', addresses: 'shown' });
  const api = makeApi({ operator: operatorWith({}), log });
  expect(JSON.parse(readPage('docs/openapi.json'))).toEqual(
    JSON.parse(JSON.stringify(api.getOpenAPI31Document(DESCRIPTION))),
  );
});
