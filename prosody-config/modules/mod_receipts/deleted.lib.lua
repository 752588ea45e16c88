-- An account was deleted: the component forgets it, and so do we.

local fields = module:require "fields";
local encode = fields.encode;
local host = module.host;

return function (needs)
	local facts, stamps, policy_orders = needs.facts, needs.stamps, needs.policy_orders;

	return function (event)
		if event.host ~= host then return; end
		local jid = event.username .. "@" .. host;
		facts.add_plain_line("deleted\t" .. stamps.text(stamps.next()) .. "\t" .. encode(jid));
		policy_orders.forget(jid);
	end
end
