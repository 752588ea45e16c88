-- What had to be given up is counted, and told of by one line (docs/protocol.md section 2.2).

local count_dropped = module:measure("dropped", "counter");
local find_all, find_line_ends = string.gmatch, string.gsub;
local format, max, tonumber = string.format, math.max, tonumber;

return function (tick)
	local gap = {};
	local dropped = 0; -- not yet reported
	local newest; -- the stamp of the newest gap, reported or not

	function gap.count_lines(text)
		local _, lines = find_line_ends(text, "\n", "\n");
		return lines;
	end

	-- Lines; a line that tells of a gap counts for what was dropped then.
	function gap.count_items(text)
		local items = gap.count_lines(text);
		for count in find_all("\n" .. text, "\ngap\t%d+\t(%d+)") do
			items = items + tonumber(count) - 1;
		end
		return items;
	end

	-- A line of the last run may tell of a gap that is newer than all that this run knows.
	function gap.note_told(stamp)
		newest = max(newest or 0, tonumber(stamp));
	end

	-- As text; nil: nothing was dropped.
	function gap.newest()
		return newest and format("%.0f", newest);
	end

	-- Each gap has a stamp of its own: one that is told again can be told from another one, also where
	-- segments begin with the same stamp.
	function gap.note(items, stamp)
		if dropped == 0 and newest then newest = newest + 1; end
		dropped = dropped + items;
		gap.note_told(stamp);
		count_dropped(items);
		tick.set();
	end

	function gap.is_open()
		return dropped > 0;
	end

	function gap.take_line()
		if dropped == 0 then return; end
		local line = "gap\t" .. gap.newest() .. "\t" .. format("%.0f", dropped);
		dropped = 0;
		return line;
	end

	return gap;
end
