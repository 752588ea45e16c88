-- The stamps of facts: microseconds that strictly increase, also across restarts. They order facts,
-- and time passes by them as it does by a stopwatch: they do not follow the clock when it is set.
-- What the clock says is told beside them where it differs.

local time = require "util.time";

local clock, stopwatch = time.now, time.monotonic;
local abs, floor, max, min = math.abs, math.floor, math.max, math.min;
local format = string.format;

local MICROSECONDS = 1000000;
local DAY = 24 * 60 * 60 * MICROSECONDS;
local STEP = 1 * MICROSECONDS; -- a greater difference between clock and stopwatch is one

-- While stamps are ahead of the clock they go on slower by this part, until it has caught up.
local SLOWER_BY = 1 / 100;

-- A clock that was set is believed for the time of day after this time, and a clock that was set
-- ahead becomes that of the stamps after a day: some are wrong for a moment only.
local TOLD_AFTER = 10 * MICROSECONDS;
local FOLLOWED_AFTER = DAY;

return function ()
	local stamps = {};
	local newest = 0;
	local ahead; -- of the clock; nil: no stamp was given out in this run
	local last_clock, last_stopwatch;
	local set_at; -- by the stopwatch, when the clock was set last
	local true_time = 0;

	local function say(step)
		module:log("warn", "The clock of this server %s by %d s: facts keep their order, time limits go on as before, "
			.. "and receipts tell the time of the clock", step < 0 and "was set back" or "went ahead (or this machine slept)",
			floor(abs(step) / MICROSECONDS));
	end

	-- The clock may be wrong now, or may have been in an earlier run. A jump of more than a day would
	-- end the time limits of all messages.
	local function begin(now, watch)
		local latest = newest > 0 and newest + DAY or now;
		ahead = max(newest - now, min(0, latest - now));
		if abs(ahead) >= STEP then
			set_at = watch;
			say(-ahead);
		else
			ahead = max(0, ahead);
		end
	end

	local function go_on(now, watch)
		local passed = watch - last_stopwatch;
		local step = now - last_clock - passed;
		if abs(step) >= STEP then
			ahead, set_at = ahead - step, watch;
			say(step);
		elseif ahead > 0 then
			ahead = max(0, ahead - passed * SLOWER_BY);
		elseif ahead < 0 and watch - set_at >= FOLLOWED_AFTER then
			ahead = 0;
		end
	end

	function stamps.next()
		local now, watch = floor(clock() * MICROSECONDS), stopwatch() * MICROSECONDS;
		if ahead then go_on(now, watch); else begin(now, watch); end
		last_clock, last_stopwatch, true_time = now, watch, now;
		newest = max(floor(now + ahead), newest + 1);
		return newest;
	end

	-- What the clock said at the newest stamp, as a detail of a fact; mostly it is the same.
	function stamps.detail()
		if abs(newest - true_time) < STEP or last_stopwatch - (set_at or 0) < TOLD_AFTER then return ""; end
		return format(" time=%.0f", true_time);
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
