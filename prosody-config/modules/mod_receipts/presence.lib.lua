-- May a sender see whether the recipient is online? XEP-0184 section 5.2 allows an answer only
-- then.

local rostermanager = require "core.rostermanager";
local rawget = rawget;
local host, hosts, bare_sessions = module.host, prosody.hosts, prosody.bare_sessions;

local SEES_OWNER = { from = true; both = true };

-- Does the recipient's roster let the sender see presence? That of a user who is online is in memory.
-- Of all others the server keeps the 1,024 rosters that were used last. If it is none of them, the
-- server's thread waits until its storage has loaded it.
local function is_subscribed(sender, recipient)
	local online = bare_sessions[recipient.bare];
	if not online or not online.roster then
		return rostermanager.is_contact_subscribed(recipient.node, recipient.host, sender.bare);
	end
	local item = online.roster[sender.bare];
	return item and SEES_OWNER[item.subscription];
end

return function (sender, recipient) --> nil: not known here
	if sender.bare == recipient.bare then return true; end
	local served = recipient.node and rawget(hosts, recipient.host);
	if served and served.type == "local" then return is_subscribed(sender, recipient) or false; end
	if sender.host ~= host or not sender.node then return nil; end
	return rostermanager.is_user_subscribed(sender.node, host, recipient.bare) or false;
end
