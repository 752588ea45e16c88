-- Facts: accepted, and what it says of the message.

local fields = module:require "fields";
local may_see = module:require "presence";
local report_details = module:require "report";
local encode, is_usable_id = fields.encode, fields.is_usable_id;
local pairs = pairs;
local host = module.host;

local EXTRA_DETAILS = {
	["origin-id"] = function (tag, id) -- XEP-0359 section 3.2
		local origin_id = tag.attr.id;
		return is_usable_id(origin_id) and origin_id ~= id and " origin-id=" .. encode(origin_id) or "";
	end;
	markable = function () return " markable=yes"; end; -- XEP-0333 section 4.1
	report = function (tag, _, count) return report_details(tag, count); end;
};

return function (needs)
	local tracked, policies, token_of, add_fact = needs.tracked, needs.policies, needs.token_of, needs.add_fact;
	local meaning_of, count = tracked.meaning_of, needs.counts.add;

	-- The details by type and may-see. They are made once, because every string made for a message costs
	-- the server.
	local DETAILS = {};
	for kind in pairs(tracked.IS_CONVERSATION) do
		local details = " type=" .. kind;
		DETAILS[kind] = { [true] = details .. " may-see=yes"; [false] = details .. " may-see=no"; unknown = details };
	end

	local function extra_details(stanza)
		local details, tags = "", stanza.tags;
		for i = 1, #tags do
			if meaning_of(tags[i]) == "details" then
				details = details .. EXTRA_DETAILS[tags[i].name](tags[i], stanza.attr.id, count);
			end
		end
		return details;
	end

	-- A token only where an answer may be ordered: it costs more than all else here.
	local function policy_details(sender, recipient, id)
		local policy = policies.of(recipient, sender);
		if policy == "client" then return ""; end
		if policy == "refuse" then return " policy=refuse"; end
		return " policy=" .. policy .. " token=" .. token_of(sender, recipient, id);
	end

	return function (stanza, sender, recipient, has_extras)
		local attr, visible, more = stanza.attr, may_see(sender, recipient), "";
		if visible == nil then visible = "unknown"; end
		if not policies.is_idle and recipient.host == host then more = policy_details(sender, recipient, attr.id); end
		if has_extras then more = more .. extra_details(stanza); end
		add_fact(sender, recipient, attr.id, "accepted", DETAILS[attr.type or "normal"][visible], more);
	end
end
