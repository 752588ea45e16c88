/** Bad input: settings that cannot be used. Each line names the key, what was expected and what was found. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.map((line) => `config: ${line}`).join('\n'), options);
  }
}
