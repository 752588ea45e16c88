import { describe, expect, test } from 'vitest';
import type { Evidence, ServerSeen } from '../../../src/operator/doctor/evidence.ts';
import { isWell } from '../../../src/operator/doctor/finding.ts';
import { findingsOf } from '../../../src/operator/doctor/findings.ts';
import type { NodeState } from '../../../src/protocol/other-node.ts';
import { VERSION } from '../../../src/telemetry/version.ts';

const SERVER: ServerSeen = {
  domain: 'example.org',
  server: 'Prosody 0.12.3',
  module: VERSION,
  stores: ['offline', 'archive'],
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
  ])('of %s are amber, which is well', (_, other, seen) => {
    const servers = [{ ...SERVER, ...other }];
    expect(worstOf(evidence({ servers }))).toMatchObject([{ severity: 'amber' }]);
    expect(worstOf(evidence({ servers }))[0]?.seen).toContain(seen);
    expect(isWell(findingsOf(evidence({ servers })))).toBe(true);
  });

  const cluster = (state: NodeState): ServerSeen => ({
    ...SERVER,
    node: 'ejabberd@one',
    otherNodes: [{ name: 'ejabberd@two', state, downSeconds: 7 }],
  });

  test('are green of a cluster whose nodes all answer', () => {
    const seen = evidence({ servers: [cluster('up')] });
    expect(worstOf(seen)).toEqual([]);
    expect(findingsOf(seen).map((it) => it.seen)).toContain(
      'a cluster; our stream is at ejabberd@one, and these answer: ejabberd@two',
    );
  });

  test.each([
    ['down', 'Start that node, or drop it for good: ejabberdctl leave_cluster ejabberd@two'],
    ['silent', 'Load or update mod_receipts on that node (see its log), or drop it for good:'],
  ] as const)('of a node that is %s are red, and say what to do', (state, expected) => {
    const worst = worstOf(evidence({ servers: [cluster(state)] }));
    expect(worst).toMatchObject([{ severity: 'red', name: 'node-missing', about: 'example.org' }]);
    expect(worst[0]?.seen).toContain('ejabberd@two');
    expect(worst[0]?.expected).toContain(expected);
  });

  test('are not well if a store is held by another daemon', () => {
    const daemon = { kind: 'store-refused', problem: 'another runs' } as const;
    expect(isWell(findingsOf(evidence({ daemon, link: undefined, servers: [] })))).toBe(false);
  });
});
