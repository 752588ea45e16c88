-- The segments that the last run left.

local lfs = require "lfs";
local disk = module:require "disk";
local gmatch, gsub, match, sub = string.gmatch, string.gsub, string.match, string.sub;
local max, sort, tonumber = math.max, table.sort, tonumber;

-- Lines that are not about a message. That of a message has its id there.
local HAS_STAMP = { deleted = true; emptied = true; restarted = true };

local function find_segments(folder)
	local found = {};
	for name in lfs.dir(folder) do
		local base = tonumber(match(name, "^(%d+)%.facts$"));
		if base then
			found[#found + 1] = { base = base; path = folder .. name; size = lfs.attributes(folder .. name, "size") };
		end
	end
	sort(found, function (a, b) return a.base < b.base; end);
	return found;
end

local function first_stamp(text)
	return match(text, "\t%l+ (%d+)") or match(text, "^%l+\t(%d+)\t");
end

local function note_stamps(stamps, text)
	for stamp in gmatch(text, "\t%l+ (%d+)") do stamps.note(tonumber(stamp)); end
	for kind, stamp in gmatch("\n" .. text, "\n(%l+)\t(%d+)") do
		if HAS_STAMP[kind] then stamps.note(tonumber(stamp)); end
	end
end

-- The end of a segment may be half a line, written when the server died or the disk was full.
local function whole_lines_of(segment, following)
	local text = disk.read(segment.path) or "";
	text = sub(text, 1, following and following.base - segment.base or #text);
	return match(text, "^.*\n") or "";
end

local function note_gaps(gap, text)
	for stamp in gmatch("\n" .. text, "\ngap\t(%d+)") do gap.note_told(stamp); end
end

local function count_lines_from(text, position)
	local _, lines = gsub(sub(text, max(0, position) + 1), "\n", "\n");
	return lines;
end

-- Notes the stamps that were given out and the gaps that were told of, and counts the lines from the position on.
return function (folder, position, needs) --> segments { base, size, stamp }, oldest first; items
	local stamps = needs.stamps;
	local found, items = find_segments(folder), 0;
	local from = max(position, found[1] and found[1].base or 0);
	for i = 1, #found do
		local segment = found[i];
		local text = whole_lines_of(segment, found[i + 1]);
		segment.size, segment.stamp = #text, first_stamp(text) or stamps.text(stamps.newest());
		note_stamps(stamps, text);
		note_gaps(needs.gap, text);
		items = items + count_lines_from(text, from - segment.base);
	end
	return found, items;
end
