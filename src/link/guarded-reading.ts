import type { Component } from './bare-component.ts';

/**
 * In characters. Servers take stanzas of 512 KB from elsewhere unless set otherwise, and may write
 * each character of them to us as six.
 */
export const LONGEST_READ = 4 * 1024 * 1024;

export interface ReadingListener {
  readonly isOver: () => boolean;
  /** Nothing more is to be read. */
  readonly fail: (detail: string) => void;
}

/**
 * What the library lacks where it reads: it catches nothing that its parser throws, which would end
 * the process; it keeps what stands between stanzas as long as the stream lives; and it keeps a
 * stanza without an end, however much comes.
 */
export function guardReading(entity: Component, { isOver, fail }: ReadingListener): void {
  const read = entity._onData.bind(entity);
  let unended = 0;
  entity.on('element', () => {
    unended = 0;
  });
  entity._onData = (text) => {
    if (isOver()) return;
    unended += text.length;
    try {
      read(text);
      forgetBetween(entity);
    } catch (error) {
      fail(String(error));
    }
    if (unended > LONGEST_READ) fail(`${LONGEST_READ} characters and no stanza ended`);
  };
}

function forgetBetween({ parser }: Component): void {
  if (parser?.root) parser.root.children = [];
}
