/** Somebody's client, used as a person uses it: by keys and clicks, looking at the screen. */
export interface App {
  /** Whether it asks for receipts of a contact that is away. */
  readonly asksTheAbsent: boolean;
  /** Opens the chat with somebody. */
  openChat(jid: string): Promise<void>;
  /** Writes into the chat that is open. */
  write(text: string): Promise<void>;
  /** Resolves when these words are on the screen. */
  see(words: string): Promise<void>;
  /** Resolves when the open chat shows that this message of one's own has arrived. */
  seeTick(text: string): Promise<void>;
  /** Says yes to the question of the bot that is on the screen, by the best means that the client has. */
  sayYes(): Promise<void>;
  /** What is on the screen, as PNG. */
  picture(): Promise<Buffer>;
  /** The form in which one chooses a policy, where the client shows it well. */
  pictureOfForm?(): Promise<Buffer>;
  close(): Promise<void>;
}

/** Whose client it is. */
export interface Owner {
  readonly jid: string;
  readonly password: string;
  /** Of the server. */
  readonly ports: { readonly c2s: number; readonly http: number };
  /** Those in the contact list, to whom it opens chats. */
  readonly contacts: readonly string[];
}
