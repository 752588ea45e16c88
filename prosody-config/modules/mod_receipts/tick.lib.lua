-- A tick: what happens to a message within it becomes one line. A write and an IQ cost the same for one
-- line and for many: where much happens the next tick is twice as long, up to a limit, and where little
-- happens it is as short as it is set.

local max, min = math.max, math.min;

local MANY_LINES = 5; -- in the time of a tick as it is set
local LONGEST = 0.1; -- seconds, if not more is set

return function (shortest)
	local tick = {}; -- .flush: what ends it and returns how many lines that gave, set by parts.lib.lua
	local is_set = false;
	local length = shortest;

	local function adapt(lines)
		local is_busy = lines * shortest >= MANY_LINES * length;
		length = is_busy and max(shortest, min(2 * length, LONGEST)) or shortest;
	end

	function tick.set()
		if is_set then return; end
		is_set = true;
		module:add_timer(length, function ()
			is_set = false;
			adapt(tick.flush());
		end);
	end

	return tick;
end
