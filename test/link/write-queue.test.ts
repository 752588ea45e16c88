import { expect, test } from 'vitest';
import { LinkBusy, LinkDown } from '../../src/link/link-error.ts';
import { type Sink, WriteQueue } from '../../src/link/write-queue.ts';

const LIMITS = { unsentSize: 4, waitingSize: 6 };

test('the socket never holds more than the limit, and the order is kept', async () => {
  const { sink, written, finishOne } = slowSink();
  const outlet = new WriteQueue(sink, LIMITS);
  const puts = ['aaa', 'bbb', 'cc', 'd'].map((text) => outlet.put(text));
  expect(written).toEqual(['aaa', 'bbb']);
  finishOne();
  const late = outlet.put('eee'); // there is room, but others came first
  await puts[0];
  expect(written).toEqual(['aaa', 'bbb', 'cc']);
  for (let left = 4; left > 0; left -= 1) await nextTurn(finishOne);
  await Promise.all([...puts, late]);
  expect(written).toEqual(['aaa', 'bbb', 'cc', 'd', 'eee']);
});

test('no more than the limit waits in the write queue', async () => {
  const { sink } = slowSink();
  const outlet = new WriteQueue(sink, LIMITS);
  const puts = ['aaaa', 'bbb', 'ccc', 'd'].map((text) => outlet.put(text));
  await expect(puts[3]).rejects.toBeInstanceOf(LinkBusy);
  await expect(puts[3]).rejects.toThrow(
    /^the server takes nothing: .*\. See whether it is overloaded/,
  );
});

test('what waits in the write queue is rejected when nothing will be written any more', async () => {
  const { sink, written } = slowSink();
  const outlet = new WriteQueue(sink, LIMITS);
  void outlet.put('aaaa');
  const waiting = expect(outlet.put('bbb')).rejects.toBeInstanceOf(LinkDown);
  outlet.shut(new LinkDown('over'));
  await waiting;
  expect(written).toEqual(['aaaa']);
});

/** A socket that finishes a write only when told to. */
function slowSink() {
  const written: string[] = [];
  const unfinished: { readonly size: number; readonly finish: () => void }[] = [];
  const sink: Sink = {
    get unsentSize() {
      return unfinished.reduce((sum, { size }) => sum + size, 0);
    },
    write(text) {
      written.push(text);
      return new Promise((finish) => unfinished.push({ size: text.length, finish }));
    },
  };
  return { sink, written, finishOne: () => unfinished.shift()?.finish() };
}

async function nextTurn(act: () => void): Promise<void> {
  act();
  await new Promise((resolve) => setImmediate(resolve));
}
