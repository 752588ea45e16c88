-- May the bot remind a recipient of a message of that sender? The component asks, and nobody else is
-- told (docs/protocol.md section 2.5).

local jid_prep = require "util.jid".prep;
local st = require "util.stanza";
local accounts = module:require "accounts";
local decode = module:require "fields".decode;
local limits = module:require "limits";
local match = string.match;
local pcall = pcall;
local host = module.host;

local XMLNS_FEED = "xmpp-receipts:feed:1";

return function (needs)
	local policies, blocked, complain = needs.policies, needs.blocked, needs.complain;
	local party_of = needs.addresses.party_of;
	local orders = {};

	local function party_in(field) --> nil: it is no address
		local jid = field and jid_prep(decode(field));
		return jid and party_of(jid);
	end

	local function why_not(sender, recipient) --> nil: it may
		if not sender or not recipient or recipient.host ~= host or not recipient.node then return "bad-order"; end
		if not accounts.is_active(recipient.node) then return "no-account"; end
		if policies.of(recipient, sender) == "refuse" then return "policy"; end
		return blocked.has(recipient, sender) and "blocked" or nil;
	end

	local function judge(order)
		local text = not order.tags[1] and order:get_text() or "";
		if #text > limits.MAX_LINE_BYTES then return "bad-order"; end
		local from, to = match(text, "^([^\t\n]+)\t([^\t\n]+)$");
		return why_not(party_in(from), party_in(to));
	end

	function orders.take(order) --> the answer
		local is_well, because = pcall(judge, order);
		if not is_well then
			complain(because);
			because = "failed";
		end
		return st.stanza("may-remind", { xmlns = XMLNS_FEED; because = because }):text(because and "no" or "yes");
	end

	return orders;
end
