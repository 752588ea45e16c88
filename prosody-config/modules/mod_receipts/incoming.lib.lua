-- Messages on their way in: from our clients, from other servers and components, and about to be
-- delivered.

local rawget = rawget;
local host, hosts = module.host, prosody.hosts;

-- Another component of this server: an internal one takes every stanza, an external one only while
-- it is connected.
local function is_taken_by_component(recipient)
	local component = rawget(hosts, recipient.host);
	if not component or component.type ~= "component" then return false; end
	local external = component.modules.component;
	return not external or external.connected;
end

return function (needs)
	local tracked, add_fact, note_accepted, note_answers =
		needs.tracked, needs.add_fact, needs.note_accepted, needs.answers.note;
	local survey, is_tracked_delivery, IS_CONVERSATION =
		tracked.survey, tracked.is_tracked_delivery, tracked.IS_CONVERSATION;
	local parties_of, is_own_client = needs.addresses.parties_of, needs.addresses.is_own_client;
	local learn_room = needs.addresses.learn_room;
	local note_error, is_delivered_by_us = needs.failed.on_arrival, needs.delivered.is_ours;
	local why_untracked, count = tracked.why_untracked, needs.counts.add;
	local guarded, expect_echo = needs.quietly.guarded, needs.echoes.expect;
	local incoming = {};

	local function note_untracked(stanza)
		local why = why_untracked(stanza);
		if why then count("untracked-" .. why); end
	end

	function incoming.on_client_message(event)
		local stanza = event.stanza;
		if not IS_CONVERSATION[stanza.attr.type or "normal"] then return; end
		local look = survey(stanza);
		if look.asks and not look.tracked then note_untracked(stanza); end
		if look.answers then
			expect_echo(stanza);
			return note_answers(stanza);
		end
		if not look.tracked then return; end
		if look.in_room then learn_room(stanza.attr.to); end
		local sender, recipient = parties_of(stanza);
		note_accepted(stanza, sender, recipient, look.details);
		if recipient.host ~= host and is_taken_by_component(recipient) then
			add_fact(sender, recipient, stanza.attr.id, "relayed", "");
		end
	end

	-- XEP-0045 section 7.2: one of our clients enters a room.
	function incoming.on_client_presence(event)
		local stanza = event.stanza;
		if stanza:get_child("x", "http://jabber.org/protocol/muc") then learn_room(stanza.attr.to); end
	end

	local observe_arrival = guarded(function (event)
		local stanza = event.stanza;
		if not IS_CONVERSATION[stanza.attr.type or "normal"] or not survey(stanza).answers then return; end
		if not is_delivered_by_us(stanza.attr.id) then note_answers(stanza); end
	end);

	local observe_delivery = guarded(function (event)
		local stanza = event.stanza;
		if stanza.attr.type == "error" then return note_error(stanza); end
		if not is_tracked_delivery(stanza) then return note_untracked(stanza); end
		local sender, recipient = parties_of(stanza);
		note_accepted(stanza, sender, recipient, survey(stanza).details);
	end);

	-- From elsewhere, before anybody else has seen it.
	function incoming.on_arrival(event)
		if not is_own_client(event.origin) then observe_arrival(event); end
	end

	-- An error, or a message from elsewhere that the server has taken.
	function incoming.on_delivery(event)
		if event.stanza.attr.type == "error" or not is_own_client(event.origin) then observe_delivery(event); end
	end

	return incoming;
end
