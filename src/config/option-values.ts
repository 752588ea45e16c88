import { z } from 'zod';

// The texts here say what is expected. explain.ts adds the key and what was found, and
// docs/settings.md has the same words.

export const text = (error: string) => z.string({ error }).min(1, { error });

export const wholeNumber = (min: number, unit: string) => {
  const error = `a whole number of ${unit}, at least ${min}`;
  return z.int({ error }).min(min, { error });
};

export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `one of ${words.join(', ')}` });

export const flag = z.boolean({ error: 'true or false' });

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[^\s:]+):\d{1,5}$/i;

export const hostAndPort = (error: string) =>
  z.string({ error }).regex(HOST_AND_PORT, { error, abort: true }).refine(hasPort, { error });

/** One, or several: a list, or one text with commas between them, as the environment has it. */
export const hostsAndPorts = (error: string) => {
  const several = z.string({ error }).refine((text) => text.split(/, */).every(isHostAndPort));
  return z.union([several, z.array(hostAndPort(error)).min(1)], { error });
};

function isHostAndPort(text: string): boolean {
  return HOST_AND_PORT.test(text) && hasPort(text);
}

/** The text has the form of HOST_AND_PORT. */
function hasPort(address: string): boolean {
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  return port > 0 && port < 65_536;
}

/** RFC 6750 §2.1. Shorter ones can be found by trying. */
export const TOKEN = /^[\w.~+/-]{16,}=*$/;
export const tokenText =
  'at least 16 letters, digits and signs of - . _ ~ + /, as "openssl rand -hex 16" makes them';
