-- What was seen lately, within a bound. Shared by all hosts of the server.

local limits = module:require "limits";

return function (name)
	-- Two halves, of which the older one is given up when the newer one is full.
	local seen = module:shared("/*/receipts/" .. name);
	seen.newer, seen.older, seen.count = seen.newer or {}, seen.older or {}, seen.count or 0;
	local lately = {};

	function lately.has(key)
		return key and (seen.newer[key] or seen.older[key]);
	end

	function lately.remember(key)
		if seen.count >= limits.MAX_LATELY then
			seen.older, seen.newer, seen.count = seen.newer, {}, 0;
		end
		seen.newer[key], seen.count = true, seen.count + 1;
	end

	return lately;
end
