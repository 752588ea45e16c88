-- mod_receipts: tells the component xmpp-receipts what becomes of messages that ask for a receipt
--
-- Copyright (C) 2026 xmpp-receipts contributors
-- This file is MIT/X11 licensed.
--
-- Watches messages that ask for a receipt (XEP-0184) and reports what the server did with them: metadata, never a body.
-- Takes two orders of the component: what each recipient allows, which it enforces by stopping what the recipient's
-- clients answer, and answers that it delivers on behalf of a recipient. All else is only observed: no other stanza is
-- changed, stopped or delayed, and a failure in here never reaches a message.
-- What is observed becomes a fact, the facts of one tick become lines, the lines are written to a spool on disk and then
-- fed to the component in batches, which stay in the spool until the component has answered that it keeps them.
--
-- This runs for every message of a server whose garbage collector is set to collect almost all the time, so that each
-- string made costs more than the code that makes it: a fact keeps references to strings that exist anyway, and a line
-- is put together once, when it is written.
--
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
local usermanager = require "core.usermanager";
local have_pposix, pposix = pcall(require, "util.pposix");

local concat, remove, sort = table.concat, table.remove, table.sort;
local unpack = table.unpack or unpack; -- luacheck: ignore 113/unpack
local byte, char, find, format, gmatch, gsub, match, sub =
	string.byte, string.char, string.find, string.format, string.gmatch, string.gsub, string.match, string.sub;
local floor, max, min = math.floor, math.max, math.min;
local ipairs, pairs, pcall, rawget, setmetatable, tonumber, type = ipairs, pairs, pcall, rawget, setmetatable, tonumber, type;

local host = module.host;
local hosts, full_sessions, bare_sessions = prosody.hosts, prosody.full_sessions, prosody.bare_sessions;

local MODULE_VERSION = "0.1.0";
local XMLNS_FEED = "xmpp-receipts:feed:1";
local XMLNS_REPORT = "xmpp-receipts:1";
local PROVES = "accepted relayed sent stored acked received displayed failed lost";
local ENFORCES = "policies deliver";

local MAX_ID_BYTES = 256;
local MAX_ANSWERS = 16; -- of one message
local MAX_LINES_PER_TICK = 500;
local MAX_LINE_BYTES = 8 * 1024; -- of facts, after which another line begins
local MAX_BATCH_ITEMS = 100;
local MAX_BATCH_BYTES = 60 * 1024;
local FULL_BATCH_BYTES = 44 * 1024; -- one more line always fits
local MAX_BATCHES = 8;
local MAX_ORDER_BYTES = 60 * 1024;
local MAX_ORDER_LINES = 100; -- to deliver
local MAX_APPENDED_BYTES = 1024 * 1024; -- of changes to policies, beside twice the policies themselves
local MAX_DELIVERED = 2000; -- remembered twice as many at most
local MAX_UNWRITTEN_ITEMS = 5000;
local MAX_UNACKED = 2000; -- of one stream
local MAX_PARTIES = 2000;
local MAX_ARCHIVE_AGE = 30 * 24 * 60 * 60;
local MAX_COMPLAINTS = 20;
local HELLO_INTERVAL = 60;
local MAX_BACKOFF = 60;
local SAVE_INTERVAL = 1;
local RETRY_INTERVAL = 1; -- after a failed write
local WRITE_BUFFER_BYTES = 64 * 1024;
local UNPACKED_PARTS = 100;
local IDLE_SEGMENT_BYTES = 256 * 1024;
local TOKEN_BYTES = 9;
local CHECK_DELAY = 10;
local LINE_START_BYTES = 9;

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
	module:log("error", "Something was not reported or not enforced, messages go on: %s", problem);
end

local function guarded(observe)
	return function (event)
		local ok, result = pcall(observe, event);
		if ok then return result; end
		complain(result);
	end
end

--- Addresses

local function encode_byte(character)
	return format("%%%02X", byte(character));
end

local function encode(text)
	if find(text, "^%g*$") and not find(text, "%", 1, true) then return text; end -- plain ASCII
	return (gsub(text, "[%c %%]", encode_byte));
end

local function decode_byte(digits)
	return char(tonumber(digits, 16));
end

local function decode(text)
	if not find(text, "%", 1, true) then return text; end
	return (gsub(text, "%%([0-7]%x)", decode_byte));
end

local function is_usable_id(id)
	return id and id ~= "" and #id <= MAX_ID_BYTES;
end

local function make_party(jid)
	local bare, resource = match(jid, "^([^/]*)/?(.*)$");
	local node, party_host = match(bare, "^([^@]*)@(.*)$");
	return {
		bare = bare; node = node; host = party_host or bare;
		is_component = (party_host or bare) == component_host;
		field = "\t" .. encode(bare); -- of a line
		at_resource = " resource=" .. encode(resource); -- of a fact
	};
end

local parties, party_count = {}, 0;

-- Who a JID is. Remembered, because the same few talk to each other again and again.
local function party_of(jid)
	local party = parties[jid];
	if party then return party; end
	if party_count >= MAX_PARTIES then
		parties, party_count = {}, 0;
	end
	party = make_party(jid);
	parties[jid], party_count = party, party_count + 1;
	return party;
end

--- What is tracked

local IS_CONVERSATION = { chat = true; normal = true };

-- What a child of a message means to us, by name and namespace ("" is that of the message, "*" any).
local MEANINGS = {
	request = { ["urn:xmpp:receipts"] = "asks" };
	body = { [""] = "content"; ["jabber:client"] = "content" };
	encrypted = { ["*"] = "content" };
	x = {
		["jabber:x:encrypted"] = "content";
		["jabber:x:event"] = "event";
		["jabber:x:oob"] = "location";
		["http://jabber.org/protocol/muc#user"] = "in_room";
	};
	received = { ["urn:xmpp:receipts"] = "answers"; ["urn:xmpp:chat-markers:0"] = "answers" };
	displayed = { ["urn:xmpp:chat-markers:0"] = "answers" };
	acknowledged = { ["urn:xmpp:chat-markers:0"] = "exempt" };
	retract = { ["*"] = "exempt" };
	["apply-to"] = { ["urn:xmpp:fasten:0"] = "exempt" };
	reactions = { ["urn:xmpp:reactions:0"] = "exempt" };
	markable = { ["urn:xmpp:chat-markers:0"] = "details" };
	["origin-id"] = { ["urn:xmpp:sid:0"] = "details" };
	report = { [XMLNS_REPORT] = "details" };
	["stanza-id"] = { ["urn:xmpp:sid:0"] = "archived" };
};

local function meaning_of(tag)
	local meanings = MEANINGS[tag.name];
	return meanings and (meanings[tag.attr.xmlns or ""] or meanings["*"]);
end

local seen = {}; -- the last child of each meaning

local function has_content(look)
	return look.content or look.location and look.location:get_child("url");
end

-- Looks at the message's own children only, which leaves out carbons and archive results. Remembers the last message,
-- since the same one passes several hooks in a row; what is returned is good until the next call.
local function survey(stanza)
	local look, tags = seen, stanza.tags;
	if look.stanza == stanza then return look; end
	look.stanza, look.asks, look.content, look.location, look.exempt, look.answers = stanza, nil, nil, nil, nil, nil;
	look.details, look.in_room, look.archived, look.event = nil, nil, nil, nil;
	for i = 1, #tags do
		local tag = tags[i];
		local meanings = MEANINGS[tag.name];
		local meaning = meanings and (meanings[tag.attr.xmlns or ""] or meanings["*"]);
		if meaning then look[meaning] = tag; end
	end
	look.tracked = look.asks and not look.exempt and not look.answers and has_content(look)
		and stanza.attr.from and is_usable_id(stanza.attr.id);
	return look;
end

local function is_archived_for(look, recipient)
	return look.archived and look.archived.attr.by == recipient.bare;
end

-- XEP-0045 section 7.5: on its way out of a room a private message has other addresses than on its way in, so that only
-- the way in is tracked.
local function is_from_room(stanza)
	if not survey(stanza).in_room then return false; end
	local sender_host = rawget(hosts, party_of(stanza.attr.from).host);
	return not sender_host or sender_host.type ~= "local";
end

local function is_tracked(stanza)
	return stanza.name == "message" and IS_CONVERSATION[stanza.attr.type or "normal"] and survey(stanza).tracked;
end

-- On its way to the recipient.
local function is_tracked_delivery(stanza)
	return is_tracked(stanza) and not is_from_room(stanza);
end

--- Tokens

local function read_file(path)
	local file = io.open(path, "rb");
	if not file then return nil; end
	local text = file:read("*a");
	file:close();
	return text;
end

local token_of, load_token_key;

do
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

	function load_token_key()
		local path = datamanager.getpath("token", host, "receipts", "key", true);
		token_key = read_file(path);
		if not token_key or #token_key ~= 32 then token_key = make_token_key(path); end
	end

	local pair_keys, pair_count = {}, 0;

	local function pair_key_of(sender, recipient)
		local keys = pair_keys[sender];
		local key = keys and keys[recipient];
		if key then return key; end
		if pair_count >= MAX_PARTIES then
			pair_keys, pair_count, keys = {}, 0, nil;
		end
		key = hmac_sha256(token_key, sender.bare .. "\n" .. recipient.bare);
		keys = keys or {};
		keys[recipient], pair_keys[sender], pair_count = key, keys, pair_count + 1;
		return key;
	end

	-- What 'deliver' will have to return: it proves that the message was accepted here. A key for each pair saves a string
	-- for each message.
	function token_of(sender, recipient, id)
		return base64_encode(sub(hmac_sha256(pair_key_of(sender, recipient), id), 1, TOKEN_BYTES));
	end
end

--- Facts of the present tick
--
-- A slot is a message, its facts are a chain; what belongs to slot or fact number n is at index n of each list.

local newest_stamp = 0;
local spool, feed, policies, deliveries = {}, {}, {}, {}; -- defined below
local next_stamp, set_tick, add_fact, add_plain_line, count_lines_to_come, flush;

do
	local slot_count, slot_by_name = 0, {};
	local slot_name, slot_id, slot_sender, slot_recipient, slot_first, slot_last = {}, {}, {}, {}, {}, {};
	local fact_count, fact_text, fact_next = 0, {}, {};
	local is_tick_set = false;

	function next_stamp()
		local now = floor(time_now() * 1000000);
		newest_stamp = now > newest_stamp and now or newest_stamp + 1;
		return newest_stamp;
	end

	function set_tick()
		if is_tick_set then return; end
		is_tick_set = true;
		module:add_timer(tick_seconds, function ()
			is_tick_set = false;
			flush();
		end);
	end

	local function add_slot(name, id)
		if slot_count >= MAX_LINES_PER_TICK then flush(); end
		if not is_tick_set then set_tick(); end
		local slot = slot_count + 1;
		slot_count, slot_by_name[name] = slot, slot;
		slot_name[slot], slot_id[slot], slot_first[slot] = name, id, nil;
		return slot;
	end

	local function add_message_slot(name, id, sender, recipient)
		local slot = add_slot(name, encode(id));
		slot_sender[slot], slot_recipient[slot] = sender, recipient;
		return slot;
	end

	-- A line that is not about a message; no id is false.
	function add_plain_line(line)
		add_slot(false, line);
	end

	local function takes_fact(slot, sender, recipient)
		return slot_sender[slot].bare == sender.bare and slot_recipient[slot].bare == recipient.bare;
	end

	-- Ids are made by clients, so that two messages of one tick can have the same: others have longer names, which no id
	-- can be, since XML has no NUL.
	local function find_slot(sender, recipient, id)
		local name = id;
		local slot = slot_by_name[name];
		while slot and not takes_fact(slot, sender, recipient) do
			name = name == id and id .. "\0" .. sender.bare .. "\0" .. recipient.bare or name .. "\0";
			slot = slot_by_name[name];
		end
		return slot or add_message_slot(name, id, sender, recipient);
	end

	local THREE_DIGITS = {};
	for number = 0, 999 do
		THREE_DIGITS[number] = format("%03d", number);
	end

	local kind_second, kind_texts = nil, {};

	-- A fact up to the second of its stamp, which is the same for many.
	local function make_kind_text(kind, second)
		if second ~= kind_second then
			kind_second, kind_texts = second, {};
		end
		local text = "\t" .. kind .. " " .. format("%.0f", second / 1000000);
		kind_texts[kind] = text;
		return text;
	end

	local function text_of_fact(kind, details, more)
		local stamp = floor(time_now() * 1000000);
		if stamp <= newest_stamp then stamp = newest_stamp + 1; end
		newest_stamp = stamp;
		local micros = stamp % 1000000;
		local low, second = micros % 1000, stamp - micros;
		local text = second == kind_second and kind_texts[kind] or make_kind_text(kind, second);
		return text .. THREE_DIGITS[(micros - low) / 1000] .. THREE_DIGITS[low] .. details .. more;
	end

	-- No message from or to the component is reported, so that a receipt is never the reason for another.
	function add_fact(sender, recipient, id, kind, details, more)
		local slot = slot_by_name[id];
		if not slot or slot_sender[slot] ~= sender or slot_recipient[slot] ~= recipient then
			if sender.is_component or recipient.is_component then return; end
			slot = find_slot(sender, recipient, id);
		end
		local fact = fact_count + 1;
		fact_count, fact_text[fact] = fact, text_of_fact(kind, details, more or "");
		if slot_first[slot] then
			fact_next[slot_last[slot]] = fact;
		else
			slot_first[slot] = fact;
		end
		slot_last[slot] = fact;
	end

	-- Lines
	--
	-- Lines are put together from parts: [1] is left for what goes before them on the wire, the last one is an LF.

	local parts, part_count, line_count, byte_count = {}, 1, 0, 0;
	local lines_to_come = 0; -- of this tick

	function count_lines_to_come()
		return lines_to_come;
	end

	local function add_facts(slot, first) --> the fact that the line has no room for
		local lines, count, bytes, fact, last = parts, part_count, 0, first, slot_last[slot];
		repeat
			local text = fact_text[fact];
			lines[count + 1], count, bytes = text, count + 1, bytes + #text;
			fact = fact ~= last and fact_next[fact];
		until not fact or bytes > MAX_LINE_BYTES;
		part_count, byte_count = count, byte_count + bytes;
		return fact;
	end

	local function start_line(slot)
		local lines, count, id = parts, part_count + 4, slot_id[slot];
		local sender, recipient = slot_sender[slot].field, slot_recipient[slot].field;
		lines[count - 3], lines[count - 2] = line_count == 0 and "message\t" or "\nmessage\t", id;
		lines[count - 1], lines[count], part_count = sender, recipient, count;
		byte_count = byte_count + #id + #sender + #recipient + LINE_START_BYTES;
	end

	local function add_plain_text(text)
		parts[part_count + 1], parts[part_count + 2] = line_count == 0 and "" or "\n", text;
		part_count, byte_count = part_count + 2, byte_count + #text + 1;
	end

	local function store_lines()
		if line_count == 0 then return; end
		local count, items = part_count + 1, line_count;
		parts[count], part_count, line_count, byte_count = "\n", 1, 0, 0;
		lines_to_come = max(0, lines_to_come - items);
		spool.store(parts, count, items);
	end

	local function end_line()
		line_count = line_count + 1;
		if line_count >= MAX_BATCH_ITEMS or byte_count >= FULL_BATCH_BYTES then store_lines(); end
	end

	local function write_slot(slot)
		local fact = slot_first[slot];
		if not fact then
			add_plain_text(slot_id[slot]);
			return end_line();
		end
		repeat
			start_line(slot);
			fact = add_facts(slot, fact);
			end_line();
		until not fact;
	end

	local function write_slots()
		local gap = spool.take_gap();
		if gap then add_plain_line(gap); end
		lines_to_come = slot_count;
		for slot = 1, slot_count do
			write_slot(slot);
			slot_by_name[slot_name[slot]] = nil;
		end
		store_lines();
	end

	local is_flushing = false;

	function flush()
		if is_flushing then return; end
		is_flushing = true;
		local ok, problem = pcall(write_slots);
		slot_count, fact_count, lines_to_come = 0, 0, 0;
		is_flushing = false;
		if not ok then
			slot_by_name, part_count, line_count, byte_count = {}, 1, 0, 0;
			complain(problem);
		end
		feed.pump();
	end
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

	local unwritten = {}; -- { text, items } that the disk did not take
	local is_disk_failing = false;

	local gap_items, gap_stamp = 0, nil; -- dropped and not yet reported
	local is_overfull = false;

	function spool.take_gap()
		if gap_items == 0 or unwritten[1] then return; end
		local line = "gap\t" .. gap_stamp .. "\t" .. format("%.0f", gap_items);
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
		return match(text, "\t%l+ (%d+)") or match(text, "^%l+\t(%d+)\t") or format("%.0f", newest_stamp);
	end

	local function close_written()
		if written_to then written_to:close(); end
		written_to = nil;
	end

	local function close_read()
		if read_from then read_from:close(); end
		read_from, read_base = nil, nil;
	end

	local function begin_segment()
		local segment = { base = write_at; size = 0; stamp = format("%.0f", newest_stamp) };
		local file, problem = io.open(path_of(segment), "wb");
		if not file then return nil, problem; end
		file:setvbuf("full", WRITE_BUFFER_BYTES);
		local last = segments[#segments];
		segments[last and last.base == write_at and #segments or #segments + 1] = segment;
		written_to = file;
		return true;
	end

	local function write_parts(file, lines, count)
		local ok, problem = file, nil;
		for i = 2, count, UNPACKED_PARTS do
			if ok then ok, problem = file:write(unpack(lines, i, min(i + UNPACKED_PARTS - 1, count))); end
		end
		if ok then ok, problem = file:flush(); end
		return ok, problem;
	end

	local function try_append(lines, count) --> true, or nil and the problem
		local ok, problem = true, nil;
		if written_to and segments[#segments].size >= segment_limit then close_written(); end
		if not written_to then ok, problem = begin_segment(); end
		if ok then ok, problem = write_parts(written_to, lines, count); end
		if not ok then return nil, problem; end
		local segment, size = segments[#segments], written_to:seek();
		spool_size = spool_size + size - segment.size;
		segment.size = size;
		write_at = end_of(segment);
		return true;
	end

	-- A failed write may have left half a line: nothing is read beyond what is known to be whole, and writing goes on in
	-- another segment.
	local function append(lines, count)
		local ok, problem = try_append(lines, count);
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
		local ok = file;
		if file then
			ok, problem = file:write(format("%.0f %.0f\n", acknowledged_at, newest_stamp));
			local closed, close_problem = file:close();
			if ok then ok, problem = closed, close_problem; end
			-- A full disk must not empty the position that is there.
			if ok then ok, problem = os.rename(temporary, spool_path .. "position"); end
		end
		if not ok then complain("cannot save the position of the spool: " .. problem); end
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

	-- Items that are not on their way to the component.
	function spool.count_waiting()
		return waiting_items + count_lines_to_come();
	end

	function spool.close()
		close_written();
		close_read();
	end

	-- The position is saved before a segment goes: it also tells the newest stamp, which would go with the last one.
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

	local function count_lines(text)
		local _, lines = gsub(text, "\n", "\n");
		return lines;
	end

	-- Lines, and instead of a gap those that it stands for.
	local function count_items(text)
		local items = count_lines(text);
		for count in gmatch("\n" .. text, "\ngap\t%d+\t(%d+)") do
			items = items + tonumber(count) - 1;
		end
		return items;
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

	local is_retry_set = false;

	local function set_retry()
		if is_retry_set then return; end
		is_retry_set = true;
		module:add_timer(RETRY_INTERVAL, function ()
			is_retry_set = false;
			spool.retry();
			feed.pump();
		end);
	end

	local function count_unwritten()
		local items = 0;
		for i = 1, #unwritten do
			items = items + unwritten[i].items;
		end
		return items;
	end

	local function hold(lines, count, items)
		unwritten[#unwritten + 1] = { text = concat(lines, "", 2, count - 1); items = items };
		while count_unwritten() > MAX_UNWRITTEN_ITEMS do
			local oldest = remove(unwritten, 1);
			waiting_items = waiting_items - oldest.items;
			note_dropped(count_items(oldest.text .. "\n"), format("%.0f", newest_stamp));
		end
		set_retry();
	end

	function spool.retry()
		while unwritten[1] and append({ "", unwritten[1].text, "\n" }, 3) do
			remove(unwritten, 1);
		end
		if unwritten[1] then
			set_retry();
		elseif gap_items > 0 then
			set_tick();
		end
	end

	-- A reader that keeps up gets the lines at once, the others wait on the disk.
	function spool.store(lines, count, items)
		local from = write_at;
		local is_next = read_at == from and not unwritten[1];
		if unwritten[1] or not append(lines, count) then
			waiting_items = waiting_items + items;
			hold(lines, count, items);
		elseif is_next and feed.offer(lines, count, items, write_at) then
			read_at = write_at;
		else
			waiting_items = waiting_items + items;
			keep_within_limit();
		end
	end

	local function take_unwritten()
		local block = remove(unwritten, 1);
		if gap_items > 0 then set_tick(); end -- not reported before what comes before it
		return { text = block.text; items = block.items; ends_at = read_at };
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
		note_dropped(1, format("%.0f", newest_stamp)); -- one at least: nobody can tell how many
		read_at = end_of(segment);
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
		return { text = batch_text; items = items; ends_at = read_at };
	end

	function spool.take()
		local batch;
		if read_at < write_at then
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

	local function note_stamps(text, pattern)
		for stamp in gmatch(text, pattern) do
			newest_stamp = max(newest_stamp, tonumber(stamp));
		end
	end

	-- The end of a segment may be half a line, written when the server died or the disk was full.
	local function recover_segment(segment, following)
		local text = read_file(path_of(segment)) or "";
		text = sub(text, 1, following and following.base - segment.base or #text);
		text = match(text, "^.*\n") or "";
		segment.size = #text;
		segment.stamp = first_stamp(text);
		note_stamps(text, "\t%l+ (%d+)");
		note_stamps("\n" .. text, "\ndeleted\t(%d+)");
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
		spool.acknowledge(acknowledged_at);
	end
end

--- Policies: what each recipient allows
--
-- In memory a policy for each account that has one; where there are exceptions, a table of them by contact and by domain,
-- with the account's own policy at OWN. On disk the lines of the component as they came, changes behind the whole: a
-- whole set of 100,000 users comes in parts, and nothing is ever written but what has just come. A line of settings ends
-- each order, so that without one at its end the file holds half an order, and no version.

do
	local OWN = 1; -- no JID
	local ACCOUNT_END = "@" .. host;
	local IS_POLICY = { client = true; automatic = true; manual = true; refuse = true };
	local IS_DISCLOSURE = { subscribers = true; domain = true; everyone = true };

	local count_unreadable = module:measure("unreadable_policies", "counter");

	-- Accounts are spread over many small tables: one of 100,000 would hold up the server whenever it grows.
	local SHARDS = 128;

	local function new_accounts()
		local accounts = { count = 0 };
		for shard = 0, SHARDS - 1 do accounts[shard] = {}; end
		return accounts;
	end

	local function shard_of(accounts, account)
		local last = #account - #ACCOUNT_END;
		local first, second, third = byte(account, max(1, last - 2), last);
		return accounts[((first or 0) + 31 * (second or 0) + 7 * (third or 0)) % SHARDS];
	end

	local function policy_of(accounts, account)
		return shard_of(accounts, account)[account];
	end

	local function set_policy(accounts, account, policy) --> nil: none of its own
		local shard = shard_of(accounts, account);
		accounts.count = accounts.count + (policy and 1 or 0) - (shard[account] and 1 or 0);
		shard[account] = policy;
	end

	local by_account = new_accounts();
	local settings = { default = "client"; locked = "no"; disclosure = "subscribers" }; -- version: nil if unknown
	local incoming; -- a set that has not come as a whole: { version, parts, by_account, file, size, problem }

	local path, temporary_path;
	local whole_size, file_size = 0, 0;
	local is_torn = false; -- the file ends with half a line
	local is_disk_failing = false;

	-- With nothing to enforce for anybody no message is looked at twice.
	local function settle()
		policies.is_idle = settings.default == "client" and (settings.locked == "yes" or by_account.count == 0);
		policies.disclosure = settings.disclosure;
	end

	settle();

	-- The policy of an account for a contact. To oneself everybody may answer.
	function policies.of(account, contact)
		if policies.is_idle or account.bare == contact.bare then return "client"; end
		local own = settings.locked == "no" and policy_of(by_account, account.bare) or settings.default;
		if type(own) == "string" then return own; end
		return own[contact.bare] or own[contact.host] or own[OWN] or settings.default;
	end

	-- To be sent again as a whole, once the changes outweigh it.
	function policies.version()
		local has_outgrown = file_size - whole_size > MAX_APPENDED_BYTES + 2 * whole_size;
		return not has_outgrown and settings.version or "";
	end

	-- Lines

	local function read_exceptions(own, fields) --> nil: unreadable
		local exceptions = { [OWN] = own };
		for field in gmatch(fields, "[^\t]+") do
			local policy, contact = match(field, "^(%l+) ([^ ]+)$");
			if not IS_POLICY[policy] then return nil; end
			exceptions[decode(contact)] = policy;
		end
		return exceptions;
	end

	local function read_line(accounts, line) --> could it be read?
		local account, policy, fields = match(line, "^([^\t]+)\t(%l+)(.*)$");
		if not account or sub(account, -#ACCOUNT_END) ~= ACCOUNT_END or #account == #ACCOUNT_END then return false; end
		if not IS_POLICY[policy] and policy ~= "default" then return false; end
		local value = IS_POLICY[policy] and policy or nil;
		if fields ~= "" then
			value = read_exceptions(value, fields);
			if not value then return false; end
		end
		set_policy(accounts, decode(account), value);
		return true;
	end

	local function read_lines(accounts, text)
		for line in gmatch(text, "[^\n]+") do
			if not read_line(accounts, line) then
				count_unreadable(1);
				complain("a policy that cannot be read");
			end
		end
	end

	-- A line of settings begins with it, and none of an account does: "=" is an address' beginning like any other.
	local SETTINGS = "=";
	local SETTINGS_START = SETTINGS .. "\t";

	local function settings_line()
		local version = encode(settings.version or "");
		return concat({ SETTINGS, version, settings.default, settings.locked, settings.disclosure }, "\t") .. "\n";
	end

	local function make_settings(version, default, locked, disclosure) --> nil: unreadable
		if not IS_POLICY[default] or locked ~= "yes" and locked ~= "no" then return nil; end
		return {
			version = is_usable_id(version) and version or nil;
			default = default; locked = locked;
			disclosure = IS_DISCLOSURE[disclosure] and disclosure or "subscribers"; -- the strictest
		};
	end

	local function read_settings_line(line)
		local version, default, locked, disclosure = match(line, "^=\t([^\t]*)\t(%l+)\t(%l+)\t(%l+)$");
		return version and make_settings(decode(version), default, locked, disclosure);
	end

	-- Files

	local function note_disk(ok, problem)
		if not ok and not is_disk_failing then
			module:log("error", "Cannot write %s (%s): enforcing the policies from memory", path, problem);
		elseif ok and is_disk_failing then
			module:log("info", "Policies are written to %s again", path);
		end
		is_disk_failing = not ok;
	end

	local function write_and_close(file, text)
		local ok, problem = file:write(text);
		local closed, close_problem = file:close();
		return ok and closed, problem or close_problem;
	end

	-- Without a version the component sends the whole again, which mends the file.
	local function append(text) --> true if it is on disk
		text = (is_torn and "\n" or "") .. text .. settings_line();
		local ok, problem = io.open(path, "ab");
		if ok then ok, problem = write_and_close(ok, text); end
		note_disk(ok, problem);
		is_torn = not ok;
		if ok then
			file_size = file_size + #text;
		else
			settings.version = nil;
		end
		return ok;
	end

	local function write_incoming(text)
		if incoming.problem then return; end
		local ok, problem = incoming.file:write(text, "\n");
		if ok then ok, problem = incoming.file:flush(); end
		incoming.size = incoming.size + #text + 1;
		if not ok then incoming.problem = problem; end
	end

	function policies.abandon()
		if not incoming then return; end
		if incoming.file then incoming.file:close(); end
		incoming = nil;
		os.remove(temporary_path);
	end

	local function begin_set(version)
		policies.abandon();
		local file, problem = io.open(temporary_path, "wb");
		incoming = { version = version; parts = 0; by_account = new_accounts(); file = file; size = 0; problem = not file and problem };
	end

	local function close_set() --> true if the set is on disk
		if incoming.problem then return nil, incoming.problem; end
		local file, line = incoming.file, settings_line();
		incoming.file = nil;
		local ok, problem = write_and_close(file, line);
		if ok then ok, problem = os.rename(temporary_path, path); end
		if not ok then return nil, problem; end
		file_size = incoming.size + #line;
		whole_size, is_torn = file_size, false;
		return true;
	end

	-- Orders

	local function held()
		return st.stanza("policies", { xmlns = XMLNS_FEED; version = settings.version });
	end

	local function not_on_disk() --> the error of an answer
		return nil, "wait", "resource-constraint", "The policies are in force, but cannot be written to disk";
	end

	local function has_settings(new)
		return new.default == settings.default and new.locked == settings.locked and new.disclosure == settings.disclosure;
	end

	-- The version is that of the accounts: an operator may have changed the settings under the same one.
	local function take_change(since, new_settings, text)
		local is_repeated = new_settings.version == settings.version;
		if is_repeated and has_settings(new_settings) then return held(); end
		if not is_repeated and since ~= settings.version then return nil, "cancel", "item-not-found"; end
		if is_repeated then text = ""; end
		read_lines(by_account, text);
		settings = new_settings;
		settle();
		if not append(text == "" and "" or text .. "\n") then return not_on_disk(); end
		return held();
	end

	-- What cannot be written is in force all the same, from the last part on.
	local function end_set(new_settings)
		by_account, settings = incoming.by_account, new_settings;
		settle();
		local ok, problem = close_set();
		note_disk(ok, problem);
		policies.abandon();
		if not ok then
			settings.version = nil;
			return not_on_disk();
		end
		return held();
	end

	local function take_part(part, is_last, new_settings, text)
		if part == 1 then begin_set(new_settings.version); end
		if not incoming or incoming.version ~= new_settings.version or incoming.parts + 1 ~= part then
			return nil, "wait", "unexpected-request";
		end
		incoming.parts = part;
		read_lines(incoming.by_account, text);
		write_incoming(text);
		if is_last then return end_set(new_settings); end
		return st.stanza("policies", { xmlns = XMLNS_FEED; version = incoming.version });
	end

	function policies.take(order) --> the answer, or nil and the error
		local attr, text = order.attr, not order.tags[1] and order:get_text();
		local new_settings = make_settings(attr.version, attr.default, attr.locked or "no", attr.disclosure);
		local part = match(attr.part or "", "^%d+$");
		local is_usable = text and #text <= MAX_ORDER_BYTES and new_settings and new_settings.version;
		if not is_usable or not part and not attr.since then
			return nil, "modify", "bad-request";
		elseif attr.since then
			return take_change(attr.since, new_settings, text);
		end
		return take_part(tonumber(part), attr.last == "yes", new_settings, text);
	end

	function policies.forget(account)
		local line = encode(account) .. "\tdefault";
		if incoming then
			set_policy(incoming.by_account, account, nil);
			write_incoming(line);
		end
		if not policy_of(by_account, account) then return; end
		set_policy(by_account, account, nil);
		settle();
		append(line .. "\n");
	end

	-- What the last run left

	local function read_saved_line(line) --> does it end an order?, could it be read?
		if sub(line, 1, #SETTINGS_START) ~= SETTINGS_START then return line == "", line == "" or read_line(by_account, line); end
		local saved = read_settings_line(line);
		settings = saved or settings;
		return true, saved;
	end

	local function read_saved(text) --> is all of it well?
		local is_well, is_settled = true, true;
		for line, next_line in gmatch(text, "([^\n]*)\n()") do
			local ends_order, is_readable = read_saved_line(line);
			is_well = is_well and is_readable;
			is_settled = ends_order and (is_settled or line ~= "");
			if ends_order and line ~= "" and whole_size == 0 then whole_size = next_line - 1; end
		end
		return is_well and is_settled;
	end

	-- What can be read stays in force; only then its version is told when all could be.
	function policies.load()
		path = datamanager.getpath("policies", host, "receipts", "list", true);
		temporary_path = path .. ".tmp";
		os.remove(temporary_path);
		local text = read_file(path);
		if not text then
			if lfs.attributes(path) then complain("cannot read " .. path); end
			return;
		end
		file_size, is_torn = #text, text ~= "" and sub(text, -1) ~= "\n";
		if not read_saved(text) or is_torn then
			settings.version = nil;
			module:log("warn", "Some of %s cannot be read: enforcing the rest until the component sends the policies again", path);
		end
		settle();
	end
end

--- Feed: batches on their way to the component

do
	local FRAME_ADDRESSES = "' from='" .. host .. "' to='" .. component_host
		.. "'><facts xmlns='" .. XMLNS_FEED .. "' waiting='";
	local FRAME_TAIL = "</facts></iq>";

	local is_greeted = false; -- the component takes facts on its present stream
	local is_resting = false; -- after a refused batch
	local backoff = 1;
	local in_flight = {}; -- batches, oldest first: { id, text or frame, items, ends_at, state: due | sent | done }
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
		policies.abandon();
		for i = 1, #in_flight do
			if in_flight[i].state == "sent" then in_flight[i].state = "due"; end
		end
	end

	local function has_due()
		for i = 1, #in_flight do
			if in_flight[i].state == "due" then return in_flight[i]; end
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

	local function head_of(batch)
		return "<iq type='set' id='" .. batch.id .. FRAME_ADDRESSES .. format("%.0f", spool.count_waiting()) .. "'>";
	end

	local SPECIAL_CHARACTERS = { "&", "<", ">", "'", "\"" };

	-- Hardly ever: they occur in ids and addresses only. Finding is quick, replacing takes longer than all else that a
	-- batch needs.
	local function needs_escape(text, first, last)
		for i = 1, #SPECIAL_CHARACTERS do
			local at = find(text, SPECIAL_CHARACTERS[i], first, true);
			if at and at <= last then return true; end
		end
		return false;
	end

	local function escape(text)
		return needs_escape(text, 1, #text) and st.xml_escape(text) or text;
	end

	-- Serialised here, and written to the component's stream as it is: what mod_component would write, for a third of the cost.
	local function write_frame(batch, frame)
		if not is_awaiting_result() then last_heard = time_now(); end
		batch.state = "sent";
		set_watch(result_timeout);
		component_module().session.send(frame);
	end

	-- Again with another head: it says how much is waiting now.
	local function transmit(batch)
		batch.text = batch.text or sub(batch.frame, batch.first, batch.last);
		batch.frame, batch.id = nil, next_id();
		write_frame(batch, head_of(batch) .. batch.text .. FRAME_TAIL);
	end

	-- The text of a batch is made together with its frame: each copy of it costs as much as the observing.
	local function transmit_parts(batch, lines, count)
		batch.id = next_id();
		lines[1], lines[count] = head_of(batch), FRAME_TAIL;
		local frame = concat(lines, "", 1, count);
		batch.frame, batch.first, batch.last = frame, #lines[1] + 1, #frame - #FRAME_TAIL;
		if not needs_escape(frame, batch.first, batch.last) then
			write_frame(batch, frame);
		else
			batch.text = st.xml_escape(sub(frame, batch.first, batch.last));
			transmit(batch);
		end
	end

	local function can_send()
		return is_greeted and not is_resting and #in_flight < MAX_BATCHES and is_connected();
	end

	-- Lines that are new and next: [1] and the last of the parts are free to use.
	function feed.offer(lines, count, items, ends_at)
		if is_pumping or not can_send() or has_due() then return false; end
		local batch = { items = items; ends_at = ends_at };
		in_flight[#in_flight + 1] = batch;
		local ok, problem = pcall(transmit_parts, batch, lines, count);
		if not ok then complain(problem); end
		return true;
	end

	local function next_batch()
		if not is_greeted or is_resting or not is_connected() then return nil; end
		local due = has_due();
		if due or #in_flight >= MAX_BATCHES then return due; end
		local batch = spool.take();
		if batch then batch.text = escape(batch.text); end
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
		local at = waiting == 0 and format("%.0f", next_stamp()) or format("%.0f", newest_stamp);
		return st.stanza("hello", {
			xmlns = XMLNS_FEED; version = "1"; module = MODULE_VERSION;
			server = "Prosody"; ["server-version"] = prosody.version;
			proves = PROVES; enforces = ENFORCES; policies = policies.version();
			at = at; waiting = format("%.0f", waiting);
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
			is_greeted, is_resting, backoff, hello_problem = true, false, 1, nil;
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

	local function answer_order(event, take)
		local stanza = event.stanza;
		local answer, kind, condition, text = take(stanza.tags[1]);
		event.origin.send(answer and st.reply(stanza):add_child(answer) or st.error_reply(stanza, kind, condition, text));
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
		elseif kind == "set" and child.name == "policies" then
			return answer_order(event, policies.take);
		elseif kind == "set" and child.name == "deliver" then
			return answer_order(event, deliveries.take);
		end
	end
end

--- Facts: accepted, relayed, received, displayed

local note_accepted, may_see;

do
	local SEES_OWNER = { from = true; both = true };

	-- Does the recipient's roster let the sender see presence? That of a user who is online is in memory.
	local function is_subscribed(sender, recipient)
		local online = bare_sessions[recipient.bare];
		if not online or not online.roster then
			return rostermanager.is_contact_subscribed(recipient.node, recipient.host, sender.bare);
		end
		local item = online.roster[sender.bare];
		return item and SEES_OWNER[item.subscription];
	end

	function may_see(sender, recipient) --> nil: not known here
		if sender.bare == recipient.bare then return true; end
		local served = recipient.node and rawget(hosts, recipient.host);
		if served and served.type == "local" then return is_subscribed(sender, recipient) or false; end
		if sender.host ~= host or not sender.node then return nil; end
		return rostermanager.is_user_subscribed(sender.node, host, recipient.bare) or false;
	end

	local EXTRA_DETAILS = {
		["origin-id"] = function (tag, id) -- XEP-0359 section 3.2
			local origin_id = tag.attr.id;
			return is_usable_id(origin_id) and origin_id ~= id and " origin-id=" .. encode(origin_id) or "";
		end;
		markable = function () return " markable=yes"; end; -- XEP-0333 section 4.1
		report = function (tag)
			local statuses = match(tag.attr.statuses or "", "^%s*(.-)%s*$");
			return " report=" .. encode(sub(gsub(statuses, "%s+", ","), 1, MAX_ID_BYTES));
		end;
	};

	local function extra_details(stanza)
		local details, tags = "", stanza.tags;
		for i = 1, #tags do
			if meaning_of(tags[i]) == "details" then
				details = details .. EXTRA_DETAILS[tags[i].name](tags[i], stanza.attr.id);
			end
		end
		return details;
	end

	-- What 'accepted' says, by type and may-see: made once.
	local ACCEPTED_DETAILS = {};
	for kind in pairs(IS_CONVERSATION) do
		local details = " type=" .. kind;
		ACCEPTED_DETAILS[kind] = { [true] = details .. " may-see=yes"; [false] = details .. " may-see=no"; unknown = details };
	end

	-- A token only where an answer may be ordered: it costs more than all else here.
	local function policy_details(sender, recipient, id)
		local policy = policies.of(recipient, sender);
		if policy == "client" then return ""; end
		if policy == "refuse" then return " policy=refuse"; end
		return " policy=" .. policy .. " token=" .. token_of(sender, recipient, id);
	end

	function note_accepted(stanza, sender, recipient, has_extras)
		local attr, visible, more = stanza.attr, may_see(sender, recipient), "";
		if visible == nil then visible = "unknown"; end
		if not policies.is_idle and recipient.host == host then more = policy_details(sender, recipient, attr.id); end
		if has_extras then more = more .. extra_details(stanza); end
		add_fact(sender, recipient, attr.id, "accepted", ACCEPTED_DETAILS[attr.type or "normal"][visible], more);
	end
end

-- Another component of this server: an internal one takes every stanza, an external one only while it is connected.
local function is_taken_by_component(recipient)
	local component = rawget(hosts, recipient.host);
	if not component or component.type ~= "component" then return false; end
	local external = component.modules.component;
	return not external or external.connected;
end

-- What is answered went the other way.
local function note_answers(stanza)
	local attr, answers = stanza.attr, 0;
	if not attr.from then return; end
	local sender, recipient = party_of(attr.to or attr.from), party_of(attr.from);
	for _, tag in ipairs(stanza.tags) do
		if answers < MAX_ANSWERS and meaning_of(tag) == "answers" and is_usable_id(tag.attr.id) then
			add_fact(sender, recipient, tag.attr.id, tag.name, "");
			answers = answers + 1;
		end
	end
end

-- A message to oneself has no 'to' (RFC 6120 section 10.3.1).
local function parties_of(stanza)
	local attr = stanza.attr;
	return party_of(attr.from), party_of(attr.to or attr.from);
end

local function on_message_from_client(event)
	local stanza = event.stanza;
	if not IS_CONVERSATION[stanza.attr.type or "normal"] then return; end
	local look = survey(stanza);
	if look.answers then return note_answers(stanza); end
	if not look.tracked then return; end
	local sender, recipient = parties_of(stanza);
	note_accepted(stanza, sender, recipient, look.details);
	if recipient.host ~= host and is_taken_by_component(recipient) then
		add_fact(sender, recipient, stanza.attr.id, "relayed", "");
	end
end

local function on_message_arrived(event)
	local stanza = event.stanza;
	if not IS_CONVERSATION[stanza.attr.type or "normal"] or not survey(stanza).answers then return; end
	if not deliveries.is_ours(stanza.attr.id) then note_answers(stanza); end
end

--- Stopping answers
--
-- All answers of our users leave through here, so that who is not to be answered is not, on whatever server.

local is_own_client, on_client_message;

do
	local STOPS = { manual = true; refuse = true };
	local NEVER_STOPPED = { error = true; groupchat = true }; -- types that are no conversation with a contact
	local FACT_OF_EVENT = { delivered = "received"; displayed = "displayed" };

	-- What says nothing where there is no more than this and an answer.
	local ACCOMPANIES = {
		["urn:xmpp:hints"] = true; ["urn:xmpp:sid:0"] = true; ["urn:xmpp:carbons:2"] = true; ["urn:xmpp:delay"] = true;
		["urn:xmpp:receipts"] = true; ["urn:xmpp:chat-markers:0"] = true; ["urn:xmpp:eme:0"] = true;
		["urn:xmpp:fallback:0"] = true; ["http://jabber.org/protocol/nick"] = true;
	};
	local ANSWERS_IN_WORDS = { ["urn:xmpp:receipts"] = true; ["urn:xmpp:chat-markers:0"] = true };

	-- XEP-0022 section 3: with an id it is an answer, without one it asks.
	local function is_event_answer(tag)
		return tag:get_child("id") and (tag:get_child("delivered") or tag:get_child("displayed"));
	end

	local function is_answer(tag)
		local meaning = meaning_of(tag);
		return meaning == "answers" or meaning == "event" and is_event_answer(tag)
			or meaning == "exempt" and tag.name == "acknowledged";
	end

	-- XEP-0428: a body that only says the answer again.
	local function is_said_in_words(stanza)
		for _, tag in ipairs(stanza.tags) do
			if tag.name == "fallback" and tag.attr.xmlns == "urn:xmpp:fallback:0" and ANSWERS_IN_WORDS[tag.attr["for"]] then
				return true;
			end
		end
		return false;
	end

	local IS_PLAIN = { [""] = true; ["jabber:client"] = true };

	local function is_words(tag)
		return (tag.name == "body" or tag.name == "subject") and IS_PLAIN[tag.attr.xmlns or ""];
	end

	local function is_accompaniment(tag)
		return ACCOMPANIES[tag.attr.xmlns] or tag.name == "thread" and IS_PLAIN[tag.attr.xmlns or ""]
			or is_words(tag) and tag:get_text() == "";
	end

	local function has_more(stanza)
		local said_in_words = is_said_in_words(stanza);
		for _, tag in ipairs(stanza.tags) do
			if not is_answer(tag) and not is_accompaniment(tag) and not (said_in_words and is_words(tag)) then return true; end
		end
		return false;
	end

	local function without_answers(stanza)
		local said_in_words = is_said_in_words(stanza);
		return st.clone(stanza):maptags(function (tag)
			if not is_answer(tag) and not (said_in_words and is_words(tag)) then return tag; end
		end);
	end

	local function has_answer(stanza)
		local look = survey(stanza);
		if not look.answers and not look.exempt and not look.event then return false; end
		for _, tag in ipairs(stanza.tags) do
			if is_answer(tag) then return true; end
		end
		return false;
	end

	function is_own_client(origin)
		return origin.type == "c2s" and origin.host == host;
	end

	local function is_stopped(origin, stanza)
		if not is_own_client(origin) or NEVER_STOPPED[stanza.attr.type] or not has_answer(stanza) then return false; end
		return STOPS[policies.of(parties_of(stanza))];
	end

	-- What is left goes on as a copy: archives, carbons and queues may hold the stanza itself.
	local function judge(event) --> stopped?, what goes on instead
		local stanza = event.stanza;
		if not is_stopped(event.origin, stanza) then return false; end
		return true, has_more(stanza) and without_answers(stanza) or nil;
	end

	local function note_withheld_event(tag, note)
		local id = tag:get_child_text("id");
		for name, kind in pairs(FACT_OF_EVENT) do
			if tag:get_child(name) then note(id, kind); end
		end
	end

	local function note_withheld(stanza)
		local recipient, sender = parties_of(stanza);
		local count = 0;
		local function note(id, kind)
			count = count + 1;
			if count <= MAX_ANSWERS and is_usable_id(id) then add_fact(sender, recipient, id, kind, " withheld=yes"); end
		end
		for _, tag in ipairs(stanza.tags) do
			local meaning = meaning_of(tag);
			if meaning == "answers" then note(tag.attr.id, tag.name); end
			if meaning == "event" and is_event_answer(tag) then note_withheld_event(tag, note); end
		end
	end

	local observe, observe_withheld = guarded(on_message_from_client), guarded(note_withheld);

	-- Decided before anything is reported, so that no failure to report lets an answer through. Routed outside of pcall,
	-- as the server does it: what fails then has nothing to do with us.
	function on_client_message(event)
		if policies.is_idle then return observe(event); end
		local ok, stopped, rest = pcall(judge, event);
		if not ok then complain(stopped); end
		if not ok or not stopped then return observe(event); end
		observe_withheld(event.stanza);
		if rest then
			observe({ origin = event.origin; stanza = rest });
			prosody.core_post_stanza(event.origin, rest, false);
		end
		return true;
	end
end

--- Facts: failed

-- The error does not say what it answers but the id (RFC 6120 section 8.3.1), so that all are reported.
local function note_failed(stanza, to, details)
	local attr = stanza.attr;
	if not attr.from or not is_usable_id(attr.id) or deliveries.is_ours(attr.id) then return; end
	local sender, recipient = party_of(to), party_of(attr.from);
	local kind, condition = stanza:get_error();
	add_fact(sender, recipient, attr.id, "failed", " condition=" .. encode(sub(condition or "undefined-condition", 1, 64))
		.. " type=" .. encode(sub(kind or "cancel", 1, 16)) .. details);
end

local function note_accepted_from_elsewhere(stanza)
	if not is_tracked_delivery(stanza) then return; end
	local sender, recipient = parties_of(stanza);
	note_accepted(stanza, sender, recipient, survey(stanza).details);
end

-- An error, or a message from elsewhere. mod_message discards an error when there is no session to take it.
local function on_message_to_deliver(event)
	local stanza = event.stanza;
	local attr = stanza.attr;
	if attr.type == "error" then
		if not full_sessions[attr.to] then note_failed(stanza, attr.to or attr.from, ""); end
	else
		note_accepted_from_elsewhere(stanza);
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

local unacked_queue = {};

do
	local function open_unacked(session, queue)
		local unacked = { -- the first to the last of each list
			first = 1; last = 0; counts = {}; ids = {}; senders = {}; recipients = {}; archived = {};
			details = party_of(session.full_jid).at_resource;
		};
		queue.receipts_unacked, session.receipts_unacked = unacked, unacked;
		return unacked;
	end

	local function forget_first(unacked)
		local first = unacked.first;
		unacked.counts[first], unacked.ids[first], unacked.senders[first], unacked.recipients[first] = nil, nil, nil, nil;
		if unacked.archived[first] then unacked.archived[first] = nil; end
		unacked.first = first + 1;
	end

	function unacked_queue.note_acked(unacked, acknowledged_count)
		local counts, ids, senders, recipients = unacked.counts, unacked.ids, unacked.senders, unacked.recipients;
		while (counts[unacked.first] or acknowledged_count + 1) <= acknowledged_count do
			local first = unacked.first;
			if ids[first] then add_fact(senders[first], recipients[first], ids[first], "acked", unacked.details); end
			forget_first(unacked);
		end
		if unacked.first > unacked.last then
			unacked.first, unacked.last = 1, 0;
		end
	end

	-- mod_smacks tells nobody what was acknowledged, and after an overflow its own queue returns the wrong stanzas.
	function unacked_queue.watch(queue)
		local unacked, original_ack = queue.receipts_unacked, queue.ack;
		if unacked.watched_ack then return; end
		unacked.own_ack = rawget(queue, "ack");
		unacked.watched_ack = function (self, h)
			local acked, err = original_ack(self, h);
			local ok, problem = pcall(unacked_queue.note_acked, unacked, self._tail);
			if not ok then complain(problem); end
			return acked, err;
		end;
		queue.ack = unacked.watched_ack;
	end

	function unacked_queue.unwatch(queue)
		local unacked = queue.receipts_unacked;
		if not unacked then return; end
		if rawget(queue, "ack") == unacked.watched_ack then
			queue.ack = unacked.own_ack; -- nil: the method of the class again
		end
		unacked.watched_ack = nil;
	end

	-- mod_smacks has just counted the stanza.
	function unacked_queue.add(session, sender, recipient, id, is_archived)
		local queue = session.smacks and session.outgoing_stanza_queue;
		if not queue or session.resending_unacked then return; end
		local unacked = queue.receipts_unacked or open_unacked(session, queue);
		if unacked.resent_until == queue._head then return; end
		if not unacked.watched_ack then unacked_queue.watch(queue); end
		local last = unacked.last + 1;
		unacked.last, unacked.counts[last] = last, queue._head;
		unacked.ids[last], unacked.senders[last], unacked.recipients[last] = id, sender, recipient;
		if is_archived then unacked.archived[last] = true; end
		if last - unacked.first >= MAX_UNACKED then forget_first(unacked); end
	end

	-- A session has got another connection: 13.0 writes again what waits, without counting it again.
	function unacked_queue.expect_resending(session)
		local queue = session.outgoing_stanza_queue;
		if queue and queue.receipts_unacked then queue.receipts_unacked.resent_until = queue._head; end
	end

	-- Ids can come again: all that are the same message.
	function unacked_queue.give_back(unacked, sender, recipient, id)
		for place = unacked.first, unacked.last do
			if unacked.ids[place] == id and unacked.senders[place].bare == sender.bare
			and unacked.recipients[place].bare == recipient.bare then
				unacked.ids[place] = false;
			end
		end
	end

	function unacked_queue.note_lost(session)
		local unacked = session.receipts_unacked;
		if not unacked then return; end
		session.receipts_unacked = nil;
		for place = unacked.first, unacked.last do
			local id = not unacked.archived[place] and unacked.ids[place];
			if id then add_fact(unacked.senders[place], unacked.recipients[place], id, "lost", unacked.details); end
		end
	end
end

--- Facts: lost (XEP-0124)
--
-- What is written to a BOSH session while it asks for nothing waits in mod_bosh, which throws it away with the session.

local unasked = {};

do
	function unasked.add(session, sender, recipient, id, is_archived)
		if not session.send_buffer or session.smacks then return; end
		local waiting = session.receipts_unasked or {};
		if #waiting >= MAX_UNACKED then return; end
		waiting[#waiting + 1] = { sender = sender; recipient = recipient; id = id; is_archived = is_archived };
		session.receipts_unasked = waiting;
	end

	-- Called before mod_bosh adds anything: if nothing waits there, what we remember is on its way.
	function unasked.forget_asked(session)
		if not session.send_buffer[1] then session.receipts_unasked = nil; end
	end

	function unasked.note_lost(session)
		local waiting = session.receipts_unasked;
		session.receipts_unasked = nil;
		if not waiting or not session.send_buffer[1] then return; end
		for _, message in ipairs(waiting) do
			local kind = message.is_archived and "stored" or "lost";
			local details = message.is_archived and " where=archive" or party_of(session.full_jid).at_resource;
			add_fact(message.sender, message.recipient, message.id, kind, details);
		end
	end
end

--- Facts: sent, stored, and what the archive hands out

-- A message to oneself comes back to the resource that sent it, which proves nothing.
local function is_own_echo(stanza, session)
	return stanza.attr.from == session.full_jid;
end

local function note_sent(stanza, session, look)
	if is_own_echo(stanza, session) or look.in_room and is_from_room(stanza) then return; end
	local sender, recipient = parties_of(stanza);
	local id, is_archived = stanza.attr.id, is_archived_for(look, recipient);
	add_fact(sender, recipient, id, "sent", party_of(session.full_jid).at_resource, not session.smacks and " sm=no");
	unacked_queue.add(session, sender, recipient, id, is_archived);
	unasked.add(session, sender, recipient, id, is_archived);
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
	if from and from ~= party_of(session.full_jid).bare then return; end
	local forwarded = result:get_child("forwarded", "urn:xmpp:forward:0");
	local message = forwarded and forwarded:get_child("message", "jabber:client");
	return message and is_recent(forwarded) and message;
end

local function note_fetched(stanza, session)
	local message = archived_message(stanza, session);
	if not message or not message.attr.from or not is_tracked_delivery(message) or is_own_echo(message, session) then return; end
	local sender, recipient = parties_of(message);
	if recipient.bare ~= party_of(session.full_jid).bare then return; end
	unacked_queue.add(session, sender, recipient, message.attr.id, true);
end

local function note_relayed(stanza)
	if not is_tracked(stanza) then return; end
	local sender, recipient = parties_of(stanza);
	if sender.host == host then add_fact(sender, recipient, stanza.attr.id, "relayed", ""); end
end

local function note_written_to_client(stanza, session)
	local look = survey(stanza);
	if look.tracked then
		note_sent(stanza, session, look);
	else
		note_fetched(stanza, session);
	end
end

local function note_written(stanza, session)
	local attr, session_type = stanza.attr, session.type;
	if attr.xmlns and attr.xmlns ~= "jabber:client" then return; end
	if session_type == "s2sout" or session_type == "s2sin" then
		note_relayed(stanza);
	elseif session_type == "c2s" and attr.type == "error" then
		note_failed(stanza, session.full_jid, " handed=yes");
	elseif session_type == "c2s" and IS_CONVERSATION[attr.type or "normal"] then
		note_written_to_client(stanza, session);
	end
end

-- Just seen on its way in, and nobody asks for a receipt: most messages of most servers.
local function is_known_untracked(stanza)
	return seen.stanza == stanza and not seen.asks;
end

-- Sees every stanza of every session.
local function on_written(stanza, session)
	if session.receipts_unasked and session.host == host then unasked.forget_asked(session); end
	if stanza.name == "message" and session.host == host and not is_known_untracked(stanza) then
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
			add_fact(party_of(reply.attr.to), party_of(reply.attr.from), reply.attr.id, "relayed", "");
		end
	end
end

local function on_hibernation_queued(event)
	local session, stanza = event.origin, event.stanza;
	if not is_tracked_delivery(stanza) or is_own_echo(stanza, session) then return; end
	local sender, recipient = parties_of(stanza);
	unacked_queue.add(session, sender, recipient, stanza.attr.id, is_archived_for(survey(stanza), recipient));
end

local stored_stanzas = setmetatable({}, { __mode = "k" });

local function note_stored(stanza, where)
	if not is_tracked_delivery(stanza) then return; end
	local sender, recipient = parties_of(stanza);
	add_fact(sender, recipient, stanza.attr.id, "stored", where);
	stored_stanzas[stanza] = true;
end

-- A session has ended before its stream acknowledged the stanza.
local function note_given_back(session, stanza, is_kept)
	if not session.username or stanza.name ~= "message" then return; end
	if stanza.attr.type == "error" then
		note_failed(stanza, session.full_jid, "");
	elseif is_tracked_delivery(stanza) then
		local unacked, sender, recipient = session.receipts_unacked, parties_of(stanza);
		if unacked then unacked_queue.give_back(unacked, sender, recipient, stanza.attr.id); end
		if is_kept and not stored_stanzas[stanza] then note_stored(stanza, " where=archive"); end
	end
end

local function on_user_deleted(event)
	if event.host ~= host then return; end
	local jid = event.username .. "@" .. host;
	add_plain_line("deleted\t" .. format("%.0f", next_stamp()) .. "\t" .. encode(jid));
	policies.forget(jid);
end

--- Deliver: answers on behalf of a recipient

do
	local blocklists = module:open_store("blocklist"); -- of mod_blocklist

	-- Shared by all hosts: a sender of another host of this server gets the answer here too. Two halves, of which the
	-- older one is given up when the newer one is full.
	local lately = module:shared("/*/receipts/delivered");
	lately.newer, lately.older, lately.count = lately.newer or {}, lately.older or {}, lately.count or 0;

	-- Such a message is no answer of the recipient's client, and an error that comes back for it is of no concern.
	function deliveries.is_ours(id)
		return id and (lately.newer[id] or lately.older[id]);
	end

	local function remember(token)
		if lately.count >= MAX_DELIVERED then
			lately.older, lately.newer, lately.count = lately.newer, {}, 0;
		end
		lately.newer[token], lately.count = true, lately.count + 1;
	end

	local function is_blocked(sender, recipient)
		local blocked = blocklists:get(recipient.node);
		return blocked and (blocked[sender.bare] or blocked[sender.host]);
	end

	-- Does it reveal no more of the recipient's presence than the sender may know?
	local function is_entitled(sender, recipient)
		local disclosure = policies.disclosure;
		return disclosure == "everyone" or disclosure == "domain" and sender.host == recipient.host
			or may_see(sender, recipient);
	end

	local IS_ALLOWED = {
		acked = function (policy, sender, recipient)
			return policy == "automatic" and is_entitled(sender, recipient);
		end;
		approved = function (policy) return policy ~= "refuse"; end;
	};

	local function is_ours_to_answer(id, sender, recipient, token)
		return is_usable_id(id) and recipient.host == host and recipient.node
			and token == token_of(sender, recipient, id) and usermanager.user_exists(recipient.node, host);
	end

	local function may_deliver(id, sender, recipient, token, reason)
		local is_allowed = IS_ALLOWED[reason];
		return is_allowed and is_ours_to_answer(id, sender, recipient, token)
			and is_allowed(policies.of(recipient, sender), sender, recipient) and not is_blocked(sender, recipient);
	end

	local function send_received(id, sender, recipient, token)
		remember(token);
		module:send(st.message({ type = "chat"; id = token; from = recipient.bare; to = sender.bare })
			:tag("received", { xmlns = "urn:xmpp:receipts"; id = id }):up()
			:tag("store", { xmlns = "urn:xmpp:hints" }):up());
	end

	local function deliver(line) --> was it allowed?
		local id, from, to, token, reason = match(line, "^([^\t]+)\t([^\t]+)\t([^\t]+)\t([^\t]+)\t([^\t]+)");
		if not id then return false; end
		id = decode(id);
		local sender, recipient = party_of(decode(from)), party_of(decode(to));
		if not may_deliver(id, sender, recipient, token, reason) then return false; end
		if not deliveries.is_ours(token) then send_received(id, sender, recipient, token); end
		return true;
	end

	local function deliver_lines(text)
		local delivered, forbidden = 0, 0;
		for line in gmatch(text, "[^\n]+") do
			local ok, allowed = pcall(deliver, line);
			if not ok then complain(allowed); end
			if ok and allowed then delivered = delivered + 1; else forbidden = forbidden + 1; end
		end
		return st.stanza("deliver", {
			xmlns = XMLNS_FEED; delivered = format("%d", delivered); forbidden = format("%d", forbidden);
		});
	end

	function deliveries.take(order) --> the answer, or nil and the error
		local text = not order.tags[1] and order:get_text();
		local _, line_ends = gsub(text or "", "\n", "\n");
		if not text or #text > MAX_ORDER_BYTES or line_ends >= MAX_ORDER_LINES then return nil, "modify", "bad-request"; end
		return deliver_lines(text);
	end
end

--- Hooks

local observe_arrival, observe_delivery = guarded(on_message_arrived), guarded(on_message_to_deliver);

local function on_arrival(event)
	if not is_own_client(event.origin) then observe_arrival(event); end
end

local function on_delivery(event)
	if event.stanza.attr.type == "error" or not is_own_client(event.origin) then observe_delivery(event); end
end

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
module:hook_global("c2s-session-updated", guarded(function (event) -- since 13.0
	if event.session.host == host then unacked_queue.expect_resending(event.session); end
end));

-- What these come to is known only when all handlers have run.
module:wrap_event("message/offline/handle", function (handlers, name, event)
	local stanza = event.stanza;
	local kept = handlers(name, event);
	if kept then
		local ok, problem = pcall(note_stored, stanza, type(kept) == "string" and " where=offline" or " where=archive");
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
		local ok, problem = pcall(unacked_queue.note_lost, event.session);
		if not ok then complain(problem); end
		ok, problem = pcall(unasked.note_lost, event.session);
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

-- By then every host of the configuration is there.
local function check_component()
	if rawget(hosts, component_host) then return; end
	module:log("error", "This server has no component %s: add Component \"%s\" with its component_secret to the configuration, "
		.. "or correct receipts_component; until then facts are kept on disk", component_host, component_host);
end

module:add_timer(CHECK_DELAY, check_component);

-- What the last lines push out of a full spool is told of by one more line, which may push out another segment.
local function flush_to_end()
	for _ = 1, 3 do flush(); end
end

module:hook_global("server-stopping", guarded(function ()
	flush_to_end();
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
		unacked_queue.watch(queue);
		unacked_queue.note_acked(queue.receipts_unacked, queue._tail);
	end
end

local is_reloading = false;

local function unwatch_session(session)
	filters.remove_filter(session, "stanzas/out", on_written);
	local queue = session.host == host and session.outgoing_stanza_queue;
	if queue then unacked_queue.unwatch(queue); end
	if is_reloading then return; end
	session.receipts_unacked, session.receipts_unasked = nil, nil;
	if queue then queue.receipts_unacked = nil; end
end

function module.load()
	local ok, problem = pcall(spool.recover);
	if not ok then complain(problem); end
	ok, problem = pcall(policies.load);
	if not ok then complain(problem); end
	load_token_key();
	filters.add_filter_hook(watch_session);
	each_session(resume_watching);
	watch_component(component_host);
end

-- Called before a reload only: then the sessions keep what they wait for.
function module.save()
	is_reloading = true;
	return {};
end

function module.unload()
	filters.remove_filter_hook(watch_session);
	each_session(unwatch_session);
	feed.go_offline(); -- what is left goes to the spool only
	flush_to_end();
	spool.save();
	spool.close();
end
