export type LuaValue =
  | string
  | number
  | boolean
  | readonly LuaValue[]
  | { readonly [key: string]: LuaValue | undefined };

/** The value as Lua source. */
export function luaLiteral(value: LuaValue): string {
  if (typeof value === 'string') return luaString(value);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return `{ ${value.map(luaLiteral).join('; ')} }`;
  return `{ ${Object.entries(value).flatMap(luaField).join('; ')} }`;
}

/** One `name = value` line for each option that is set. */
export function luaAssignments(options: Readonly<Record<string, LuaValue | undefined>>): string {
  return Object.entries(options)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${luaLiteral(value)}`]))
    .join('\n');
}

function luaField([key, value]: readonly [string, LuaValue | undefined]): readonly string[] {
  return value === undefined ? [] : [`[${luaString(key)}] = ${luaLiteral(value)}`];
}

function luaString(text: string): string {
  return `"${text.replace(/[\\"\n\r\0]/g, (char) => `\\${String(char.charCodeAt(0)).padStart(3, '0')}`)}"`;
}

// Array.isArray does not narrow a readonly array.
function isArray(value: LuaValue): value is readonly LuaValue[] {
  return Array.isArray(value);
}
