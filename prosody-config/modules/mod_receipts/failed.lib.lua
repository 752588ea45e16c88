-- Facts: failed.

local fields = module:require "fields";
local encode, is_usable_id = fields.encode, fields.is_usable_id;
local sub = string.sub;
local full_sessions = prosody.full_sessions;

return function (needs)
	local party_of, is_delivered_by_us, add_fact = needs.addresses.party_of, needs.delivered.is_ours, needs.add_fact;
	local is_for_an_answer = needs.echoes.has;
	local failed = {};

	-- The error does not say what it answers but for the id (RFC 6120 section 8.3.1), so all are
	-- reported but those for what we delivered ourselves, and for answers of clients.
	local function note_failed(stanza, to, details)
		local attr = stanza.attr;
		if not attr.from or not is_usable_id(attr.id) or is_delivered_by_us(attr.id) or is_for_an_answer(stanza) then return; end
		local sender, recipient = party_of(to), party_of(attr.from);
		local kind, condition = stanza:get_error();
		add_fact(sender, recipient, attr.id, "failed", " condition=" .. encode(sub(condition or "undefined-condition", 1, 64))
			.. " type=" .. encode(sub(kind or "cancel", 1, 16)) .. details);
	end

	failed.note = note_failed;

	-- An error for one of our users. mod_message discards it when there is no session to take it.
	function failed.on_arrival(stanza)
		local to = stanza.attr.to;
		if not full_sessions[to] then note_failed(stanza, to or stanza.attr.from, ""); end
	end

	-- An error for a user of another server passes no hook of a recipient here, only this one.
	function failed.on_route_remote(event)
		local stanza = event.stanza;
		if stanza.name == "message" and stanza.attr.type == "error" then
			note_failed(stanza, stanza.attr.to, "");
		end
	end

	return failed;
end
