-- Facts: lost, stored (XEP-0124).
--
-- What is written to a BOSH session while it asks for nothing waits in mod_bosh, which throws it
-- away with the session.

local hidden = module:require "hidden";
local limits = module:require "limits";
local ipairs = ipairs;

local count_dropped = module:measure("unacknowledged_dropped", "counter");

return function (needs)
	local party_of, add_fact = needs.addresses.party_of, needs.add_fact;
	local unasked = {};

	function unasked.add(session, sender, recipient, id, is_archived)
		if not session.send_buffer or session.smacks then return; end
		local waiting = session.receipts_unasked or {};
		if #waiting >= limits.MAX_UNACKED then return count_dropped(1); end
		waiting[#waiting + 1] = { sender = sender; recipient = recipient; id = id; is_archived = is_archived };
		session.receipts_unasked = waiting;
	end

	-- Called before mod_bosh adds anything: if nothing waits there, what we remember is on its way.
	function unasked.forget_asked(session)
		if not session.send_buffer[1] then session.receipts_unasked = nil; end
	end

	function unasked.on_unbinding(session, _, is_prevented)
		if is_prevented then return; end
		local waiting = session.receipts_unasked;
		session.receipts_unasked = nil;
		if not waiting or not session.send_buffer[1] then return; end
		for _, message in ipairs(waiting) do
			local kind, details = hidden.kind_of(session, message.sender, message.is_archived and "stored" or "lost");
			local where = message.is_archived and " where=archive" or "";
			add_fact(message.sender, message.recipient, message.id, kind,
				details .. where .. party_of(session.full_jid).at_resource);
		end
	end

	return unasked;
end
