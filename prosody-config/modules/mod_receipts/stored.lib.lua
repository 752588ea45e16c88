-- Facts: stored, and failed of what a session that ended gave back.

local hidden = module:require "hidden";
local setmetatable, type = setmetatable, type;

return function (needs)
	local party_of, parties_of, add_fact = needs.addresses.party_of, needs.addresses.parties_of, needs.add_fact;
	local is_tracked_delivery, note_failed = needs.tracked.is_tracked_delivery, needs.failed.note;
	local survey, is_archived_for, note_held = needs.tracked.survey, needs.tracked.is_archived_for, needs.emptied.note_held;
	local give_back = needs.acknowledged.give_back;
	local stored = {};
	local noted = setmetatable({}, { __mode = "k" });

	-- One fact for each store that holds it, because each can be emptied by itself.
	local function note(stanza, is_in_offline_store, at_resource)
		if not is_tracked_delivery(stanza) then return; end
		local sender, recipient = parties_of(stanza);
		local is_archived = not is_in_offline_store or is_archived_for(survey(stanza), recipient);
		if is_archived then add_fact(sender, recipient, stanza.attr.id, "stored", " where=archive" .. (at_resource or "")); end
		if is_in_offline_store then add_fact(sender, recipient, stanza.attr.id, "stored", " where=offline"); end
		note_held(recipient.node);
		noted[stanza] = true;
	end

	-- The outcome of all handlers of "message/offline/handle": a key from mod_offline, true from
	-- mod_mam.
	function stored.on_offline_handled(_, stanza, kept)
		if kept then note(stanza, type(kept) == "string"); end
	end

	-- The outcome of all handlers of "delivery/failure": a session has ended before its stream
	-- acknowledged the stanza.
	function stored.on_given_back(session, stanza, kept)
		if not session.username or stanza.name ~= "message" then return; end
		if stanza.attr.type == "error" then
			note_failed(stanza, session.full_jid, "");
		elseif is_tracked_delivery(stanza) then
			local sender, recipient = parties_of(stanza);
			give_back(session, sender, recipient, stanza.attr.id);
			if kept and not noted[stanza] and not hidden.is_from(session, sender) then
				note(stanza, false, party_of(session.full_jid).at_resource);
			end
		end
	end

	return stored;
end
