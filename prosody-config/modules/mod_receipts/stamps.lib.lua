-- The stamps of facts: microseconds since 1970 that strictly increase, also across restarts and
-- steps of the clock.

local time = require "util.time";

local clock, stopwatch = time.now, time.monotonic;
local floor, max = math.floor, math.max;
local format = string.format;

local MICROSECONDS = 1000000;
local WORTH_A_WORD = 1 * MICROSECONDS;

-- While stamps are ahead of the clock they go on at half its speed. So time passes for who measures
-- by stamps, and the clock catches up.
local SPEED_AHEAD = MICROSECONDS / 2;

return function ()
	local stamps = {};
	local newest = 0;
	local ahead; -- { stamp, reading of the stopwatch } when that was noticed and said

	local function notice_ahead(by)
		ahead = { stamp = newest; since = stopwatch() };
		module:log("warn", "The clock of this server is %d s behind the newest fact: it has been set back, or was ahead in an earlier run. "
			.. "Until it has caught up, stamps go on at half its speed, what waits for time to pass is told later, "
			.. "and receipts tell these times", floor(by / MICROSECONDS));
	end

	local function after_newest(now)
		if not ahead and newest - now >= WORTH_A_WORD then notice_ahead(newest - now); end
		if not ahead then return newest + 1; end
		return max(newest + 1, ahead.stamp + floor((stopwatch() - ahead.since) * SPEED_AHEAD));
	end

	function stamps.next()
		local now = floor(clock() * MICROSECONDS);
		if now > newest then
			newest, ahead = now, nil;
		else
			newest = after_newest(now);
		end
		return newest;
	end

	function stamps.newest()
		return newest;
	end

	-- The stamp of one that was given out in an earlier run.
	function stamps.note(stamp)
		newest = max(newest, stamp);
	end

	function stamps.text(stamp)
		return format("%.0f", stamp);
	end

	return stamps;
end
