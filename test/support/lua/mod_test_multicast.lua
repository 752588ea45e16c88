-- A multicast service (XEP-0033): what it gets goes on to all who are named in it. ejabberd has one of
-- its own; Prosody has none.

local st = require "util.stanza";
local jid_prep = require "util.jid".prep;

local XMLNS_ADDRESS = "http://jabber.org/protocol/address";

local function hand_out(event)
	local addresses = event.stanza:get_child("addresses", XMLNS_ADDRESS);
	if not addresses then return; end
	for address in addresses:childtags("address") do
		local copy = st.clone(event.stanza);
		copy.attr.to = jid_prep(address.attr.jid);
		module:send(copy);
	end
	return true;
end

module:hook("message/host", hand_out);
