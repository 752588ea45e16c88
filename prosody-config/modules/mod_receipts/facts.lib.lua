-- The facts of the present tick. A slot is what becomes one line: a message and its facts in order.
-- Slots are used again in the next tick.
--
-- This runs for every message of a server whose garbage collector is set to collect almost all the
-- time, so that each string made costs more than the code that makes it: a fact is one string, and
-- a line is put together once, when it is written.

local limits = module:require "limits";
local fields = module:require "fields";
local encode = fields.encode;
local format, pcall = string.format, pcall;

local MAX_LINES_PER_TICK = limits.MAX_LINES_PER_TICK;

local THREE_DIGITS = {};
for number = 0, 999 do
	THREE_DIGITS[number] = format("%03d", number);
end

return function (needs)
	local stamps, tick, lines, spool, complain = needs.stamps, needs.tick, needs.lines, needs.spool, needs.complain;
	local next_stamp, stamp_detail, set_tick = stamps.next, stamps.detail, tick.set;
	local facts = {};
	local slots, slot_count, slot_by_name = {}, 0, {};
	local is_flushing = false;

	local function add_slot(name, id)
		if slot_count >= MAX_LINES_PER_TICK then facts.flush(); end
		set_tick();
		slot_count = slot_count + 1;
		local slot = slots[slot_count] or {};
		slots[slot_count], slot_by_name[name] = slot, slot;
		slot.name, slot.id, slot.count = name, id, 0;
		return slot;
	end

	local function add_message_slot(name, id, sender, recipient)
		local slot = add_slot(name, encode(id));
		slot.sender, slot.recipient = sender, recipient;
		return slot;
	end

	local function is_of(slot, sender, recipient)
		return slot.sender.bare == sender.bare and slot.recipient.bare == recipient.bare
			and slot.recipient.occupant == recipient.occupant;
	end

	-- Ids are made by clients, so two messages of one tick can have the same id: the others have
	-- longer names, which no id can be, since XML has no NUL.
	local function find_slot(sender, recipient, id)
		local name = id;
		local slot = slot_by_name[name];
		while slot and not is_of(slot, sender, recipient) do
			name = name == id and id .. "\0" .. sender.bare .. "\0" .. recipient.bare or name .. "\0";
			slot = slot_by_name[name];
		end
		return slot or add_message_slot(name, id, sender, recipient);
	end

	local second_of_text, second_text;

	-- Digits from tables: 1,700 instructions less for each fact than formatting the whole number,
	-- which is 0.7 % of what a tracked message costs the server.
	local function text_of_fact(kind, details, more)
		local stamp = next_stamp();
		local micros = stamp % 1000000;
		local low, second = micros % 1000, stamp - micros;
		if second ~= second_of_text then
			second_of_text, second_text = second, format("%.0f", second / 1000000);
		end
		return "\t" .. kind .. " " .. second_text .. THREE_DIGITS[(micros - low) / 1000] .. THREE_DIGITS[low]
			.. stamp_detail() .. details .. more;
	end

	-- No message from or to the component is reported, so that a receipt is never the reason for
	-- another.
	function facts.add(sender, recipient, id, kind, details, more)
		local slot = slot_by_name[id];
		if not slot or slot.sender ~= sender or slot.recipient ~= recipient then
			if sender.is_component or recipient.is_component then return; end
			slot = find_slot(sender, recipient, id);
		end
		local count = slot.count + 1;
		slot.count, slot[count] = count, text_of_fact(kind, details, more or "");
	end

	-- A line that is not about a message: no id is false.
	function facts.add_plain_line(line)
		add_slot(false, line);
	end

	local function write_slots()
		local gap = spool.take_gap();
		if gap then facts.add_plain_line(gap); end
		spool.expect(slot_count);
		for i = 1, slot_count do
			local slot = slots[i];
			lines.add(slot);
			slot_by_name[slot.name] = nil;
		end
		lines.store();
	end

	local function discard()
		slot_by_name = {};
		lines.discard();
	end

	-- Ends the tick: the facts become lines, and the lines go to the spool. Returns their number.
	function facts.flush()
		if is_flushing then return 0; end
		is_flushing = true;
		local ok, problem = pcall(write_slots);
		local written = slot_count;
		slot_count = 0;
		spool.expect(0);
		is_flushing = false;
		if not ok then
			discard();
			complain(problem);
		end
		spool.wake_reader();
		return written;
	end

	-- What the last lines push out of a full spool is told of by one more line, which may push out
	-- another segment.
	function facts.flush_to_end()
		for _ = 1, 3 do facts.flush(); end
	end

	return facts;
end
