-- The component's orders to deliver an answer on behalf of a recipient (docs/protocol.md section
-- 2.4).

local st = require "util.stanza";
local accounts = module:require "accounts";
local fields = module:require "fields";
local limits = module:require "limits";
local decode, is_usable_id = fields.decode, fields.is_usable_id;
local format, gmatch, gsub, match = string.format, string.gmatch, string.gsub, string.match;
local concat, ipairs, pcall = table.concat, ipairs, pcall;
local host = module.host;

local XMLNS_FEED = "xmpp-receipts:feed:1";

-- Why a line is forbidden; docs/protocol.md section 2.4 says when.
local REASONS = { "bad-order", "bad-token", "no-account", "policy", "presence-not-shared", "blocked", "failed" };

return function (needs)
	local policies, delivered, token_of, complain = needs.policies, needs.delivered, needs.token_of, needs.complain;
	local party_of, is_entitled, blocked = needs.addresses.party_of, needs.is_entitled, needs.blocked;
	local orders = {};

	-- By the reason that the order names: why what the recipient allows forbids it. nil: it does not.
	local FORBIDS = {
		acked = function (policy, sender, recipient)
			if policy ~= "automatic" then return "policy"; end
			return not is_entitled(sender, recipient) and "presence-not-shared" or nil;
		end;
		approved = function (policy) return policy == "refuse" and "policy" or nil; end;
	};

	local function is_readable(id, recipient, reason)
		return FORBIDS[reason] and is_usable_id(id) and recipient.host == host and recipient.node;
	end

	local function why_forbidden(id, sender, recipient, token, reason) --> nil: it may be delivered
		if not is_readable(id, recipient, reason) then return "bad-order"; end
		if token ~= token_of(sender, recipient, id) then return "bad-token"; end
		if not accounts.is_active(recipient.node) then return "no-account"; end
		return FORBIDS[reason](policies.of(recipient, sender), sender, recipient)
			or blocked.has(recipient, sender) and "blocked" or nil;
	end

	local function send_received(id, sender, recipient, token)
		delivered.remember(token);
		module:send(st.message({ type = "chat"; id = token; from = recipient.bare; to = sender.bare })
			:tag("received", { xmlns = "urn:xmpp:receipts"; id = id }):up()
			:tag("store", { xmlns = "urn:xmpp:hints" }):up());
	end

	local function deliver(line) --> why it was forbidden; nil: it was delivered
		local id, from, to, token, reason = match(line, "^([^\t]+)\t([^\t]+)\t([^\t]+)\t([^\t]+)\t([^\t]+)");
		if not id then return "bad-order"; end
		id = decode(id);
		local sender, recipient = party_of(decode(from)), party_of(decode(to));
		local because = why_forbidden(id, sender, recipient, token, reason);
		if because then return because; end
		if not delivered.is_ours(token) then send_received(id, sender, recipient, token); end
	end

	local function words_of(counts) --> nil: nothing was forbidden
		local words = {};
		for _, because in ipairs(REASONS) do
			if counts[because] then words[#words + 1] = format("%s:%d", because, counts[because]); end
		end
		return words[1] and concat(words, " ");
	end

	local function deliver_lines(text)
		local done, forbidden, counts = 0, 0, {};
		for line in gmatch(text, "[^\n]+") do
			local ok, because = pcall(deliver, line);
			if not ok then
				complain(because);
				because = "failed";
			end
			if because then
				forbidden, counts[because] = forbidden + 1, (counts[because] or 0) + 1;
			else
				done = done + 1;
			end
		end
		return st.stanza("deliver", {
			xmlns = XMLNS_FEED; delivered = format("%d", done); forbidden = format("%d", forbidden); because = words_of(counts);
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
