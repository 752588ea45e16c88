import { parse } from 'yaml';
import type { Pasted } from '../server/back-end.ts';

type Yaml = null | string | number | boolean | readonly Yaml[] | Section;
interface Section {
  readonly [key: string]: Yaml;
}

/** The configuration with what was pasted into it, each line below the heading that it has. */
export function withPasted(config: string, pasted: readonly Pasted[] = []): string {
  const lines = pasted.flatMap(({ ejabberd }) => (ejabberd === undefined ? [] : [ejabberd]));
  const whole = lines.map((text) => parse(text) as Section).reduce(paste, JSON.parse(config));
  return JSON.stringify(whole, undefined, 2);
}

/** Modules of a host stand below `host_config` in the tests, so that hosts can differ. */
function paste(config: Section, { modules, ...rest }: Section): Section {
  const merged = mergedYaml(config, rest) as Section;
  if (modules === undefined) return merged;
  const known = sectionOf(merged['host_config']);
  const [likeOthers = {}] = Object.values(known);
  const hosts = (merged['hosts'] as readonly string[]).map((host) => [
    host,
    mergedYaml(known[host] ?? likeOthers, { modules }),
  ]);
  return { ...merged, host_config: Object.fromEntries(hosts) };
}

/** Sections and lists are added to, and what has another value gets this one. */
export function mergedYaml(old: Yaml | undefined, pasted: Yaml): Yaml {
  if (isList(old) && isList(pasted)) return pasted.reduce<readonly Yaml[]>(addTo, old);
  if (!isSection(old) || !isSection(pasted)) return pasted;
  const keys = Object.entries(pasted).map(([key, value]) => [key, mergedYaml(old[key], value)]);
  return { ...old, ...Object.fromEntries(keys) };
}

/** A listener with the port of one that is there goes into its place. */
function addTo(list: readonly Yaml[], item: Yaml): readonly Yaml[] {
  const port = sectionOf(item)['port'];
  const at = list.findIndex((it) => port !== undefined && sectionOf(it)['port'] === port);
  return at < 0
    ? [...list, item]
    : list.map((it, index) => (index === at ? mergedYaml(it, item) : it));
}

const sectionOf = (value: Yaml | undefined): Section => (isSection(value) ? value : {});

const isList = (value: Yaml | undefined): value is readonly Yaml[] => Array.isArray(value);

const isSection = (value: Yaml | undefined): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
