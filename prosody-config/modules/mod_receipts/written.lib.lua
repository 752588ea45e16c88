-- Facts: sent, kept, relayed, and failed as the sender's client sees it. All that is written to a session
-- passes here.

local fields = module:require "fields";
local hidden = module:require "hidden";
local is_usable_id = fields.is_usable_id;
local find, pcall = string.find, pcall;
local host = module.host;

return function (needs)
	local tracked, add_fact, complain = needs.tracked, needs.add_fact, needs.complain;
	local survey, is_known_untracked = tracked.survey, tracked.is_known_untracked;
	local is_tracked, is_tracked_delivery = tracked.is_tracked, tracked.is_tracked_delivery;
	local is_from_room, is_archived_for = tracked.is_from_room, tracked.is_archived_for;
	local IS_CONVERSATION = tracked.IS_CONVERSATION;
	local party_of, parties_of, is_own_echo = needs.addresses.party_of, needs.addresses.parties_of, needs.addresses.is_own_echo;
	local note_failed = needs.failed.note;
	local await_acknowledgement, await_asking, forget_asked =
		needs.acknowledged.add, needs.unasked.add, needs.unasked.forget_asked;
	local note_kept_one, is_entitled = needs.acknowledged.note_kept_one, needs.is_entitled;
	local wrapped = module:require "wrapped" (party_of);
	local written = {};

	-- What a store hands out may be older than what its sender may know now: the recipient may have
	-- taken back that the sender sees presence.
	local function hide_if_taken_back(session, sender, recipient)
		if not is_entitled(sender, recipient) then hidden.remember(session, sender.bare); end
	end

	local function note_sent(stanza, session, look)
		if is_own_echo(stanza, session) or look.in_room and is_from_room(stanza) then return; end
		local sender, recipient = parties_of(stanza);
		if look.delayed then hide_if_taken_back(session, sender, recipient); end
		local id, is_archived = stanza.attr.id, is_archived_for(look, recipient);
		local kind, details = hidden.kind_of(session, sender, "sent");
		local is_kept = kind == "unseen" and is_archived; -- what else is known need not be told: the session has it
		add_fact(sender, recipient, id, kind, details .. party_of(session.full_jid).at_resource,
			(session.smacks and "" or " sm=no") .. (is_kept and " archived=yes" or ""));
		await_acknowledgement(session, sender, recipient, id, is_archived);
		await_asking(session, sender, recipient, id, is_archived);
	end

	-- The stream's acknowledgement will prove that the device has what the archive gave out.
	local function note_fetched(message, session)
		local sender, recipient = parties_of(message);
		hide_if_taken_back(session, sender, recipient);
		await_acknowledgement(session, sender, recipient, message.attr.id, true);
	end

	local function is_for_user_of(session, message)
		local _, recipient = parties_of(message);
		return recipient.bare == party_of(session.full_jid).bare;
	end

	local function is_to_note(message, session)
		return message and message.attr.from and is_tracked_delivery(message) and not is_own_echo(message, session)
			and is_for_user_of(session, message);
	end

	-- The session has the message as well as the one that it was sent to.
	local function note_copied(message, session, is_late)
		local sender, recipient = parties_of(message);
		if is_late then hide_if_taken_back(session, sender, recipient); end
		note_sent(message, session, survey(message));
	end

	-- Not a message of the user, but one may be inside.
	local function note_wrapped(stanza, session, is_late)
		local archived, copy = wrapped.archived_in(stanza, session), wrapped.copy_in(stanza, session);
		if is_to_note(archived, session) then note_fetched(archived, session); end
		if is_to_note(copy, session) then note_copied(copy, session, is_late); end
	end

	local function note_relayed(stanza)
		if not is_tracked(stanza) then return; end
		local sender, recipient = parties_of(stanza);
		if sender.host == host then add_fact(sender, recipient, stanza.attr.id, "relayed", ""); end
	end

	local function note_written_to_client(stanza, session)
		local look = survey(stanza);
		if look.tracked then note_sent(stanza, session, look); else note_wrapped(stanza, session, look.delayed); end
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

	local function observe(stanza, session)
		if session.receipts_unasked then forget_asked(session); end
		if stanza.name == "message" and not is_known_untracked(stanza) then note_written(stanza, session); end
	end

	-- A filter: sees every stanza of every session.
	function written.on_written(stanza, session)
		if session.host == host and (session.receipts_unasked or stanza.name == "message") then
			local ok, problem = pcall(observe, stanza, session);
			if not ok then complain(problem); end
		end
		return stanza;
	end

	-- COMPAT prosody 0.12: what waited for the connection is written as text, which no filter sees;
	-- with it is kept what a reply would be, with the addresses turned round. 13.0 keeps stanzas and
	-- writes them through the filters.
	function written.on_stream_to_server(event)
		local queued = event.session.sendq or {};
		for i = 1, #queued do
			local text, reply = queued[i][1], queued[i][2];
			local is_message = reply and reply.name == "message" and IS_CONVERSATION[reply.attr.type or "normal"];
			if is_message and is_usable_id(reply.attr.id) and find(text, "<request xmlns='urn:xmpp:receipts'", 1, true) then
				add_fact(party_of(reply.attr.to), party_of(reply.attr.from), reply.attr.id, "relayed", "");
			end
		end
	end

	-- Held for a session that is away and may be resumed.
	function written.on_hibernation_queued(event)
		local session = event.origin;
		local stanza = wrapped.copy_in(event.stanza, session) or event.stanza;
		if not is_to_note(stanza, session) then return; end
		local sender, recipient = parties_of(stanza);
		local id, is_archived = stanza.attr.id, is_archived_for(survey(stanza), recipient);
		note_kept_one(session, sender, recipient, id, is_archived);
		await_acknowledgement(session, sender, recipient, id, is_archived);
	end

	return written;
end
