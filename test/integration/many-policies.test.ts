import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '../support/feed-component.ts';
import { HOST, type ModuleStage, startModuleStage } from '../support/module-stage.ts';

let stage: ModuleStage;

beforeAll(async () => {
  stage = await startModuleStage();
});

afterAll(() => stage?.dispose());

describe('many policies', () => {
  const USERS = 100_000;
  const PER_PART = 1800;
  /** Prosody: 20 on a usual machine. In ejabberd nothing is held up but by what one step does without a pause, by the clock. */
  const MOST_MS = { prosody: 100, ejabberd: 1000 } as const;

  test('100,000 policies come without holding up the server, and hold after a restart', async () => {
    const lines = Array.from({ length: USERS }, (_, n) => `user-${n}@${HOST}\tmanual`);
    const whole = stage.newVersion();
    await stage.server.runInside(WATCH_STEPS, HOST);
    for (let at = 0, part = 1; at < USERS; at += PER_PART, part++) {
      const last = at + PER_PART >= USERS ? 'yes' : 'no';
      const some = lines.slice(at, at + PER_PART);
      const answer = await stage.component.setPolicies(
        HOST,
        { part, last, version: whole },
        ...some,
      );
      expect(outcomeOf(answer)).toBe('result');
    }
    expect(await stage.server.runInside(LONGEST_STEP)).toBeLessThan(MOST_MS[stage.server.kind]);
    await stage.component.close();
    await stage.server.restart();
    await stage.connect();
    expect((await stage.hello())['policies']).toBe(whole);
    await stage.setPolicies({});
  });
});

// In processor time: others use this machine too.
const WATCH_STEPS_LUA = `
local receipts = require "core.modulemanager".get_module((...), "receipts").module
package.loaded.receipts_test_longest = 0
receipts:wrap_event("iq/host", function (handlers, name, event)
  local began = os.clock()
  local result = handlers(name, event)
  local longest = package.loaded.receipts_test_longest
  package.loaded.receipts_test_longest = math.max(longest, (os.clock() - began) * 1000)
  return result
end)
return true`;

// As scheduled without interruption.
const WATCH_STEPS = {
  lua: WATCH_STEPS_LUA,
  erlang: `register(receipts_test_steps, spawn(fun() ->
  erlang:system_monitor(self(), [{long_schedule, 10}]),
  Listen = fun(Self, Longest) ->
    receive
      {monitor, _, long_schedule, Info} -> Self(Self, max(Longest, proplists:get_value(timeout, Info)));
      {ask, From} -> From ! {longest, Longest}
    end
  end,
  Listen(Listen, 0)
end)), ok`,
};

const LONGEST_STEP = {
  lua: 'return package.loaded.receipts_test_longest',
  erlang: 'receipts_test_steps ! {ask, self()}, receive {longest, Longest} -> Longest end',
};
