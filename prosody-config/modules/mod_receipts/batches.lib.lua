-- Cuts text after as many whole lines as a batch may hold, by their length in XML.

local limits = module:require "limits";
local weight = module:require "fields".weight;
local find, max, sub = string.find, math.max, string.sub;

local MAX_BATCH_ITEMS, MAX_BATCH_BYTES = limits.MAX_BATCH_ITEMS, limits.MAX_BATCH_BYTES;

return function (text) --> text without the last LF, items, bytes
	local items, position, batch_weight = 0, 0, 0;
	local is_heavy = weight(text) > MAX_BATCH_BYTES;
	while items < MAX_BATCH_ITEMS do
		local line_end = find(text, "\n", position + 1, true);
		if not line_end then break; end
		if is_heavy then batch_weight = batch_weight + weight(sub(text, position + 1, line_end)); end
		if batch_weight > MAX_BATCH_BYTES and items > 0 then break; end
		items, position = items + 1, line_end;
	end
	return sub(text, 1, max(0, position - 1)), items, position;
end
