import { type Config, loadConfig } from '../../src/config/config.ts';
import { variableOf } from '../../src/config/environment.ts';

export const COMPONENT = 'receipts.example.org';
export const SERVER = 'example.org';

/** Options by their names in the file, as the environment gives them. */
export type Settings = Readonly<Record<string, string>>;

/** The configuration of a component with one server, and with these options. */
export function configWith(settings: Settings): Config {
  const options = {
    'component.domain': COMPONENT,
    'component.secret': 'secret',
    domains: SERVER,
    store: 'sqlite::memory:',
    ...settings,
  };
  const variables = Object.entries(options).map(([option, value]) => [variableOf(option), value]);
  return loadConfig(undefined, Object.fromEntries(variables));
}
