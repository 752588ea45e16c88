-- The policies in force, told in parts to a component that does not know them (docs/protocol.md
-- section 2.3). It may be one with an older store, or a new one.

local st = require "util.stanza";
local limits = module:require "limits";
local concat, format = table.concat, string.format;
local match, tonumber = string.match, tonumber;

local XMLNS_FEED = "xmpp-receipts:feed:1";

return function (needs)
	local policies, lines = needs.policies, needs.lines;
	local list = {};
	local present; -- a list that has not come to its end: { accounts, parts, told }

	function list.abandon()
		present = nil;
	end

	-- As many lines as fit into a part, but at least one.
	local function next_lines() --> text, is it the last part?
		local text, size, accounts = {}, 0, present.accounts;
		while present.told < #accounts do
			local account = accounts[present.told + 1];
			local line = lines.account(account, policies.get(account));
			size = size + #line + 1;
			if size > limits.MAX_ORDER_BYTES and text[1] then return concat(text, "\n"), false; end
			text[#text + 1] = line;
			present.told = present.told + 1;
		end
		return concat(text, "\n"), true;
	end

	local function tell_part()
		present.parts = present.parts + 1;
		local part, version = present.parts, policies.settings().known;
		local text, is_last = next_lines();
		if is_last then present = nil; end
		return st.stanza("policies", {
			xmlns = XMLNS_FEED; part = format("%d", part); last = is_last and "yes" or "no"; version = version;
		}):text(text);
	end

	function list.take(order) --> the answer, or nil and the error
		local part = match(order.attr.part or "", "^%d+$");
		if not part then return nil, "modify", "bad-request"; end
		if tonumber(part) == 1 then present = { accounts = policies.accounts(); parts = 0; told = 0 }; end
		if not present or present.parts + 1 ~= tonumber(part) then return nil, "wait", "unexpected-request"; end
		return tell_part();
	end

	return list;
end
