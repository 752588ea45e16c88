/** What the API answers, for programs: `import type { StatusAnswer } from 'xmpp-receipts/api'`. */
export type { ExportedAnswer } from './export-route.ts';
export type { SummaryAnswer, TimelineAnswer } from './messages-routes.ts';
export type { PrunedAnswer, WhatGoesAnswer } from './prune-routes.ts';
export type { StandbyAnswer, StatusAnswer } from './status-route.ts';
export type { WaitingAnswer } from './waiting-route.ts';
