-- Lines that the disk did not take: in memory until it does, as many as memory may hold.

local limits = module:require "limits";
local remove = table.remove;

return function (needs)
	local gap, stamps = needs.gap, needs.stamps;
	local memory = {};
	local blocks = {}; -- { text, items }, oldest first; no text has an LF at its end

	local function count()
		local items = 0;
		for i = 1, #blocks do
			items = items + blocks[i].items;
		end
		return items;
	end

	function memory.is_empty()
		return blocks[1] == nil;
	end

	function memory.hold(text, items) --> lines that had to go for it
		local dropped = 0;
		blocks[#blocks + 1] = { text = text; items = items };
		while count() > limits.MAX_UNWRITTEN_ITEMS do
			local oldest = remove(blocks, 1);
			dropped = dropped + oldest.items;
			gap.note(gap.count_items(oldest.text .. "\n"), stamps.text(stamps.newest()));
		end
		return dropped;
	end

	-- Gives the lines to write, oldest first, until it does not take them.
	function memory.empty_into(write)
		while blocks[1] and write(blocks[1].text) do
			remove(blocks, 1);
		end
	end

	function memory.take_oldest()
		return remove(blocks, 1);
	end

	return memory;
end
