/** What the API answers, for programs: `import type { StatusAnswer } from 'xmpp-receipts/api'`. */
export type { SummaryAnswer, TimelineAnswer } from './messages-routes.ts';
export type { StatusAnswer } from './status-route.ts';
