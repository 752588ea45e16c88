-- mod_receipts: tells the component xmpp-receipts what becomes of messages that ask for a receipt
--
-- Copyright (C) 2026 xmpp-receipts contributors
-- This file is MIT/X11 licensed.
--
-- Watches messages that ask for a receipt (XEP-0184) and reports what the server did with them: metadata, never a body.
-- It only observes: no stanza is changed, stopped or delayed, and a failure in here never reaches the message.
-- What is observed becomes a fact, the facts of one tick become lines, the lines are written to a spool on disk and then
-- fed to the component in batches, which stay in the spool until the component has answered that it keeps them.
-- The lines and the IQs are described in docs/protocol.md.

-- COMPAT prosody 0.12: 13.0 calls these prosody.util.* and prosody.core.*, and accepts the short names too
local base64_encode = require "util.encodings".base64.encode;
local datamanager = require "util.datamanager";
local filters = require "util.filters";
local hmac_sha256 = require "util.hashes".hmac_sha256;
local jid_prep = require "util.jid".prep;
local lfs = require "lfs";
local new_id = require "util.id".short;
local parse_datetime = require "util.datetime".parse;
local random_bytes = require "util.random".bytes;
local rostermanager = require "core.rostermanager";
local st = require "util.stanza";
local time_now = require "util.time".now;
local have_pposix, pposix = pcall(require, "util.pposix");

local concat, move, remove, sort = table.concat, table.move, table.remove, table.sort; -- luacheck: ignore 143/table
local find, format, gmatch, gsub, match, sub =
	string.find, string.format, string.gmatch, string.gsub, string.match, string.sub;
local floor, max, min = math.floor, math.max, math.min;
local ipairs, pairs, pcall, rawget, setmetatable, tonumber, type = ipairs, pairs, pcall, rawget, setmetatable, tonumber, type;

local host = module.host;
local hosts, full_sessions = prosody.hosts, prosody.full_sessions;

local MODULE_VERSION = "0.1.0";
local XMLNS_FEED = "xmpp-receipts:feed:1";
local XMLNS_REPORT = "xmpp-receipts:1";
local PROVES = "accepted relayed sent stored acked received displayed failed lost";

local MAX_ID_BYTES = 256;
local MAX_ANSWERS = 16; -- of one message
local MAX_KEYS_PER_TICK = 500;
local MAX_LINE_BYTES = 16 * 1024;
local MAX_BATCH_ITEMS = 100;
local MAX_BATCH_BYTES = 60 * 1024;
local MAX_BATCHES = 8;
local MAX_FRESH_BYTES = 256 * 1024;
local MAX_UNWRITTEN_ITEMS = 5000;
local MAX_UNACKED = 2000; -- of one stream
local MAX_ARCHIVE_AGE = 30 * 24 * 60 * 60;
local MAX_COMPLAINTS = 20;
local HELLO_INTERVAL = 60;
local MAX_BACKOFF = 60;
local SAVE_INTERVAL = 1;
local RETRY_INTERVAL = 1; -- after a failed write
local IDLE_SEGMENT_BYTES = 256 * 1024;
local TOKEN_BYTES = 9;

--- Options

if module:get_host_type() ~= "local" then
	module:log("error", "This module watches users: enable it on a VirtualHost, not on a component");
	return;
end

local function get_bounded_number(name, default, lowest, highest)
	local value = module:get_option_number(name, default) or default;
	local bounded = max(lowest, min(value, highest));
	if bounded ~= value then
		module:log("warn", "Option %s must be between %g and %g, not %g: using %g", name, lowest, highest, value, bounded);
	end
	return bounded;
end

local component_host = jid_prep(module:get_option_string("receipts_component"));
if not component_host or component_host == host then
	module:log("error", "Option receipts_component must name the component of xmpp-receipts, for instance \"receipts.%s\": doing nothing", host);
	return;
end

local spool_limit = get_bounded_number("receipts_spool_limit", 64 * 1024 * 1024, 64 * 1024, 2^40);
local tick_seconds = get_bounded_number("receipts_tick", 0.02, 0.001, 10);
local result_timeout = get_bounded_number("receipts_result_timeout", 30, 0.1, 3600);
local segment_limit = min(1024 * 1024, spool_limit / 8);

local count_refused = module:measure("refused", "counter");
local count_dropped = module:measure("dropped", "counter");

--- Failing quietly

local complaints = {};
local complaint_count = 0;

-- One line for each sort of failure: what fails for one message fails for a thousand a second.
local function complain(problem)
	if complaints[problem] or complaint_count >= MAX_COMPLAINTS then return; end
	complaints[problem] = true;
	complaint_count = complaint_count + 1;
	module:log("error", "Some facts are not reported, messages are not affected: %s", problem);
end

local function guarded(observe)
	return function (event)
		local ok, result = pcall(observe, event);
		if ok then return result; end
		complain(result);
	end
end

--- Addresses and keys

local function host_of(bare)
	return match(bare, "@(.*)$") or bare;
end

local function bare_of(jid)
	local slash = find(jid, "/", 1, true);
	return slash and sub(jid, 1, slash - 1) or jid;
end

local function is_component_address(bare)
	return find(bare, component_host, 1, true) and host_of(bare) == component_host;
end

local function encode_byte(byte)
	return format("%%%02X", byte:byte());
end

local function encode(text)
	if not find(text, "[%z\1-\32\127%%]") then return text; end
	return (gsub(text, "[%z\1-\32\127%%]", encode_byte));
end

local function is_usable_id(id)
	return id and id ~= "" and #id <= MAX_ID_BYTES;
end

local seen_from, seen_to, seen_id, seen_key, seen_sender, seen_recipient;

-- Which message: nil for those that concern the component itself. Remembers the last, since the same message passes
-- several hooks in a row.
local function key_of(from, to, id)
	if id == seen_id and from == seen_from and to == seen_to then
		return seen_key, seen_sender, seen_recipient;
	end
	local sender, recipient = bare_of(from), bare_of(to);
	local key;
	if not is_component_address(sender) and not is_component_address(recipient) then
		key = encode(id) .. "\t" .. encode(sender) .. "\t" .. encode(recipient);
	end
	seen_from, seen_to, seen_id, seen_key, seen_sender, seen_recipient = from, to, id, key, sender, recipient;
	return key, sender, recipient;
end

-- A message to oneself has no 'to' (RFC 6120 section 10.3.1).
local function key_of_message(stanza)
	local attr = stanza.attr;
	return key_of(attr.from, attr.to or attr.from, attr.id);
end

--- What is tracked

local IS_CONVERSATION = { chat = true; normal = true };

-- What a child of a message means to us, by name and namespace ("" is that of the message, "*" any).
local MEANINGS = {
	request = { ["urn:xmpp:receipts"] = "asks" };
	body = { [""] = "content"; ["jabber:client"] = "content" };
	encrypted = { ["*"] = "content" };
	x = { ["jabber:x:encrypted"] = "content"; ["jabber:x:oob"] = "location" };
	received = { ["urn:xmpp:receipts"] = "answer"; ["urn:xmpp:chat-markers:0"] = "answer" };
	displayed = { ["urn:xmpp:chat-markers:0"] = "answer" };
	acknowledged = { ["urn:xmpp:chat-markers:0"] = "exempt" };
	retract = { ["*"] = "exempt" };
	["apply-to"] = { ["urn:xmpp:fasten:0"] = "exempt" };
	reactions = { ["urn:xmpp:reactions:0"] = "exempt" };
};

local function meaning_of(tag)
	local meanings = MEANINGS[tag.name];
	return meanings and (meanings[tag.attr.xmlns or ""] or meanings["*"]);
end

-- Looks at the message's own children only, which leaves out carbons and archive results.
local function survey(stanza) --> is tracked, holds answers
	local asks, has_content, is_exempt, has_answers = false, false, false, false;
	local tags = stanza.tags;
	for i = 1, #tags do
		local meaning = meaning_of(tags[i]);
		if meaning == "asks" then
			asks = true;
		elseif meaning == "content" then
			has_content = true;
		elseif meaning == "location" then
			has_content = has_content or tags[i]:get_child("url") ~= nil;
		elseif meaning == "answer" then
			has_answers = true;
		elseif meaning == "exempt" then
			is_exempt = true;
		end
	end
	return asks and has_content and not is_exempt and not has_answers and is_usable_id(stanza.attr.id), has_answers;
end

local function is_tracked(stanza)
	return stanza.name == "message" and IS_CONVERSATION[stanza.attr.type or "normal"] and survey(stanza);
end

-- XEP-0045 section 7.5: on its way out of a room a private message has other addresses than on its way in, so that only
-- the way in is tracked.
local function is_from_room(stanza)
	if not stanza:get_child("x", "http://jabber.org/protocol/muc#user") then return false; end
	local sender_host = rawget(hosts, host_of(bare_of(stanza.attr.from)));
	return not sender_host or sender_host.type ~= "local";
end

--- Facts of the present tick

local newest_stamp = 0;
local keys, lines_by_key = {}, {}; -- in order of their first fact
local is_tick_set = false;
local spool, feed = {}, {}; -- defined below

local function flush()
	local lines = { spool.take_gap() };
	for i = 1, #keys do
		lines[#lines + 1] = lines_by_key[keys[i]];
	end
	keys, lines_by_key = {}, {};
	spool.store(lines);
	feed.pump();
end

local to_decimal = math.type and tostring or function (number) return format("%.0f", number); end

local function next_stamp()
	local now = floor(time_now() * 1000000);
	newest_stamp = now > newest_stamp and now or newest_stamp + 1;
	return to_decimal(newest_stamp);
end

local function set_tick()
	if is_tick_set then return; end
	is_tick_set = true;
	module:add_timer(tick_seconds, function ()
		is_tick_set = false;
		flush();
	end);
end

local function add_line(key, line)
	if not lines_by_key[key] then
		keys[#keys + 1] = key;
	end
	lines_by_key[key] = line;
	if #keys >= MAX_KEYS_PER_TICK or #line > MAX_LINE_BYTES then
		flush();
	else
		set_tick();
	end
end

local function add_fact(key, kind, details)
	local line = lines_by_key[key] or "message\t" .. key;
	add_line(key, line .. "\t" .. kind .. " " .. next_stamp() .. details);
end

local function read_file(path)
	local file = io.open(path, "rb");
	if not file then return nil; end
	local text = file:read("*a");
	file:close();
	return text;
end

--- Spool: every line is on disk before it is sent
--
-- Lines have positions: the number of bytes ever written before them. A segment is a file named by the position of its
-- first line. Lines from acknowledged_at on are kept, those before read_at are on their way to the component.

do
	local spool_path; -- with a trailing slash
	local segments = {}; -- { base, size, stamp }, oldest first; only the last one is written to
	local spool_size = 0;
	local written_to; -- file handle of the last segment; nil: the next write begins a new one
	local read_from, read_base; -- file handle of a segment that is read, and its base
	local acknowledged_at, read_at, write_at = 0, 0, 0;
	local waiting_items = 0; -- not yet on their way

	local fresh, fresh_first, fresh_last = {}, 1, 0; -- lines from read_at on, still in memory
	local fresh_end = 0; -- the position after the last of them
	local unwritten = {}; -- lines that the disk did not take
	local is_disk_failing = false;

	local gap_items, gap_stamp = 0, nil; -- dropped and not yet reported
	local is_overfull = false;

	function spool.take_gap()
		if gap_items == 0 or unwritten[1] then return; end
		local line = "gap\t" .. gap_stamp .. "\t" .. to_decimal(gap_items);
		gap_items, gap_stamp = 0, nil;
		return line;
	end

	local function path_of(segment)
		return spool_path .. format("%016.0f.facts", segment.base);
	end

	local function end_of(segment)
		return segment.base + segment.size;
	end

	local function first_stamp(text)
		return match(text, "\t%l+ (%d+)") or match(text, "^%l+\t(%d+)\t") or to_decimal(newest_stamp);
	end

	local function close_written()
		if written_to then written_to:close(); end
		written_to = nil;
	end

	local function close_read()
		if read_from then read_from:close(); end
		read_from, read_base = nil, nil;
	end

	local function begin_segment(text)
		local segment = { base = write_at; size = 0; stamp = first_stamp(text) };
		local file, problem = io.open(path_of(segment), "wb");
		if not file then return nil, problem; end
		local last = segments[#segments];
		segments[last and last.base == write_at and #segments or #segments + 1] = segment;
		written_to = file;
		return segment;
	end

	local function try_append(text) --> true, or nil and the problem
		local segment = segments[#segments];
		if written_to and segment.size >= segment_limit then close_written(); end
		if not written_to then
			local problem;
			segment, problem = begin_segment(text);
			if not segment then return nil, problem; end
		end
		local ok, problem = written_to:write(text);
		if ok then ok, problem = written_to:flush(); end
		if not ok then return nil, problem; end
		segment.size = segment.size + #text;
		spool_size = spool_size + #text;
		write_at = write_at + #text;
		return true;
	end

	-- A failed write may have left half a line: nothing is read beyond what is known to be whole, and writing goes on in
	-- another segment.
	local function append(text)
		local ok, problem = try_append(text);
		if not ok then
			close_written();
			if not is_disk_failing then
				module:log("error", "Cannot write facts to %s (%s): keeping at most %d in memory", spool_path, problem, MAX_UNWRITTEN_ITEMS);
			end
		elseif is_disk_failing then
			module:log("info", "Facts are written to %s again", spool_path);
		end
		is_disk_failing = not ok;
		return ok;
	end

	function spool.save()
		local temporary = spool_path .. "position.tmp";
		local file, problem = io.open(temporary, "wb");
		if file then
			file:write(format("%.0f %.0f\n", acknowledged_at, newest_stamp));
			file:close();
			file, problem = os.rename(temporary, spool_path .. "position");
		end
		if not file then complain("cannot save the position of the spool: " .. problem); end
	end

	local is_save_set = false;

	local function set_save()
		if is_save_set then return; end
		is_save_set = true;
		module:add_timer(SAVE_INTERVAL, function ()
			is_save_set = false;
			spool.save();
		end);
	end

	local function forget_oldest()
		local segment = remove(segments, 1);
		if not segments[1] then close_written(); end
		if read_base == segment.base then close_read(); end
		spool_size = spool_size - segment.size;
		os.remove(path_of(segment));
	end

	local function is_done(segment)
		return end_of(segment) <= acknowledged_at and (segments[2] or segment.size >= IDLE_SEGMENT_BYTES);
	end

	-- The position is saved before a segment goes: it also tells the newest stamp, which would go with the last one.
	function spool.count_waiting()
		return waiting_items;
	end

	function spool.close()
		close_written();
		close_read();
	end

	function spool.acknowledge(position)
		acknowledged_at = max(acknowledged_at, position);
		is_overfull = false;
		set_save();
		if not segments[1] or not is_done(segments[1]) then return; end
		spool.save();
		while segments[1] and is_done(segments[1]) do
			forget_oldest();
		end
	end

	local function read_segment(segment, from, size)
		if read_base ~= segment.base then
			close_read();
			local file, problem = io.open(path_of(segment), "rb");
			if not file then return nil, problem; end
			read_from, read_base = file, segment.base;
		end
		read_from:seek("set", from - segment.base);
		local text = read_from:read(size);
		if not text or #text < size then return nil, "it is shorter than it was written"; end
		return text;
	end

	local function count_items(text) --> items, of which those that a gap stands for
		local _, items = gsub(text, "\n", "\n");
		for count in gmatch("\n" .. text, "\ngap\t%d+\t(%d+)") do
			items = items + tonumber(count) - 1;
		end
		return items;
	end

	local function count_lines(text)
		local _, lines = gsub(text, "\n", "\n");
		return lines;
	end

	local function clear_fresh()
		fresh, fresh_first, fresh_last, fresh_end = {}, 1, 0, read_at;
	end

	local function note_dropped(items, stamp)
		gap_items = gap_items + items;
		gap_stamp = stamp;
		count_dropped(items);
		set_tick();
	end

	-- Gives up what has not been read of the oldest segment.
	local function drop_oldest()
		local segment, from = segments[1], max(read_at, segments[1].base);
		local text = from < end_of(segment) and read_segment(segment, from, end_of(segment) - from) or "";
		forget_oldest();
		if read_at < segments[1].base then
			read_at = segments[1].base;
			clear_fresh();
		end
		acknowledged_at = max(acknowledged_at, segments[1].base);
		if text == "" then return; end
		waiting_items = waiting_items - count_lines(text);
		note_dropped(count_items(text), segments[1].stamp);
	end

	local function keep_within_limit()
		while spool_size > spool_limit and segments[2] do
			if not is_overfull then
				module:log("warn", "%s has not taken facts for long and the spool is full (%d bytes): dropping the oldest", component_host, spool_limit);
			end
			is_overfull = true;
			drop_oldest();
		end
	end

	-- What waits stays in memory too as long as it is little, so that a reader that keeps up need not read the disk.
	local function keep_fresh(lines, from)
		if fresh_end ~= from or fresh_end - read_at > MAX_FRESH_BYTES then return; end
		if fresh_first > fresh_last then
			fresh_first, fresh_last = 1, 0;
		end
		for i = 1, #lines do
			fresh[fresh_last + i] = lines[i];
		end
		fresh_last = fresh_last + #lines;
		fresh_end = write_at;
	end

	local is_retry_set = false;

	local function set_retry()
		if is_retry_set then return; end
		is_retry_set = true;
		module:add_timer(RETRY_INTERVAL, function ()
			is_retry_set = false;
			flush();
		end);
	end

	local function hold_unwritten(lines)
		local excess = max(0, #lines - MAX_UNWRITTEN_ITEMS);
		unwritten = move(lines, excess + 1, #lines, 1, {});
		if excess > 0 then
			waiting_items = waiting_items - excess;
			note_dropped(count_items(concat(lines, "\n", 1, excess) .. "\n"), to_decimal(newest_stamp));
		end
		set_retry();
	end

	function spool.store(lines)
		if not lines[1] and not unwritten[1] then return; end
		waiting_items = waiting_items + #lines;
		if unwritten[1] then
			lines = move(lines, 1, #lines, #unwritten + 1, unwritten);
			unwritten = {};
		end
		local from = write_at;
		if append(concat(lines, "\n") .. "\n") then
			keep_fresh(lines, from);
			keep_within_limit();
		else
			hold_unwritten(lines);
		end
	end

	-- Takes lines from first on, as many as a batch may hold.
	local function measure_batch(lines, first, last) --> last line taken, bytes
		local bytes, taken = 0, first - 1;
		while taken < last and taken - first + 1 < MAX_BATCH_ITEMS do
			local size = #lines[taken + 1] + 1;
			if bytes + size > MAX_BATCH_BYTES and taken >= first then break; end
			bytes = bytes + size;
			taken = taken + 1;
		end
		return taken, bytes;
	end

	local function take_fresh()
		local taken, bytes = measure_batch(fresh, fresh_first, fresh_last);
		local batch = { text = concat(fresh, "\n", fresh_first, taken); items = taken - fresh_first + 1 };
		for i = fresh_first, taken do
			fresh[i] = nil;
		end
		fresh_first = taken + 1;
		read_at = read_at + bytes;
		batch.ends_at = read_at;
		return batch;
	end

	local function take_unwritten()
		local taken = measure_batch(unwritten, 1, #unwritten);
		local batch = { text = concat(unwritten, "\n", 1, taken); items = taken; ends_at = read_at };
		unwritten = move(unwritten, taken + 1, #unwritten, 1, {});
		return batch;
	end

	local function segment_at(position)
		for i = 1, #segments do
			if position < end_of(segments[i]) then return segments[i]; end
		end
	end

	-- Cuts text after as many whole lines as a batch may hold.
	local function cut_batch(text) --> text without the last LF, items, bytes
		local items, position = 0, 0;
		while items < MAX_BATCH_ITEMS do
			local line_end = find(text, "\n", position + 1, true);
			if not line_end then break; end
			items, position = items + 1, line_end;
		end
		return sub(text, 1, max(0, position - 1)), items, position;
	end

	local function skip_unreadable(segment, problem)
		module:log("error", "Cannot read facts from %s (%s): leaving it out", path_of(segment), problem);
		note_dropped(1, to_decimal(newest_stamp)); -- one at least: nobody can tell how many
		read_at = end_of(segment);
		clear_fresh();
	end

	local function take_spooled()
		local segment = segment_at(read_at);
		read_at = max(read_at, segment.base);
		local text, problem = read_segment(segment, read_at, min(MAX_BATCH_BYTES, end_of(segment) - read_at));
		local batch_text, items, bytes = cut_batch(text or "");
		if items == 0 then
			skip_unreadable(segment, problem or "a line has no end");
			return read_at < write_at and take_spooled() or nil;
		end
		read_at = read_at + bytes;
		fresh_end = read_at;
		return { text = batch_text; items = items; ends_at = read_at };
	end

	function spool.take()
		local batch;
		if fresh_first <= fresh_last then
			batch = take_fresh();
		elseif read_at < write_at then
			batch = take_spooled();
		elseif unwritten[1] then
			batch = take_unwritten();
		end
		waiting_items = batch and waiting_items - batch.items or 0;
		return batch;
	end

	-- What the last run left

	local function find_segments()
		local found = {};
		for name in lfs.dir(spool_path) do
			local base = tonumber(match(name, "^(%d+)%.facts$"));
			if base then
				found[#found + 1] = { base = base; size = lfs.attributes(spool_path .. name, "size") };
			end
		end
		sort(found, function (a, b) return a.base < b.base; end);
		return found;
	end

	-- The end of a segment may be half a line, written when the server died or the disk was full.
	local function recover_segment(segment, following)
		local text = read_file(path_of(segment)) or "";
		text = sub(text, 1, following and following.base - segment.base or #text);
		text = match(text, "^.*\n") or "";
		segment.size = #text;
		segment.stamp = first_stamp(text);
		for stamp in gmatch(text, "\t%l+ (%d+)") do
			newest_stamp = max(newest_stamp, tonumber(stamp));
		end
		spool_size = spool_size + #text;
		waiting_items = waiting_items + count_lines(sub(text, max(0, read_at - segment.base) + 1));
	end

	function spool.recover()
		spool_path = gsub(datamanager.getpath("position", host, "receipts", "dat", true), "[^/\\]*$", "");
		local position, stamp = match(read_file(spool_path .. "position") or "", "^(%d+) (%d+)\n$");
		newest_stamp = tonumber(stamp) or 0;
		segments = find_segments();
		local oldest = segments[1];
		acknowledged_at = max(tonumber(position) or 0, oldest and oldest.base or 0);
		read_at = acknowledged_at;
		for i = 1, #segments do
			recover_segment(segments[i], segments[i + 1]);
		end
		local last = segments[#segments];
		write_at = max(acknowledged_at, last and end_of(last) or 0);
		fresh_end = read_at;
		spool.acknowledge(acknowledged_at);
	end
end

--- Feed: batches on their way to the component


do
	local is_greeted = false; -- the component takes facts on its present stream
	local is_resting = false; -- after a refused batch
	local backoff = 1;
	local in_flight = {}; -- batches, oldest first: { text, items, ends_at, state: due | sent | done, id }
	local last_heard = 0;
	local is_watch_set = false;
	local hello_id, hello_problem;
	local hello_attempt = 0;
	local is_pumping = false;
	local id_prefix, id_count = new_id(), 0;

	local function next_id()
		id_count = id_count + 1;
		return id_prefix .. "-" .. id_count;
	end

	local function component_module()
		local component = rawget(hosts, component_host);
		return component and component.modules.component;
	end

	local function is_connected()
		local component = component_module();
		return component and component.connected;
	end

	local function count_waiting()
		local items = spool.count_waiting();
		for i = 1, #in_flight do
			items = items + in_flight[i].items;
		end
		return items;
	end

	function feed.go_offline()
		is_greeted = false;
		hello_id = nil;
		for i = 1, #in_flight do
			if in_flight[i].state == "sent" then in_flight[i].state = "due"; end
		end
	end

	local function is_awaiting_result()
		for i = 1, #in_flight do
			if in_flight[i].state == "sent" then return true; end
		end
	end

	local function end_silent_stream()
		module:log("warn", "%s has not answered for %g s: ending its stream, sending again after it has connected", component_host, result_timeout);
		local component = component_module();
		if component and component.session then
			component.session:close({ condition = "connection-timeout"; text = "No result for a batch of facts" });
		end
		feed.go_offline();
	end

	local function set_watch(delay)
		if is_watch_set then return; end
		is_watch_set = true;
		module:add_timer(delay, function ()
			is_watch_set = false;
			if not is_awaiting_result() then return; end
			local remaining = last_heard + result_timeout - time_now();
			if remaining > 0 then
				set_watch(remaining);
			else
				end_silent_stream();
			end
		end);
	end

	local function transmit(batch)
		if not is_awaiting_result() then last_heard = time_now(); end
		batch.id = next_id();
		batch.state = "sent";
		set_watch(result_timeout);
		module:send(st.iq({ type = "set"; id = batch.id; from = host; to = component_host })
			:tag("facts", { xmlns = XMLNS_FEED; waiting = to_decimal(spool.count_waiting()) }):text(batch.text));
	end

	local function next_batch()
		if not is_greeted or is_resting or not is_connected() then return nil; end
		for i = 1, #in_flight do
			if in_flight[i].state == "due" then return in_flight[i]; end
		end
		local batch = #in_flight < MAX_BATCHES and spool.take() or nil;
		in_flight[#in_flight + 1] = batch;
		return batch;
	end

	local function pump_all()
		local batch = next_batch();
		while batch do
			transmit(batch);
			batch = next_batch();
		end
	end

	-- Sending can end in an answer or a disconnect before it returns.
	function feed.pump()
		if is_pumping then return; end
		is_pumping = true;
		local ok, problem = pcall(pump_all);
		is_pumping = false;
		if not ok then complain(problem); end
	end

	local function rest()
		if is_resting then return; end
		is_resting = true;
		if backoff == 1 then
			module:log("warn", "%s did not take a batch of facts: keeping it, trying again", component_host);
		end
		module:add_timer(backoff, function ()
			is_resting = false;
			feed.pump();
		end);
		backoff = min(backoff * 2, MAX_BACKOFF);
	end

	local function release()
		while in_flight[1] and in_flight[1].state == "done" do
			spool.acknowledge(remove(in_flight, 1).ends_at);
		end
	end

	local function settle_batch(batch, is_taken)
		last_heard = time_now();
		if is_taken then
			backoff = 1;
			batch.state = "done";
			release();
		else
			batch.state = "due";
			rest();
		end
		feed.pump();
	end

	-- Hello

	local function hello()
		flush();
		local waiting = count_waiting();
		local at = waiting == 0 and next_stamp() or to_decimal(newest_stamp);
		return st.stanza("hello", {
			xmlns = XMLNS_FEED; version = "1"; module = MODULE_VERSION;
			server = "Prosody"; ["server-version"] = prosody.version;
			proves = PROVES; enforces = ""; at = at; waiting = to_decimal(waiting);
		});
	end

	-- Repeated until the component has answered, however long it takes.
	function feed.greet()
		if is_greeted or not is_connected() then return; end
		hello_attempt = hello_attempt + 1;
		local attempt = hello_attempt;
		module:add_timer(HELLO_INTERVAL, function ()
			if attempt == hello_attempt then feed.greet(); end
		end);
		hello_id = next_id();
		module:send(st.iq({ type = "get"; id = hello_id; from = host; to = component_host }):add_child(hello()));
	end

	local function refuse_hello(problem)
		if problem ~= hello_problem then
			module:log("warn", "%s does not take facts of %s (%s): is it xmpp-receipts of this version, and is %s among its domains? Trying again every %d s",
				component_host, host, problem, host, HELLO_INTERVAL);
		end
		hello_problem = problem;
	end

	local function settle_hello(stanza)
		hello_id = nil;
		local answer = stanza:get_child("hello", XMLNS_FEED);
		if stanza.attr.type == "error" then
			local _, condition, text = stanza:get_error();
			refuse_hello(text and condition .. ": " .. text or condition);
		elseif not answer or answer.attr.version ~= "1" then
			refuse_hello(answer and "version " .. (answer.attr.version or "unknown") or "it does not say hello");
		else
			is_greeted, hello_problem = true, nil;
			module:log("info", "Reporting facts to %s (%s)", component_host, answer.attr.daemon or "unknown version");
			feed.pump();
		end
	end

	local function settle_answer(stanza)
		local id = stanza.attr.id;
		if id == hello_id then
			settle_hello(stanza);
			return true;
		end
		for i = 1, #in_flight do
			if in_flight[i].id == id and in_flight[i].state == "sent" then
				settle_batch(in_flight[i], stanza.attr.type == "result");
				return true;
			end
		end
	end

	local function answer_hello(event)
		event.origin.send(st.reply(event.stanza):add_child(hello()));
		feed.greet();
		return true;
	end

	-- Every user and every server can send these IQs; only the stream of the component itself is heard.
	function feed.on_iq(event)
		local origin, stanza = event.origin, event.stanza;
		local is_component = origin.type == "component" and origin.host == component_host;
		local kind, child = stanza.attr.type, stanza.tags[1];
		if kind == "result" or kind == "error" then
			return is_component and settle_answer(stanza) or nil;
		elseif not child or child.attr.xmlns ~= XMLNS_FEED then
			return;
		elseif not is_component then
			count_refused(1);
			origin.send(st.error_reply(stanza, "auth", "forbidden"));
			return true;
		elseif kind == "get" and child.name == "hello" then
			return answer_hello(event);
		end
	end
end

--- Facts: accepted, relayed, received, displayed

local token_key;

local function make_token_key(path)
	local key = random_bytes(32);
	local umask = have_pposix and pposix.umask("0177");
	local file, problem = io.open(path, "wb");
	if umask then pposix.umask(umask); end
	if file then
		file:write(key);
		file:close();
	else
		module:log("error", "Cannot write %s (%s): tokens will end with this run", path, problem);
	end
	return key;
end

local function load_token_key()
	local path = datamanager.getpath("token", host, "receipts", "key", true);
	local key = read_file(path);
	if key and #key == 32 then return key; end
	return make_token_key(path);
end

local function token_of(sender, recipient, id)
	return base64_encode(sub(hmac_sha256(token_key, sender .. "\n" .. recipient .. "\n" .. id), 1, TOKEN_BYTES));
end

-- May the sender see the recipient's presence?
local function may_see(sender, recipient)
	if sender == recipient then return "yes"; end
	local node, recipient_host = match(recipient, "^([^@]+)@(.*)$");
	local served = rawget(hosts, recipient_host or recipient);
	if node and served and served.type == "local" then
		return rostermanager.is_contact_subscribed(node, recipient_host, sender) and "yes" or "no";
	end
	local sender_node, sender_host = match(sender, "^([^@]+)@(.*)$");
	if sender_node and sender_host == host then
		return rostermanager.is_user_subscribed(sender_node, host, recipient) and "yes" or "no";
	end
end

local DETAILS = {
	["urn:xmpp:sid:0"] = function (tag, id) -- XEP-0359 section 3.2
		local origin_id = tag.name == "origin-id" and tag.attr.id;
		return is_usable_id(origin_id) and origin_id ~= id and " origin-id=" .. encode(origin_id);
	end;
	["urn:xmpp:chat-markers:0"] = function (tag) -- XEP-0333 section 4.1
		return tag.name == "markable" and " markable=yes";
	end;
	[XMLNS_REPORT] = function (tag)
		if tag.name ~= "report" then return nil; end
		local statuses = match(tag.attr.statuses or "", "^%s*(.-)%s*$");
		return " report=" .. encode(sub(gsub(statuses, "%s+", ","), 1, MAX_ID_BYTES));
	end;
};

local function accepted_details(stanza, sender, recipient)
	local id = stanza.attr.id;
	local details = " type=" .. (stanza.attr.type or "normal");
	local visible = may_see(sender, recipient);
	if visible then details = details .. " may-see=" .. visible; end
	if host_of(recipient) == host then
		details = details .. " token=" .. token_of(sender, recipient, id);
	end
	local tags = stanza.tags;
	for i = 1, #tags do
		local describe = DETAILS[tags[i].attr.xmlns];
		details = details .. (describe and describe(tags[i], id) or "");
	end
	return details;
end

-- Another component of this server: an internal one takes every stanza, an external one only while it is connected.
local function is_taken_by_component(recipient)
	local component = rawget(hosts, host_of(recipient));
	if not component or component.type ~= "component" then return false; end
	local external = component.modules.component;
	return not external or external.connected;
end

local function note_accepted(stanza)
	local key, sender, recipient = key_of_message(stanza);
	if not key then return; end
	add_fact(key, "accepted", accepted_details(stanza, sender, recipient));
	return key, recipient;
end

-- The key is that of the message which is answered: it goes the other way.
local function note_answers(stanza)
	local attr, answers = stanza.attr, 0;
	for _, tag in ipairs(stanza.tags) do
		if answers < MAX_ANSWERS and meaning_of(tag) == "answer" and is_usable_id(tag.attr.id) then
			local key = key_of(attr.to or attr.from, attr.from, tag.attr.id);
			if key then add_fact(key, tag.name, ""); end
			answers = answers + 1;
		end
	end
end

local function on_message_from_client(event)
	local stanza = event.stanza;
	if not IS_CONVERSATION[stanza.attr.type or "normal"] then return; end
	local tracked, has_answers = survey(stanza);
	if has_answers then note_answers(stanza); end
	if not tracked then return; end
	local key, recipient = note_accepted(stanza);
	if key and is_taken_by_component(recipient) then add_fact(key, "relayed", ""); end
end

local function is_own_client(origin)
	return origin.type == "c2s" and origin.host == host;
end

local function on_message_arrived(event)
	if is_own_client(event.origin) then return; end
	local stanza = event.stanza;
	if not IS_CONVERSATION[stanza.attr.type or "normal"] then return; end
	local _, has_answers = survey(stanza);
	if has_answers then note_answers(stanza); end
end

--- Facts: failed

-- The error does not say what it answers but the id (RFC 6120 section 8.3.1), so that all are reported.
local function note_failed(stanza, sender, details)
	local attr = stanza.attr;
	if not attr.from or attr.from == host or not is_usable_id(attr.id) then return; end
	local key = key_of(sender, attr.from, attr.id);
	if not key then return; end
	local kind, condition = stanza:get_error();
	add_fact(key, "failed", " condition=" .. encode(sub(condition or "undefined-condition", 1, 64))
		.. " type=" .. encode(sub(kind or "cancel", 1, 16)) .. details);
end

-- mod_message discards an error when there is no session to take it.
local function on_message_to_deliver(event)
	local stanza = event.stanza;
	local attr = stanza.attr;
	if attr.type == "error" then
		if not full_sessions[attr.to] then note_failed(stanza, attr.to or attr.from, ""); end
	elseif not is_own_client(event.origin) and is_tracked(stanza) and not is_from_room(stanza) then
		note_accepted(stanza);
	end
end

local function on_route_remote(event)
	local stanza = event.stanza;
	if stanza.name == "message" and stanza.attr.type == "error" then
		note_failed(stanza, stanza.attr.to, "");
	end
end

--- Facts: acked, lost (XEP-0198)
--
-- A queue of our own beside that of mod_smacks, which forgets the oldest when it is full although the client may still
-- acknowledge them. It lives in mod_smacks' queue, which stays through resumption and through a reload of this module.

local function open_unacked(session, queue)
	local unacked = { resource = encode(session.resource); first = 1; last = 0; keys = {}; counts = {}; places = {}; archived = {} };
	queue.receipts_unacked, session.receipts_unacked = unacked, unacked;
	return unacked;
end

local function forget_place(unacked, place)
	local key = unacked.keys[place];
	unacked.keys[place], unacked.counts[place] = nil, nil;
	if key then
		unacked.places[key], unacked.archived[key] = nil, nil;
	end
	return key;
end

local function note_acked(unacked, acknowledged_count)
	local counts, place, last = unacked.counts, unacked.first, unacked.last;
	while place <= last and counts[place] <= acknowledged_count do
		local key = forget_place(unacked, place);
		if key then add_fact(key, "acked", " resource=" .. unacked.resource); end
		place = place + 1;
	end
	if place > last then
		unacked.first, unacked.last = 1, 0;
	else
		unacked.first = place;
	end
end

-- mod_smacks tells nobody what was acknowledged, and after an overflow its own queue returns the wrong stanzas.
local function watch_queue(queue)
	local unacked, original_ack = queue.receipts_unacked, queue.ack;
	if unacked.watched_ack then return; end
	unacked.own_ack = rawget(queue, "ack");
	unacked.watched_ack = function (self, h)
		local acked, err = original_ack(self, h);
		local ok, problem = pcall(note_acked, unacked, self._tail);
		if not ok then complain(problem); end
		return acked, err;
	end;
	queue.ack = unacked.watched_ack;
end

local function unwatch_queue(queue)
	local unacked = queue.receipts_unacked;
	if not unacked then return; end
	if rawget(queue, "ack") == unacked.watched_ack then
		queue.ack = unacked.own_ack; -- nil: the method of the class again
	end
	unacked.watched_ack = nil;
end

-- mod_smacks has just counted the stanza. One that waits already is being sent again.
local function await_ack(session, key, is_archived)
	local queue = session.smacks and session.outgoing_stanza_queue;
	if not queue then return; end
	local unacked = queue.receipts_unacked or open_unacked(session, queue);
	watch_queue(queue);
	if unacked.places[key] then return; end
	local last = unacked.last + 1;
	unacked.last, unacked.keys[last], unacked.counts[last], unacked.places[key] = last, key, queue._head, last;
	unacked.archived[key] = is_archived or nil;
	if last - unacked.first >= MAX_UNACKED then
		forget_place(unacked, unacked.first);
		unacked.first = unacked.first + 1;
	end
end

local function note_lost(session)
	local unacked = session.receipts_unacked;
	if not unacked then return; end
	for place = unacked.first, unacked.last do
		local key = unacked.keys[place];
		if key and not unacked.archived[key] then
			add_fact(key, "lost", " resource=" .. unacked.resource);
		end
	end
	session.receipts_unacked = nil;
end

--- Facts: sent, stored, and what the archive hands out

local function is_archived_for(stanza, recipient)
	for _, tag in ipairs(stanza.tags) do
		if tag.name == "stanza-id" and tag.attr.by == recipient and tag.attr.xmlns == "urn:xmpp:sid:0" then return true; end
	end
	return false;
end

-- A message to oneself comes back to the resource that sent it, which proves nothing.
local function is_own_echo(stanza, session)
	return stanza.attr.from == session.full_jid;
end

local function note_sent(stanza, session)
	if is_own_echo(stanza, session) or is_from_room(stanza) then return; end
	local key, _, recipient = key_of_message(stanza);
	if not key then return; end
	add_fact(key, "sent", " resource=" .. encode(session.resource));
	await_ack(session, key, is_archived_for(stanza, recipient));
end

local function is_recent(forwarded)
	local delay = forwarded:get_child("delay", "urn:xmpp:delay");
	local at = delay and parse_datetime(delay.attr.stamp);
	return at and at > time_now() - MAX_ARCHIVE_AGE;
end

-- The message in a result of the user's own archive (XEP-0313 section 4.2); anybody could send something that looks like one.
local function archived_message(stanza, session)
	local result, from = stanza.tags[1], stanza.attr.from;
	if not result or result.name ~= "result" or result.attr.xmlns ~= "urn:xmpp:mam:2" then return; end
	if from and from ~= bare_of(session.full_jid) then return; end
	local forwarded = result:get_child("forwarded", "urn:xmpp:forward:0");
	local message = forwarded and forwarded:get_child("message", "jabber:client");
	return message and is_recent(forwarded) and message;
end

local function note_fetched(stanza, session)
	local message = archived_message(stanza, session);
	if not message or not message.attr.from or not is_tracked(message) then return; end
	if is_own_echo(message, session) or is_from_room(message) then return; end
	local key, _, recipient = key_of_message(message);
	if key and recipient == bare_of(session.full_jid) then await_ack(session, key, true); end
end

local function note_written_to_client(stanza, session)
	if stanza.attr.type == "error" then
		note_failed(stanza, session.full_jid, " handed=yes");
	elseif is_tracked(stanza) then
		note_sent(stanza, session);
	else
		note_fetched(stanza, session);
	end
end

local function note_relayed(stanza)
	if not is_tracked(stanza) or host_of(bare_of(stanza.attr.from)) ~= host then return; end
	local key = key_of_message(stanza);
	if key then add_fact(key, "relayed", ""); end
end

local function note_written(stanza, session)
	local xmlns = stanza.attr.xmlns;
	if xmlns and xmlns ~= "jabber:client" then return; end
	if session.type == "c2s" then
		if session.full_jid and not session.hibernating then note_written_to_client(stanza, session); end
	elseif session.type == "s2sout" or session.type == "s2sin" then
		note_relayed(stanza);
	end
end

-- Sees every stanza of every session.
local function on_written(stanza, session)
	if stanza.name == "message" and session.host == host then
		local ok, problem = pcall(note_written, stanza, session);
		if not ok then complain(problem); end
	end
	return stanza;
end

-- COMPAT prosody 0.12: what waited for the connection is written as text, which no filter sees; with it is kept what
-- a reply would be, with the addresses turned round. 13.0 keeps stanzas and writes them through the filters.
local function on_stream_to_server(event)
	local queued = event.session.sendq or {};
	for i = 1, #queued do
		local text, reply = queued[i][1], queued[i][2];
		local is_message = reply and reply.name == "message" and IS_CONVERSATION[reply.attr.type or "normal"];
		if is_message and is_usable_id(reply.attr.id) and find(text, "<request xmlns='urn:xmpp:receipts'", 1, true) then
			local key = key_of(reply.attr.to, reply.attr.from, reply.attr.id);
			if key then add_fact(key, "relayed", ""); end
		end
	end
end

local function on_hibernation_queued(event)
	local session, stanza = event.origin, event.stanza;
	if not is_tracked(stanza) or is_own_echo(stanza, session) or is_from_room(stanza) then return; end
	local key, _, recipient = key_of_message(stanza);
	if key then await_ack(session, key, is_archived_for(stanza, recipient)); end
end

local stored_stanzas = setmetatable({}, { __mode = "k" });

local function note_stored(stanza, where)
	if not is_tracked(stanza) or is_from_room(stanza) then return; end
	local key = key_of_message(stanza);
	if key then add_fact(key, "stored", " where=" .. where); end
	stored_stanzas[stanza] = true;
end

-- A session has ended before its stream acknowledged the stanza.
local function note_given_back(session, stanza, is_kept)
	if not session.username or stanza.name ~= "message" then return; end
	if stanza.attr.type == "error" then
		note_failed(stanza, session.full_jid, "");
	elseif is_tracked(stanza) then
		local key, unacked = key_of_message(stanza), session.receipts_unacked;
		if key and unacked and unacked.places[key] then
			unacked.keys[unacked.places[key]] = false;
			unacked.places[key] = nil;
		end
		if is_kept and not stored_stanzas[stanza] then note_stored(stanza, "archive"); end
	end
end

local function on_user_deleted(event)
	if event.host ~= host then return; end
	local jid = encode(event.username .. "@" .. host);
	add_line("deleted\t" .. jid, "deleted\t" .. next_stamp() .. "\t" .. jid);
end

--- Hooks

local on_client_message = guarded(on_message_from_client);
local on_arrival = guarded(on_message_arrived);
local on_delivery = guarded(on_message_to_deliver);

for _, address in ipairs({ "bare"; "full"; "host" }) do
	module:hook("pre-message/" .. address, on_client_message, -10000); -- after all that may refuse it
end
for _, address in ipairs({ "bare"; "full" }) do
	module:hook("message/" .. address, on_arrival, 1000);
	module:hook("message/" .. address, on_delivery, -0.75); -- after mod_blocklist, mod_mam, mod_carbons; before mod_message
end
module:hook("route/remote", guarded(on_route_remote), 1000);
module:hook("s2sout-established", guarded(on_stream_to_server));
module:hook("smacks-hibernation-stanza-queued", guarded(on_hibernation_queued));
module:hook("iq/host", guarded(feed.on_iq), 1000);
module:hook_global("user-deleted", guarded(on_user_deleted));

-- What these come to is known only when all handlers have run.
module:wrap_event("message/offline/handle", function (handlers, name, event)
	local stanza = event.stanza;
	local kept = handlers(name, event);
	if kept then
		local ok, problem = pcall(note_stored, stanza, type(kept) == "string" and "offline" or "archive");
		if not ok then complain(problem); end
	end
	return kept;
end);

module:wrap_event("delivery/failure", function (handlers, name, event)
	local kept = handlers(name, event);
	local ok, problem = pcall(note_given_back, event.session, event.stanza, kept);
	if not ok then complain(problem); end
	return kept;
end);

module:wrap_event("pre-resource-unbind", function (handlers, name, event)
	local is_prevented = handlers(name, event);
	if not is_prevented then
		local ok, problem = pcall(note_lost, event.session);
		if not ok then complain(problem); end
	end
	return is_prevented;
end);

-- Also fired for a second connection that is refused, which never becomes a component's.
local function on_connected(event)
	if event.session.type == "component" then feed.greet(); end
end

local function on_disconnected(event)
	if event.session.type == "component" then feed.go_offline(); end
end

local on_component_connected, on_component_disconnected = guarded(on_connected), guarded(on_disconnected);

-- Hosts are activated in no certain order, and module:context() of one that is not there yet hooks globally.
local function watch_component(activated_host)
	if activated_host ~= component_host or not rawget(hosts, component_host) then return; end
	local component = module:context(component_host);
	component:hook("component-authenticated", on_component_connected);
	component:hook("component-disconnected", on_component_disconnected);
	feed.greet();
end

module:hook_global("host-activated", watch_component);

module:hook_global("server-stopping", guarded(function ()
	flush();
	spool.save();
end), -1000); -- after all sessions are closed

local function each_session(visit)
	for _, session in pairs(module:shared("/*/c2s/sessions")) do visit(session); end
	for _, user in pairs(hosts[host].sessions) do
		for _, session in pairs(user.sessions) do visit(session); end
	end
	for _, session in pairs(hosts[host].s2sout) do visit(session); end
	for session in pairs(prosody.incoming_s2s) do visit(session); end
end

-- Below mod_smacks at -999, which counts what it lets through. The hook on new sessions is the only way to stay
-- through resumption, which replaces the filters of a session.
local function watch_session(session)
	filters.add_filter(session, "stanzas/out", on_written, -1000);
end

local function resume_watching(session)
	watch_session(session);
	local queue = session.host == host and session.outgoing_stanza_queue;
	if queue and queue.receipts_unacked then
		watch_queue(queue);
		note_acked(queue.receipts_unacked, queue._tail);
	end
end

local function unwatch_session(session)
	filters.remove_filter(session, "stanzas/out", on_written);
	local queue = session.host == host and session.outgoing_stanza_queue;
	if queue then unwatch_queue(queue); end
end

function module.load()
	spool.recover();
	token_key = load_token_key();
	filters.add_filter_hook(watch_session);
	each_session(resume_watching);
	watch_component(component_host);
end

function module.unload()
	filters.remove_filter_hook(watch_session);
	each_session(unwatch_session);
	feed.go_offline(); -- what is left goes to the spool only
	flush();
	spool.save();
	spool.close();
end
