-- The stamps of facts: microseconds since 1970 that strictly increase, also across restarts and
-- steps of the clock.

local time_now = require "util.time".now;
local floor, max = math.floor, math.max;
local format = string.format;

local WORTH_A_WORD = 1000000; -- microseconds

return function ()
	local stamps = {};
	local newest = 0;
	local is_ahead = false; -- of the clock, and that has been said

	local function say_ahead(by)
		is_ahead = true;
		module:log("warn", "The clock of this server is %d s behind the newest fact: it has been set back, or was ahead in an earlier run. "
			.. "Until it has caught up facts are stamped later than they happen, and receipts tell these times", floor(by / 1000000));
	end

	local function after_newest(now)
		if newest - now >= WORTH_A_WORD and not is_ahead then say_ahead(newest - now); end
		return newest + 1;
	end

	function stamps.next()
		local now = floor(time_now() * 1000000);
		if now > newest then
			newest, is_ahead = now, false;
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
