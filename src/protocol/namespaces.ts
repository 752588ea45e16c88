/** Every namespace that we read or write, and the document that defines it. */
export const NS = {
  /** Our feed between server module and component: docs/protocol.md §2. */
  feed: 'xmpp-receipts:feed:1',
  /** Our receipts to senders: docs/protocol.md §3. */
  receipts: 'xmpp-receipts:1',
  /** XEP-0199: XMPP Ping. */
  ping: 'urn:xmpp:ping',
  /** XEP-0184: Message Delivery Receipts. */
  clientReceipts: 'urn:xmpp:receipts',
  /** XEP-0461: Message Replies. */
  reply: 'urn:xmpp:reply:0',
  /** XEP-0444: Message Reactions, in the version that we name in disco#info. */
  reactions: 'urn:xmpp:reactions:0',
  /** XEP-0030: Service Discovery. */
  discoInfo: 'http://jabber.org/protocol/disco#info',
  discoItems: 'http://jabber.org/protocol/disco#items',
  /** XEP-0050: Ad-Hoc Commands. */
  commands: 'http://jabber.org/protocol/commands',
  /** XEP-0004: Data Forms. */
  forms: 'jabber:x:data',
  /** XEP-0202: Entity Time. */
  time: 'urn:xmpp:time',
  /** XEP-0092: Software Version. */
  version: 'jabber:iq:version',
  /** XEP-0054: vcard-temp. */
  vcard: 'vcard-temp',
  /** XEP-0153: vCard-Based Avatars. */
  vcardUpdate: 'vcard-temp:x:update',
  /** XEP-0292: vCard4 over XMPP; the node of the card, and what stands in it. */
  vcard4Node: 'urn:xmpp:vcard4',
  vcard4: 'urn:ietf:params:xml:ns:vcard-4.0',
  /** XEP-0084: User Avatar. */
  avatar: 'urn:xmpp:avatar:metadata',
  avatarData: 'urn:xmpp:avatar:data',
  /** XEP-0172: User Nickname. */
  nick: 'http://jabber.org/protocol/nick',
  /** XEP-0060: Publish-Subscribe. */
  pubsub: 'http://jabber.org/protocol/pubsub',
  pubsubEvent: 'http://jabber.org/protocol/pubsub#event',
  pubsubErrors: 'http://jabber.org/protocol/pubsub#errors',
  /** XEP-0334: Message Processing Hints. */
  hints: 'urn:xmpp:hints',
  /** XEP-0428: Fallback Indication. */
  fallback: 'urn:xmpp:fallback:0',
  /** XEP-0027: Current Jabber OpenPGP Usage. */
  encrypted: 'jabber:x:encrypted',
  /** RFC 6120 §8.3: stanza errors. */
  stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  /** RFC 6120 §4.9: stream errors. */
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
} as const;

/** How namespaces begin whose version makes no difference to us. */
export const ANY_VERSION = {
  /** XEP-0308: Last Message Correction. */
  correction: 'urn:xmpp:message-correct:',
  /** XEP-0444: Message Reactions. */
  reactions: 'urn:xmpp:reactions:',
  /** XEP-0424: Message Retraction. */
  retraction: 'urn:xmpp:message-retract:',
  /** XEP-0425: Moderated Message Retraction. */
  moderation: 'urn:xmpp:message-moderate:',
  /** XEP-0422: Message Fastening. */
  fastening: 'urn:xmpp:fasten:',
} as const;

/** XEP-0380 §5, and what fallbacks for an encryption name. */
export const OF_ENCRYPTION = /omemo|axolotl|openpgp|encrypt|:otr:|urn:xmpp:(eme|mls|sce)/;
