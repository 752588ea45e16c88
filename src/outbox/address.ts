/** Who receipts come from. Converse.js shows what comes from a bare domain as read-only, so the bot has a name. */
export function botOf(component: string): string {
  return `receipts@${component}`;
}
