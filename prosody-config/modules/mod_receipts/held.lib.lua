-- What restricts what may be told, and was taken by a component that does not know it: it left that
-- out. It waits in a file for a component that knows it, which gets it before all else.

local datamanager = require "util.datamanager";
local disk = module:require "disk";
local cut_batch = module:require "batches";
local restricting = module:require "restricting";
local limits = module:require "limits";
local find, floor, format, gsub, match, sub = string.find, math.floor, string.format, string.gsub, string.match, string.sub;
local remove = os.remove;
local host = module.host;

return function (needs)
	local stamps, count_items, size_limit, complain = needs.stamps, needs.count_items, needs.size_limit, needs.complain;
	local path = gsub(datamanager.getpath("held", host, "receipts", "dat", true), "%.dat$", "");
	local held = {};
	local size, lines = 0, 0; -- of the file
	local missed = 0; -- items that the disk did not take
	local given; -- while it is given: { text, at, lines, in_flight, is_all }

	local function count_lines(text)
		local _, count = gsub(text, "\n", "\n");
		return count;
	end

	local function gap_line(items)
		return items == 0 and "" or "gap\t" .. stamps.text(stamps.newest()) .. "\t" .. format("%.0f", items) .. "\n";
	end

	-- Half a line at the end goes: the server died as it was written.
	function held.recover()
		local text = disk.read(path) or "";
		local whole = match(text, "^.*\n") or "";
		if whole ~= text then disk.replace(path, whole); end
		size, lines = #whole, count_lines(whole);
	end

	-- The older half goes. What is given in its place tells of it.
	local function make_room()
		local text = disk.read(path) or "";
		local half = find(text, "\n", floor(#text / 2), true) or #text;
		text = gap_line(count_items(sub(text, 1, half))) .. sub(text, half + 1);
		local ok, problem = disk.replace(path, text);
		if ok then size, lines = #text, count_lines(text); end
		return ok, problem;
	end

	local function append(text) --> true, or nil and the problem
		local file, problem = io.open(path, "ab");
		if not file then return nil, problem; end
		return disk.write_and_close(file, text);
	end

	local function write(text) --> true, or nil and the problem
		local ok, problem = true, nil;
		if size + #text > size_limit then ok, problem = make_room(); end
		if ok then ok, problem = append(text); end
		return ok, problem;
	end

	-- The component took these lines and does not know all of them.
	function held.keep(text)
		local part, count = restricting.part_of(text);
		if count == 0 then return; end
		local ok, problem = write(part);
		if given then given.is_all = false; end
		if ok then
			size, lines = size + #part, lines + count;
		else
			missed = missed + count;
			complain("cannot write " .. path .. ": " .. problem);
		end
	end

	-- Lines that are not on their way.
	function held.count()
		return given and given.lines or lines + (missed > 0 and 1 or 0);
	end

	local function begin()
		local text = gap_line(missed) .. (size > 0 and disk.read(path) or "");
		given = { text = text; at = 0; lines = count_lines(text); in_flight = 0; is_all = true };
	end

	-- The next batch, as that of the spool; nil: there is none. It moves no position of the spool.
	function held.take()
		if held.count() == 0 then return; end
		if not given then begin(); end
		local text, items, bytes = cut_batch(sub(given.text, given.at + 1, given.at + limits.MAX_BATCH_BYTES));
		given.at, given.lines, given.in_flight = given.at + bytes, given.lines - items, given.in_flight + 1;
		return items > 0 and { text = text; items = items; ends_at = 0; is_held = true } or nil;
	end

	-- A batch of ours was taken by a component that knows it.
	function held.forget()
		given.in_flight = given.in_flight - 1;
		if given.in_flight > 0 or given.lines > 0 then return; end
		if given.is_all then
			remove(path);
			size, lines, missed = 0, 0, 0;
		end
		given = nil;
	end

	-- The stream has ended: what was on its way is given again.
	function held.rewind()
		given = nil;
	end

	return held;
end
