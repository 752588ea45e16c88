import { randomUUID } from 'node:crypto';

const NOTICE = 'watch-';
const FORM = /^watch-[0-9a-f-]{36}$/;

/** The id of a stanza that says that nothing came of a message in time. A reply repeats it. */
export function noticeId(): string {
  return `${NOTICE}${randomUUID()}`;
}

export function isNoticeId(id: string | undefined): id is string {
  return id !== undefined && FORM.test(id);
}

/** The id of a stanza that reminds somebody of a message. */
export function reminderId(): string {
  return `remind-${randomUUID()}`;
}
