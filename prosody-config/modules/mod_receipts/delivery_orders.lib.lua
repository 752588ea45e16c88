-- The component's orders to deliver an answer on behalf of a recipient (docs/protocol.md section
-- 2.4).

local st = require "util.stanza";
local usermanager = require "core.usermanager";
local fields = module:require "fields";
local limits = module:require "limits";
local decode, is_usable_id = fields.decode, fields.is_usable_id;
local format, gmatch, gsub, match = string.format, string.gmatch, string.gsub, string.match;
local pcall = pcall;
local host = module.host;

local XMLNS_FEED = "xmpp-receipts:feed:1";

return function (needs)
	local policies, delivered, token_of, complain = needs.policies, needs.delivered, needs.token_of, needs.complain;
	local party_of, is_entitled, blocked = needs.addresses.party_of, needs.is_entitled, needs.blocked;
	local orders = {};

	-- By the reason that the order names.
	local IS_ALLOWED = {
		acked = function (policy, sender, recipient)
			return policy == "automatic" and is_entitled(sender, recipient);
		end;
		approved = function (policy) return policy ~= "refuse"; end;
	};

	local function is_active(account)
		if not usermanager.user_exists(account, host) then return false; end
		local is_enabled = usermanager.user_is_enabled; -- since 13.0
		return not is_enabled or is_enabled(account, host) ~= false;
	end

	local function is_ours_to_answer(id, sender, recipient, token)
		return is_usable_id(id) and recipient.host == host and recipient.node
			and token == token_of(sender, recipient, id) and is_active(recipient.node);
	end

	local function may_deliver(id, sender, recipient, token, reason)
		local is_allowed = IS_ALLOWED[reason];
		return is_allowed and is_ours_to_answer(id, sender, recipient, token)
			and is_allowed(policies.of(recipient, sender), sender, recipient) and not blocked.has(recipient, sender);
	end

	local function send_received(id, sender, recipient, token)
		delivered.remember(token);
		module:send(st.message({ type = "chat"; id = token; from = recipient.bare; to = sender.bare })
			:tag("received", { xmlns = "urn:xmpp:receipts"; id = id }):up()
			:tag("store", { xmlns = "urn:xmpp:hints" }):up());
	end

	local function deliver(line) --> was it allowed?
		local id, from, to, token, reason = match(line, "^([^\t]+)\t([^\t]+)\t([^\t]+)\t([^\t]+)\t([^\t]+)");
		if not id then return false; end
		id = decode(id);
		local sender, recipient = party_of(decode(from)), party_of(decode(to));
		if not may_deliver(id, sender, recipient, token, reason) then return false; end
		if not delivered.is_ours(token) then send_received(id, sender, recipient, token); end
		return true;
	end

	local function deliver_lines(text)
		local done, forbidden = 0, 0;
		for line in gmatch(text, "[^\n]+") do
			local ok, allowed = pcall(deliver, line);
			if not ok then complain(allowed); end
			if ok and allowed then done = done + 1; else forbidden = forbidden + 1; end
		end
		return st.stanza("deliver", {
			xmlns = XMLNS_FEED; delivered = format("%d", done); forbidden = format("%d", forbidden);
		});
	end

	function orders.take(order) --> the answer, or nil and the error
		local text = not order.tags[1] and order:get_text();
		local _, line_ends = gsub(text or "", "\n", "\n");
		if not text or #text > limits.MAX_ORDER_BYTES or line_ends >= limits.MAX_ORDER_LINES then
			return nil, "modify", "bad-request";
		end
		return deliver_lines(text);
	end

	return orders;
end
