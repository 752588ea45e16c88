type Reader = (text: string) => unknown;

const text: Reader = (value) => value;
const number: Reader = (value) =>
  value.trim() === '' ? value : Number.isNaN(Number(value)) ? value : Number(value);
const flag: Reader = (value) => (value === 'true' ? true : value === 'false' ? false : value);
const list: Reader = (value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Every option, and how its environment variable is read. What cannot be read stays text, for the schema to complain of. */
export const OPTIONS: Readonly<Record<string, Reader>> = {
  'component.domain': text,
  'component.server': text,
  'component.secret': text,
  'component.secretFile': text,
  domains: list,
  store: text,
  'receipts.statuses': list,
  'receipts.graceMs': number,
  'receipts.expireAfterMs': number,
  'receipts.maxPerMinute': number,
  'receipts.text': flag,
  'receipts.gatherTextMs': number,
  'policy.default': text,
  'policy.locked': flag,
  'policy.tellDeclined': flag,
  'questions.perHour': number,
  'questions.gatherMs': number,
  'questions.expireAfterMs': number,
  'commands.perMinute': number,
  admins: list,
  language: text,
  disclosure: text,
  retentionDays: number,
  'log.level': text,
  'log.addresses': text,
};

/** `component.secretFile` is XMPP_RECEIPTS_COMPONENT_SECRET_FILE. */
export function variableOf(option: string): string {
  return `XMPP_RECEIPTS_${option
    .replaceAll('.', '_')
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()}`;
}

/** The settings of the file, with what the environment says put over them. */
export function withEnvironment(
  settings: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): unknown {
  return Object.entries(OPTIONS).reduce((merged, [option, read]) => {
    const value = environment[variableOf(option)];
    return value === undefined ? merged : put(merged, option.split('.'), read(value));
  }, settings);
}

/** A copy with that value at that path. What is no section is left for the schema to complain of. */
function put(settings: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  if (
    settings !== undefined &&
    (typeof settings !== 'object' || settings === null || Array.isArray(settings))
  )
    return settings;
  const section = (settings ?? {}) as Readonly<Record<string, unknown>>;
  return { ...section, [name]: rest.length === 0 ? value : put(section[name], rest, value) };
}
