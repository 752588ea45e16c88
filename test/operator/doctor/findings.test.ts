import { describe, expect, test } from 'vitest';
import type { Evidence, ServerSeen } from '../../../src/operator/doctor/evidence.ts';
import { isWell } from '../../../src/operator/doctor/finding.ts';
import { findingsOf } from '../../../src/operator/doctor/findings.ts';
import { VERSION } from '../../../src/telemetry/version.ts';

const SERVER: ServerSeen = {
  domain: 'example.org',
  server: 'Prosody 0.12.3',
  module: VERSION,
  stores: ['offline', 'archive'],
  nodes: 1,
};

function evidence(other: Partial<Evidence> = {}): Evidence {
  return {
    component: 'receipts.example.org',
    address: '127.0.0.1:5347',
    secretLength: 3,
    domains: ['example.org'],
    daemon: { kind: 'answers', version: VERSION },
    link: { isOnline: true },
    servers: [SERVER],
    unconfigured: [],
    users: [],
    ...other,
  };
}

function worstOf(seen: Evidence) {
  return findingsOf(seen).filter(({ severity }) => severity !== 'green');
}

describe('findings from evidence', () => {
  test('are all green where nothing is wrong', () => {
    expect(worstOf(evidence())).toEqual([]);
  });

  test('name the number of characters of a secret that was refused', () => {
    const link = { isOnline: false, problem: 'refused', reason: 'secret-refused' } as const;
    const [finding] = worstOf(evidence({ link }));
    expect(finding?.expected).toContain('We read 3 characters');
    expect(finding?.paste?.ejabberd).toContain('"receipts.example.org":');
  });

  test('say nothing of domains while there is no connection', () => {
    const link = { isOnline: false, problem: 'closed', reason: 'unreached' } as const;
    const about = findingsOf(evidence({ link })).map((it) => it.about);
    expect(about).not.toContain('example.org');
  });

  test('give the lines that load a module that is missing', () => {
    const servers = [{ domain: 'example.org', problem: 'no answer', stores: [] }];
    const [finding] = worstOf(evidence({ servers }));
    expect(finding?.severity).toBe('red');
    expect(finding?.paste?.prosody).toContain('receipts_component = "receipts.example.org"');
  });

  test.each([
    ['another version', { module: '0.0.9' }, 'mod_receipts 0.0.9'],
    ['no offline store', { stores: ['archive'] }, 'no offline store'],
    ['no archive', { stores: ['offline'] }, 'no archive store'],
    ['several nodes', { nodes: 2 }, 'a cluster of 2 nodes'],
  ])('of %s are amber, which is well', (_, other, seen) => {
    const servers = [{ ...SERVER, ...other }];
    expect(worstOf(evidence({ servers }))).toMatchObject([{ severity: 'amber' }]);
    expect(worstOf(evidence({ servers }))[0]?.seen).toContain(seen);
    expect(isWell(findingsOf(evidence({ servers })))).toBe(true);
  });

  test('are not well if a store is held by another daemon', () => {
    const daemon = { kind: 'store-refused', problem: 'another runs' } as const;
    expect(isWell(findingsOf(evidence({ daemon, link: undefined, servers: [] })))).toBe(false);
  });
});
