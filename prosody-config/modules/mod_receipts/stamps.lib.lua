-- The stamps of facts: microseconds since 1970 that strictly increase, also across restarts and
-- steps of the clock.

local time_now = require "util.time".now;
local floor, max = math.floor, math.max;
local format = string.format;

return function ()
	local stamps = {};
	local newest = 0;

	function stamps.next()
		local now = floor(time_now() * 1000000);
		newest = now > newest and now or newest + 1;
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
