import type { Prosody } from '../../test/support/prosody.ts';

/** What the server did at one go, in ms by its own processor time: what others do on the machine does not count. */
export interface Steps {
  readonly longest: number;
  /** How many were longer than that. */
  readonly above: Readonly<Record<'20' | '50', number>>;
}

// A timer that is always due runs once in each turn of the server's loop.
const WATCH = `
local clock, watch = os.clock, { longest = 0, above = { ["20"] = 0, ["50"] = 0 } }
local last = clock()
prosody.bench_watch = watch
require "util.timer".add_task(0.001, function ()
  local now = clock()
  local step = (now - last) * 1000
  last = now
  watch.longest = math.max(watch.longest, step)
  for limit, count in pairs(watch.above) do
    if step > tonumber(limit) then watch.above[limit] = count + 1 end
  end
  return prosody.bench_watch == watch and 0.001 or nil
end)`;

const END = `
local watch = prosody.bench_watch
prosody.bench_watch = nil
return watch`;

/** From now on until it is asked. */
export async function watchSteps(prosody: Prosody): Promise<() => Promise<Steps>> {
  await prosody.runLua(WATCH);
  return async () => (await prosody.runLua(END)) as Steps;
}
