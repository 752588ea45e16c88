-- The feed: batches of lines on their way to the component (docs/protocol.md section 2.2).

local st = require "util.stanza";
local time_now = require "util.time".now;
local limits = module:require "limits";
local find, format, min, remove = string.find, string.format, math.min, table.remove;
local pcall = pcall;
local host = module.host;

local MAX_BATCHES = limits.MAX_BATCHES;
local MAX_BACKOFF = 60;
local SPECIAL_CHARACTERS = { "&", "<", ">", "'", "\"" };

-- Hardly ever: they occur in ids and addresses only. Finding is quick, replacing takes longer than
-- all else that a batch needs.
local function escape(text)
	for i = 1, #SPECIAL_CHARACTERS do
		if find(text, SPECIAL_CHARACTERS[i], 1, true) then return st.xml_escape(text); end
	end
	return text;
end

return function (needs)
	local component, spool, held, complain = needs.component, needs.spool, needs.held, needs.complain;
	local component_host, result_timeout = needs.component_host, needs.result_timeout;
	local FRAME_ADDRESSES = "' from='" .. host .. "' to='" .. component_host
		.. "'><facts xmlns='xmpp-receipts:feed:1' waiting='";
	local FRAME_GAP, FRAME_END = "' gap='", "</facts></iq>";

	local feed = {};
	local in_flight = {}; -- batches, oldest first: { id, text, items, ends_at, is_held, state: due | sent | done }
	local is_resting, backoff = false, 1; -- after a refused batch
	local last_heard, is_watch_set = 0, false;
	local is_pumping = false;

	-- Items that are not on their way. What a component does not know is not for it.
	local function count_behind()
		return spool.count_waiting() + (component.knows_all and held.count() or 0);
	end

	function feed.count_waiting()
		local items = count_behind();
		for i = 1, #in_flight do
			items = items + in_flight[i].items;
		end
		return items;
	end

	local function first_in_state(state)
		for i = 1, #in_flight do
			if in_flight[i].state == state then return in_flight[i]; end
		end
	end

	component.when_gone(function ()
		for i = #in_flight, 1, -1 do
			if in_flight[i].is_held then
				remove(in_flight, i);
			elseif in_flight[i].state == "sent" then
				in_flight[i].state = "due";
			end
		end
		held.rewind();
	end);

	local function end_silent_stream()
		module:log("warn", "%s has not answered for %g s: ending its stream, sending again after it has connected",
			component_host, result_timeout);
		component.end_stream("No result for a batch of facts");
	end

	local function set_watch(delay)
		if is_watch_set then return; end
		is_watch_set = true;
		module:add_timer(delay, function ()
			is_watch_set = false;
			if not first_in_state("sent") then return; end
			local remaining = last_heard + result_timeout - time_now();
			if remaining > 0 then
				set_watch(remaining);
			else
				end_silent_stream();
			end
		end);
	end

	local function secret_attribute()
		return component.secret and " secret='" .. st.xml_escape(component.secret) .. "'" or "";
	end

	-- Put together here and written to the stream as it is: 5,000 instructions a line instead of the
	-- 100,000 of a stanza object. The text is kept without its head, which says how much waits now.
	local function transmit(batch)
		batch.id = component.next_id();
		local gap = spool.newest_gap();
		local frame = "<iq type='set' id='" .. batch.id .. FRAME_ADDRESSES .. format("%.0f", count_behind())
			.. (gap and FRAME_GAP .. gap or "") .. "'" .. secret_attribute() .. ">" .. batch.text .. FRAME_END;
		if not first_in_state("sent") then last_heard = time_now(); end
		batch.state = "sent";
		set_watch(result_timeout);
		component.send(frame);
	end

	local function can_send()
		return component.is_greeted and not is_resting and component.is_connected();
	end

	local function add(batch)
		batch.lines = batch.text;
		batch.text, batch.state = escape(batch.text), "due";
		in_flight[#in_flight + 1] = batch;
		return batch;
	end

	-- Takes lines that are new and next, if they can be sent at once.
	function feed.offer(text, items, ends_at) --> taken?
		if is_pumping or not can_send() or #in_flight >= MAX_BATCHES or first_in_state("due") then return false; end
		local ok, problem = pcall(transmit, add({ text = text; items = items; ends_at = ends_at }));
		if not ok then complain(problem); end
		return true;
	end

	local function next_batch()
		if not can_send() then return nil; end
		local due = first_in_state("due");
		if due or #in_flight >= MAX_BATCHES then return due; end
		local batch = component.knows_all and held.take() or spool.take();
		return batch and add(batch);
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

	function feed.start()
		is_resting, backoff = false, 1;
		feed.pump();
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
			local batch = remove(in_flight, 1);
			if batch.is_held then
				held.forget();
			else
				if not batch.is_understood then held.keep(batch.lines); end
				spool.acknowledge(batch.ends_at);
			end
		end
	end

	local function settle_batch(batch, is_taken)
		last_heard = time_now();
		if is_taken then
			backoff = 1;
			batch.state, batch.is_understood = "done", component.knows_all;
			release();
		else
			batch.state = "due";
			rest();
		end
		feed.pump();
	end

	function feed.settle(id, is_taken) --> is there one?
		for i = 1, #in_flight do
			local batch = in_flight[i];
			if batch.id == id and batch.state == "sent" then
				settle_batch(batch, is_taken);
				return true;
			end
		end
	end

	return feed;
end
