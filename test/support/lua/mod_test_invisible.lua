-- XEP-0186 section 3, as much of it as a test needs: Prosody has no such module of its own. Whoever
-- orders it is online, and nobody is told.

local st = require "util.stanza";

module:hook("iq-set/self/urn:xmpp:invisible:0:invisible", function (event)
	event.origin.is_invisible = true;
	event.origin.send(st.reply(event.stanza));
	return true;
end);

for _, address in ipairs({ "bare"; "full" }) do
	module:hook("pre-presence/" .. address, function (event)
		local is_broadcast = event.stanza.attr.to == nil;
		return event.origin.is_invisible and event.stanza.attr.type == nil and not is_broadcast or nil;
	end, 100);
end
