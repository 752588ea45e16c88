-- As the community module of that name: drops messages of who is not among the recipient's contacts.

local is_contact_subscribed = require "core.rostermanager".is_contact_subscribed;
local jid_bare, jid_split = require "util.jid".bare, require "util.jid".split;

local function drop_strangers(event)
	local user, host = jid_split(event.stanza.attr.to);
	local from = jid_bare(event.stanza.attr.from);
	if from ~= user .. "@" .. host and not is_contact_subscribed(user, host, from) then return true; end
end

module:hook("message/bare", drop_strangers, 200);
module:hook("message/full", drop_strangers, 200);
