/** What only talk between people and the bot holds. */
export const TALK_NS = {
  /** XEP-0184: Message Delivery Receipts. */
  clientReceipts: 'urn:xmpp:receipts',
  /** XEP-0461: Message Replies. */
  reply: 'urn:xmpp:reply:0',
} as const;
