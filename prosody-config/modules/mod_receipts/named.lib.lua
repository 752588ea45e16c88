-- Who may get a message: the address in its 'to', and all who are named inside.

local jid_prep = require "util.jid".prep;
local ipairs = ipairs;

local XMLNS_ADDRESSES = "http://jabber.org/protocol/address";

-- XEP-0033 section 4: a service sends it on to those that are named. Which of them, by what type, each
-- service decides in its own way: so all of them count. What is no address, nobody can send to.
return function (party_of)
	local function find_in(addresses, judge)
		for address in addresses:childtags("address") do
			local jid = jid_prep(address.attr.jid);
			local found = jid and judge(party_of(jid));
			if found then return found; end
		end
	end

	return function (stanza, judge) --> the first that judge finds of those who are named; nil: nothing
		for _, tag in ipairs(stanza.tags) do
			local found = tag.name == "addresses" and tag.attr.xmlns == XMLNS_ADDRESSES and find_in(tag, judge);
			if found then return found; end
		end
	end
end
