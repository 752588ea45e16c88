-- The spool: every line is on disk before it is sent, and stays there until the component has it.
--
-- Lines from position.at on are kept; those before read_at are on their way to the component.

local datamanager = require "util.datamanager";
local limits = module:require "limits";
local cut_batch = module:require "batches";
local recover = module:require "spool_recovery";
local gsub = string.gsub;
local max, min = math.max, math.min;
local host = module.host;

local MAX_BATCH_BYTES = limits.MAX_BATCH_BYTES;
local RETRY_INTERVAL = 1; -- after a failed write
local MAX_SEGMENT_BYTES = 1024 * 1024;
local IDLE_SEGMENT_BYTES = 256 * 1024;

return function (needs)
	local stamps, tick, limit, component_host = needs.stamps, needs.tick, needs.limit, needs.component_host;
	local gap = module:require "spool_gap" (tick);
	local memory = module:require "spool_memory" { gap = gap; stamps = stamps };
	local position = module:require "spool_position" { stamps = stamps; complain = needs.complain };
	local segments = module:require "spool_segments" {
		stamps = stamps; size_limit = min(MAX_SEGMENT_BYTES, limit / 8);
	};
	local end_of = segments.end_of;
	local spool = { save = position.save; close = segments.close };
	local reader; -- set by spool.connect
	local read_at = 0;
	local waiting, expected = 0, 0; -- items: stored and not on their way; of this tick and not yet stored
	local is_overfull, is_retry_set = false, false;

	-- Who sends the lines: offer(text, items, ends_at) says whether it takes new lines at once; pump()
	-- takes what waits.
	function spool.connect(its_reader)
		reader = its_reader;
	end

	function spool.wake_reader()
		reader.pump();
	end

	-- So many more items are about to be stored. They count as waiting before the disk has them, so that
	-- no head of a batch says too few.
	function spool.expect(items)
		expected = items;
	end

	-- Items that are not on their way to the component.
	function spool.count_waiting()
		return waiting + expected;
	end

	-- Bytes that the component has not acknowledged.
	function spool.count_bytes()
		return segments.write_at - position.at;
	end

	-- Up to when facts were dropped. The line that tells of it may be behind what is sent now.
	spool.newest_gap = gap.newest;
	spool.count_items = gap.count_items;

	-- A gap is told of when all lines before it are on disk, so that the order stays.
	function spool.take_gap()
		return memory.is_empty() and gap.take_line() or nil;
	end

	local function is_done(segment)
		return end_of(segment) <= position.at and (segments.has_several() or segment.size >= IDLE_SEGMENT_BYTES);
	end

	-- The position is saved before a segment goes: it also tells the newest stamp, which would go with
	-- the last one.
	function spool.acknowledge(to)
		position.advance(to);
		is_overfull = false;
		if not segments.oldest() or not is_done(segments.oldest()) then return; end
		position.save();
		while segments.oldest() and is_done(segments.oldest()) do
			segments.forget_oldest();
		end
	end

	-- Gives up what has not been read of the oldest segment.
	local function drop_oldest()
		local oldest = segments.oldest();
		local from, ends_at = max(read_at, oldest.base), end_of(oldest);
		local text = from < ends_at and segments.read(oldest, from, ends_at - from) or "";
		segments.forget_oldest();
		local next_base = segments.oldest().base;
		read_at, position.at = max(read_at, next_base), max(position.at, next_base);
		if text == "" then return; end
		waiting = waiting - gap.count_lines(text);
		gap.note(gap.count_items(text), segments.oldest().stamp);
	end

	local function keep_within_limit()
		while segments.size > limit and segments.has_several() do
			if not is_overfull then
				module:log("warn", "%s has not taken facts for long and the spool is full (%d bytes): dropping the oldest",
					component_host, limit);
			end
			is_overfull = true;
			drop_oldest();
		end
	end

	local retry;

	local function set_retry()
		if is_retry_set then return; end
		is_retry_set = true;
		module:add_timer(RETRY_INTERVAL, function ()
			is_retry_set = false;
			retry();
			reader.pump();
		end);
	end

	function retry()
		memory.empty_into(segments.append);
		if not memory.is_empty() then
			set_retry();
		elseif gap.is_open() then
			tick.set();
		end
	end

	-- The text has no LF at its end. A reader that keeps up gets the lines at once, the others wait on
	-- the disk.
	function spool.store(text, items)
		expected = max(0, expected - items);
		local is_next = read_at == segments.write_at and memory.is_empty();
		if not memory.is_empty() or not segments.append(text) then
			waiting = waiting + items - memory.hold(text, items);
			set_retry();
		elseif is_next and reader.offer(text, items, segments.write_at) then
			read_at = segments.write_at;
		else
			waiting = waiting + items;
			keep_within_limit();
		end
	end

	local function take_from_memory()
		local block = memory.take_oldest();
		if gap.is_open() then tick.set(); end -- not reported before what comes before it
		return { text = block.text; items = block.items; ends_at = read_at };
	end

	local function skip_unreadable(segment, problem)
		module:log("error", "Cannot read facts from %s (%s): leaving it out", segments.path_of(segment), problem);
		gap.note(1, stamps.text(stamps.newest())); -- one at least: nobody can tell how many
		read_at = end_of(segment);
	end

	local function take_from_disk()
		local segment = segments.at(read_at);
		read_at = max(read_at, segment.base);
		local text, problem = segments.read(segment, read_at, min(MAX_BATCH_BYTES, end_of(segment) - read_at));
		local batch_text, items, bytes = cut_batch(text or "");
		if items == 0 then
			skip_unreadable(segment, problem or "a line has no end");
			return read_at < segments.write_at and take_from_disk() or nil;
		end
		read_at = read_at + bytes;
		return { text = batch_text; items = items; ends_at = read_at };
	end

	-- The next batch, { text, items, ends_at }; the text has no LF at its end.
	function spool.take()
		local batch;
		if read_at < segments.write_at then
			batch = take_from_disk();
		elseif not memory.is_empty() then
			batch = take_from_memory();
		end
		waiting = batch and waiting - batch.items or 0;
		return batch;
	end

	-- Finds what the last run left, and goes on there.
	function spool.recover()
		local folder = gsub(datamanager.getpath("position", host, "receipts", "dat", true), "[^/\\]*$", "");
		position.load(folder);
		local found, items = recover(folder, position.at, { stamps = stamps; gap = gap });
		local oldest, last = found[1], found[#found];
		position.at = max(position.at, oldest and oldest.base or 0);
		read_at, waiting = position.at, items;
		segments.open(folder, found, max(position.at, last and end_of(last) or 0));
		spool.acknowledge(position.at);
	end

	return spool;
end
