import { beforeEach, expect, test } from 'vitest';
import { element } from '../../../src/protocol/xml.ts';
import { message, received } from '../../support/client/stanzas.ts';
import { BOT } from '../../support/stage.ts';
import { Promises } from './promises.ts';
import { Watch } from './watch.ts';

const BOB = 'bob@here.test';
const ALICE = 'alice@here.test';

let promises: Promises;
let watch: Watch;

beforeEach(() => {
  promises = new Promises();
  watch = new Watch(new Map([[BOB, promises]]));
});

const sorts = () => watch.found.map(({ sort }) => sort);

function answerArrives(id: string): void {
  const answer = received(ALICE, 'm');
  answer.attrs['id'] = id;
  watch.senderHears(answer);
}

function receiptArrives(of: string, status: string, id: string): void {
  const receipt = element('receipt', { xmlns: 'xmpp-receipts:1', id: of, status });
  watch.senderHears(element('message', { from: BOT, to: ALICE, id }, receipt));
}

test('an answer that was written after a confirmed refusal is a leak, an older one is not', () => {
  watch.answered('before', BOB);
  promises.order('refuse');
  watch.answered('unconfirmed', BOB);
  promises.confirm('refuse');
  watch.answered('after', BOB);
  answerArrives('before');
  answerArrives('unconfirmed');
  expect(sorts()).toEqual([]);
  answerArrives('after');
  expect(sorts()).toEqual(['leak']);
});

test('an answer inside another stanza is a leak too', () => {
  promises.confirm('manual');
  watch.writes('m', BOB, 0);
  const forwarded = element('forwarded', {}, received(ALICE, 'm'));
  watch.senderHears(element('message', { from: BOB }, forwarded));
  expect(sorts()).toEqual(['leak']);
});

test('a promise ends when less is asked for, also without an answer', () => {
  promises.confirm('refuse');
  promises.order('client');
  watch.answered('after', BOB);
  answerArrives('after');
  expect(sorts()).toEqual([]);
});

test('a refusal that holds is not weakened by asking for it again', () => {
  promises.confirm('refuse');
  promises.order('refuse');
  watch.answered('after', BOB);
  answerArrives('after');
  expect(sorts()).toEqual(['leak']);
});

test('of a message to who refuses only failed and expired may be told', () => {
  promises.confirm('refuse');
  watch.writes('m', BOB, 0);
  receiptArrives('m', 'failed', 'r1');
  expect(sorts()).toEqual([]);
  receiptArrives('m', 'delivered', 'r2');
  expect(sorts()).toEqual(['leak']);
});

test('under manual the way of a message may be told, but not that it was delivered', () => {
  promises.confirm('manual');
  watch.writes('m', BOB, 0);
  receiptArrives('m', 'sent', 'r1');
  expect(sorts()).toEqual([]);
  receiptArrives('m', 'delivered', 'r2');
  expect(sorts()).toEqual(['leak']);
});

test('the same under two ids is duplicated, and under one id only repeated', () => {
  watch.writes('m', BOB, 0);
  receiptArrives('m', 'sent', 'r1');
  receiptArrives('m', 'sent', 'r1');
  expect(sorts()).toEqual([]);
  receiptArrives('m', 'sent', 'r2');
  expect(sorts()).toEqual(['duplicated']);
});

test('a status that comes after a further one goes back', () => {
  watch.writes('m', BOB, 0);
  receiptArrives('m', 'delivered', 'r1');
  receiptArrives('m', 'sent', 'r2');
  expect(sorts()).toEqual(['back']);
});

test('a message of which nothing was told is known until something is', () => {
  watch.writes('m', BOB, 7);
  watch.senderHears(message({ to: ALICE, id: 'other' }));
  expect(watch.untold(BOB)).toEqual([{ id: 'm', writtenAt: 7 }]);
  receiptArrives('m', 'stored', 'r1');
  expect(watch.untold(BOB)).toEqual([]);
});
