-- Who is blocked (XEP-0191). Who is blocked now is told that the user's sessions are unavailable, and
-- they hide from that contact from then on.

local hidden = module:require "hidden";
local next, pairs = next, pairs;
local host, bare_sessions = module.host, prosody.bare_sessions;

local blocklists = module:open_store("blocklist"); -- of mod_blocklist

local blocked = {};

local function list_of(node)
	return blocklists:get(node) or {};
end

function blocked.has(recipient, sender)
	local list = list_of(recipient.node);
	return list[sender.bare] or list[sender.host];
end

-- Calls act for each JID that only the first list has.
local function each_only_in(list, other, act)
	for jid in pairs(list) do
		if jid and not other[jid] then act(jid); end
	end
end

local function note_changed(node, before)
	local now, user = list_of(node), bare_sessions[node .. "@" .. host];
	for _, session in next, user and user.sessions or {} do
		each_only_in(now, before, function (jid) hidden.remember(session, jid); end);
		each_only_in(before, now, function (jid) hidden.forget(session, jid); end);
	end
end

-- The order of a client is carried out as ever; what it has changed is looked at around it.
function blocked.around_order(try) --> a wrapper of its event
	return function (handlers, name, event)
		local node, before = event.origin.username, nil;
		try(function () before = list_of(node); end);
		local is_handled = handlers(name, event);
		if before then try(note_changed, node, before); end
		return is_handled;
	end
end

return blocked;
