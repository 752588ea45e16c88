-- Who may get a message: the address in its 'to', and all who are named inside.

local jid_prep = require "util.jid".prep;
local ipairs = ipairs;

local XMLNS_ADDRESSES = "http://jabber.org/protocol/address";

-- XEP-0033 section 4: a service sends it on to those that are named. Which of them, by what type, each
-- service decides in its own way: so all of them count. What is no address, nobody can send to.
return function (party_of)
	local function is_any_named_in(addresses, is_meant)
		for address in addresses:childtags("address") do
			local jid = jid_prep(address.attr.jid);
			if jid and is_meant(party_of(jid)) then return true; end
		end
		return false;
	end

	return function (stanza, is_meant) --> is it one of those who are named?
		for _, tag in ipairs(stanza.tags) do
			if tag.name == "addresses" and tag.attr.xmlns == XMLNS_ADDRESSES and is_any_named_in(tag, is_meant) then
				return true;
			end
		end
		return false;
	end
end
