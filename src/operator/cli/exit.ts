/** Exit codes, by sysexits(3). */
export const EXIT = {
  ok: 0,
  /** The command was carried out, and its answer is no. */
  no: 1,
  usage: 64,
  /** Something needed is not there: the store, or the daemon. */
  unavailable: 69,
  config: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Expected failure of a command. The message says what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly code: ExitCode;

  constructor(message: string, code: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
