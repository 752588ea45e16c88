/** Why a module says that the recipient is not to be reminded. */
export const NO_REMINDER = ['bad-order', 'no-account', 'policy', 'blocked', 'failed'] as const;

/** `not-told`: the module did not answer, or gave a reason that is unknown here. */
export type NoReminder = (typeof NO_REMINDER)[number] | 'not-told';
