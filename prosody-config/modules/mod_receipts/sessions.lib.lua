-- Watching what is written to sessions, those that are there and those that come.

local filters = require "util.filters";
local pairs = pairs;
local host, hosts = module.host, prosody.hosts;

local PRIORITY = -1000; -- below mod_smacks at -999, which counts what it lets through

local function each_session(visit)
	for _, session in pairs(module:shared("/*/c2s/sessions")) do visit(session); end
	for _, user in pairs(hosts[host].sessions) do
		for _, session in pairs(user.sessions) do visit(session); end
	end
	for _, session in pairs(hosts[host].s2sout) do visit(session); end
	for session in pairs(prosody.incoming_s2s) do visit(session); end
end

return function (needs)
	local on_written, acknowledged = needs.on_written, needs.acknowledged;
	local sessions = {};

	-- The hook on new sessions is the only way to stay through resumption, which replaces the filters
	-- of a session.
	local function watch(session)
		filters.add_filter(session, "stanzas/out", on_written, PRIORITY);
	end

	local function queue_of(session)
		return session.host == host and session.outgoing_stanza_queue;
	end

	function sessions.watch_all()
		filters.add_filter_hook(watch);
		each_session(function (session)
			watch(session);
			local queue = queue_of(session);
			if queue then acknowledged.resume(session, queue); end
		end);
	end

	local function forget(session, queue)
		session.receipts_unacked, session.receipts_unasked = nil, nil;
		session.receipts_hides_from, session.receipts_unshown = nil, nil;
		if queue then queue.receipts_unacked = nil; end
	end

	-- Before a reload the sessions keep what they wait for.
	function sessions.unwatch_all(is_reloading)
		filters.remove_filter_hook(watch);
		each_session(function (session)
			local queue = queue_of(session);
			filters.remove_filter(session, "stanzas/out", on_written);
			if queue then acknowledged.unwatch(queue); end
			if not is_reloading then forget(session, queue); end
		end);
	end

	return sessions;
end
