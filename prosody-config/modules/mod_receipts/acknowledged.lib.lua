-- Facts: acked, kept, lost (XEP-0198).
--
-- A queue of our own beside that of mod_smacks, which forgets the oldest when it is full although
-- the client may still acknowledge them. It lives in mod_smacks' queue, which stays through
-- resumption and through a reload of this module.

local hidden = module:require "hidden";
local limits = module:require "limits";
local ipairs, pcall, rawget = ipairs, pcall, rawget;

local MAX_UNACKED = limits.MAX_UNACKED;
local host = module.host;

local count_dropped = module:measure("unacknowledged_dropped", "counter");

return function (needs)
	local party_of, add_fact, complain = needs.addresses.party_of, needs.add_fact, needs.complain;
	local acknowledged = {};

	local function open(session, queue)
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

	-- Clients fetch the archive before they send their first presence.
	local function await_presence(session, sender, recipient, id)
		local waiting = session.receipts_unshown or {};
		session.receipts_unshown = waiting;
		if #waiting < MAX_UNACKED then waiting[#waiting + 1] = { sender = sender; recipient = recipient; id = id }; end
	end

	local function note(unacked, place, fact)
		local session, sender, recipient, id =
			unacked.session, unacked.senders[place], unacked.recipients[place], unacked.ids[place];
		local kind, details = hidden.kind_of(session, sender, fact);
		add_fact(sender, recipient, id, kind, details .. unacked.details);
		if kind == "unseen" and fact == "acked" and not session.presence then await_presence(session, sender, recipient, id); end
	end

	-- The session becomes available: what it has is no secret any more, except from whom it hides.
	function acknowledged.on_available(event)
		local session = event.origin;
		local waiting = session.receipts_unshown or {};
		session.receipts_unshown = nil;
		for _, message in ipairs(waiting) do
			if not hidden.is_kept_from(session, message.sender) then
				add_fact(message.sender, message.recipient, message.id, "acked", party_of(session.full_jid).at_resource);
			end
		end
	end

	local function note_acked(unacked, acknowledged_count)
		local counts, ids = unacked.counts, unacked.ids;
		while (counts[unacked.first] or acknowledged_count + 1) <= acknowledged_count do
			local first = unacked.first;
			if ids[first] then note(unacked, first, "acked"); end
			forget_first(unacked);
		end
		if unacked.first > unacked.last then
			unacked.first, unacked.last = 1, 0;
		end
	end

	-- mod_smacks tells nobody what was acknowledged, and after an overflow its own queue returns the
	-- wrong stanzas.
	local function watch(queue)
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

	function acknowledged.unwatch(queue)
		local unacked = queue.receipts_unacked;
		if not unacked then return; end
		if rawget(queue, "ack") == unacked.watched_ack then
			queue.ack = unacked.own_ack; -- nil: the method of the class again
		end
		unacked.watched_ack = nil;
	end

	-- After a reload of this module the queue is still the same, but its session may be another one.
	function acknowledged.resume(session, queue)
		if not queue.receipts_unacked then return; end
		queue.receipts_unacked.session = session;
		watch(queue);
		note_acked(queue.receipts_unacked, queue._tail);
	end

	-- mod_smacks has just counted the stanza, so the head of its queue counts this one too.
	function acknowledged.add(session, sender, recipient, id, is_archived)
		local queue = session.smacks and session.outgoing_stanza_queue;
		if not queue or session.resending_unacked then return; end
		local unacked = queue.receipts_unacked or open(session, queue);
		if unacked.resent_until == queue._head then return; end
		unacked.session = session; -- another one after a resumption, perhaps
		if not unacked.watched_ack then watch(queue); end
		local last = unacked.last + 1;
		unacked.last, unacked.counts[last] = last, queue._head;
		unacked.ids[last], unacked.senders[last], unacked.recipients[last] = id, sender, recipient;
		if is_archived then unacked.archived[last] = true; end
		if last - unacked.first >= MAX_UNACKED then
			forget_first(unacked);
			count_dropped(1);
		end
	end

	-- A session has got another connection: 13.0 writes again what waits, without counting it again.
	function acknowledged.on_session_updated(event)
		local session = event.session;
		local queue = session.host == host and session.outgoing_stanza_queue;
		if queue and queue.receipts_unacked then queue.receipts_unacked.resent_until = queue._head; end
	end

	-- The server has the message again. Ids can come again: all that are the same message.
	function acknowledged.give_back(session, sender, recipient, id)
		local unacked = session.receipts_unacked;
		if not unacked then return; end
		for place = unacked.first, unacked.last do
			if unacked.ids[place] == id and unacked.senders[place].bare == sender.bare
			and unacked.recipients[place].bare == recipient.bare then
				unacked.ids[place] = false;
			end
		end
	end

	function acknowledged.note_kept_one(session, sender, recipient, id, is_archived)
		local kind, details = hidden.kind_of(session, sender, "kept");
		add_fact(sender, recipient, id, kind, details .. party_of(session.full_jid).at_resource,
			is_archived and " where=archive" or " where=stream");
	end

	-- The session has lost its connection: what it did not acknowledge is kept until it resumes, but
	-- for what mod_smacks had to forget.
	function acknowledged.on_hibernation(event)
		local session = event.origin;
		local unacked, queue = session.receipts_unacked, session.outgoing_stanza_queue;
		if not unacked or not queue or session.host ~= host then return; end
		local forgotten = queue._head - queue._queue:count();
		for place = unacked.first, unacked.last do
			local id = unacked.counts[place] > forgotten and unacked.ids[place];
			if id then
				acknowledged.note_kept_one(session, unacked.senders[place], unacked.recipients[place], id, unacked.archived[place]);
			end
		end
	end

	-- The session has ended: what it neither acknowledged nor gave back is lost.
	function acknowledged.on_unbinding(session, _, is_prevented)
		local unacked = session.receipts_unacked;
		if is_prevented or not unacked then return; end
		session.receipts_unacked = nil;
		for place = unacked.first, unacked.last do
			if unacked.ids[place] and not unacked.archived[place] then note(unacked, place, "lost"); end
		end
	end

	return acknowledged;
end
