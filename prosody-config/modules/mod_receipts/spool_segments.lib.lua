-- The files of the spool. Lines have positions: the number of bytes ever written before them. A
-- segment is a file named by the position of its first line; only the last one is written to.

local limits = module:require "limits";
local format, remove = string.format, table.remove;

local WRITE_BUFFER_BYTES = 64 * 1024;

return function (needs)
	local stamps, size_limit = needs.stamps, needs.size_limit;
	local segments = { size = 0; write_at = 0 }; -- bytes of all; the position of the next line
	local list = {}; -- { base, size, stamp }, oldest first
	local folder; -- with a trailing slash
	local written_to; -- file handle of the last segment; nil: the next write begins another one
	local read_from, read_base; -- file handle of a segment that is read, and its base
	local is_disk_failing = false;

	local function path_of(segment)
		return folder .. format("%016.0f.facts", segment.base);
	end

	segments.path_of = path_of;

	local function end_of(segment)
		return segment.base + segment.size;
	end

	segments.end_of = end_of;

	local function close_written()
		if written_to then written_to:close(); end
		written_to = nil;
	end

	local function close_read()
		if read_from then read_from:close(); end
		read_from, read_base = nil, nil;
	end

	function segments.close()
		close_written();
		close_read();
	end

	-- What the last run left: { base, size, stamp }, oldest first.
	function segments.open(its_folder, found, write_at)
		folder, list, segments.write_at = its_folder, found, write_at;
		for i = 1, #found do
			segments.size = segments.size + found[i].size;
		end
	end

	local function begin_segment() --> true, or nil and the problem
		local segment = { base = segments.write_at; size = 0; stamp = stamps.text(stamps.newest()) };
		local file, problem = io.open(path_of(segment), "wb");
		if not file then return nil, problem; end
		file:setvbuf("full", WRITE_BUFFER_BYTES);
		local last = list[#list];
		list[last and last.base == segment.base and #list or #list + 1] = segment;
		written_to = file;
		return true;
	end

	-- Here the server's thread waits for the disk on the way of a message. Besides, it may wait for its
	-- own storage where presence.lib.lua asks for a roster that is not in memory. The wait here is short:
	-- a call writes at most one batch (100 lines, 60 KB), and most ticks are one call. Nothing is
	-- synced, so the kernel only copies the bytes to its memory. It makes us wait for the disk itself
	-- while more of all programs is unwritten than it allows (vm.dirty_ratio).
	local function try_append(text) --> true, or nil and the problem
		local ok, problem = true, nil;
		if written_to and list[#list].size >= size_limit then close_written(); end
		if not written_to then ok, problem = begin_segment(); end
		if ok then ok, problem = written_to:write(text, "\n"); end
		if ok then ok, problem = written_to:flush(); end
		if not ok then return nil, problem; end
		local segment, size = list[#list], written_to:seek();
		segments.size = segments.size + size - segment.size;
		segment.size = size;
		segments.write_at = end_of(segment);
		return true;
	end

	local function note_disk(ok, problem)
		if not ok and not is_disk_failing then
			module:log("error", "Cannot write facts to %s (%s): keeping at most %d in memory",
				folder, problem, limits.MAX_UNWRITTEN_ITEMS);
		elseif ok and is_disk_failing then
			module:log("info", "Facts are written to %s again", folder);
		end
		is_disk_failing = not ok;
	end

	-- A failed write may have left half a line: nothing is read beyond what is known to be whole, and
	-- writing goes on in another segment.
	function segments.append(text) --> is it on disk?
		local ok, problem = try_append(text);
		if not ok then close_written(); end
		note_disk(ok, problem);
		return ok;
	end

	function segments.oldest()
		return list[1];
	end

	function segments.has_several()
		return list[2] ~= nil;
	end

	-- The segment that holds the line at this position.
	function segments.at(position)
		for i = 1, #list do
			if position < end_of(list[i]) then return list[i]; end
		end
	end

	local function open_for_reading(segment) --> true, or nil and the problem
		if read_base == segment.base then return true; end
		close_read();
		local file, problem = io.open(path_of(segment), "rb");
		if not file then return nil, problem; end
		read_from, read_base = file, segment.base;
		return true;
	end

	function segments.read(segment, from, size) --> nil and the problem
		local ok, problem = open_for_reading(segment);
		if not ok then return nil, problem; end
		read_from:seek("set", from - segment.base);
		local text = read_from:read(size);
		if not text or #text < size then return nil, "it is shorter than it was written"; end
		return text;
	end

	function segments.forget_oldest()
		local segment = remove(list, 1);
		if not list[1] then close_written(); end
		if read_base == segment.base then close_read(); end
		segments.size = segments.size - segment.size;
		os.remove(path_of(segment));
	end

	return segments;
end
