-- Facts become lines, and lines are put together for the spool: as many as one batch may hold.

local limits = module:require "limits";
local concat = table.concat;

local MAX_BATCH_ITEMS, FULL_BATCH_BYTES = limits.MAX_BATCH_ITEMS, limits.FULL_BATCH_BYTES;
local MAX_LINE_BYTES = limits.MAX_LINE_BYTES;
local LINE_BYTES = #"message\t" + #"\n";

return function (store) -- store(text, items): the text has no LF at its end
	local lines = {};
	local parts, part_count, line_count, byte_count = {}, 0, 0, 0;

	function lines.discard()
		part_count, line_count, byte_count = 0, 0, 0;
	end

	function lines.store()
		if line_count == 0 then return; end
		local text, items = concat(parts, "", 1, part_count - 1), line_count; -- the last part is an LF
		lines.discard();
		store(text, items);
	end

	local function end_line()
		part_count, line_count = part_count + 1, line_count + 1;
		parts[part_count] = "\n";
		if line_count >= MAX_BATCH_ITEMS or byte_count >= FULL_BATCH_BYTES then lines.store(); end
	end

	local function start_line(slot)
		local count, id, sender, recipient = part_count, slot.id, slot.sender.field, slot.recipient.field;
		if slot.recipient.occupant then recipient = recipient .. slot.recipient.occupant; end
		parts[count + 1], parts[count + 2], parts[count + 3], parts[count + 4] = "message\t", id, sender, recipient;
		part_count = count + 4;
		byte_count = byte_count + LINE_BYTES + #id + #sender + #recipient;
	end

	local function add_facts(slot, first) --> the first fact that the line has no room for
		local count, bytes, next_fact = part_count, 0, first;
		repeat
			local text = slot[next_fact];
			count, bytes, next_fact = count + 1, bytes + #text, next_fact + 1;
			parts[count] = text;
		until next_fact > slot.count or bytes > MAX_LINE_BYTES;
		part_count, byte_count = count, byte_count + bytes;
		return next_fact;
	end

	local function add_plain(text)
		part_count, byte_count = part_count + 1, byte_count + #text + 1;
		parts[part_count] = text;
		end_line();
	end

	-- { id, sender, recipient, count, and the facts at 1 to count }; without facts the id is the line.
	function lines.add(slot)
		if slot.count == 0 then return add_plain(slot.id); end
		local fact = 1;
		repeat
			start_line(slot);
			fact = add_facts(slot, fact);
			end_line();
		until fact > slot.count;
	end

	return lines;
end
