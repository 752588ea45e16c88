-- A tick: what happens to a message within it becomes one line.

return function (seconds)
	local tick = {}; -- .flush: what ends it, set by parts.lib.lua
	local is_set = false;

	function tick.set()
		if is_set then return; end
		is_set = true;
		module:add_timer(seconds, function ()
			is_set = false;
			tick.flush();
		end);
	end

	return tick;
end
