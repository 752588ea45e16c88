-- A message inside of what the server itself writes to a session: a result of the user's own archive, or
-- a copy of what went to another of the user's sessions.

local parse_datetime = require "util.datetime".parse;
local time_now = require "util.time".now;

local MAX_ARCHIVE_AGE = 30 * 24 * 60 * 60;

return function (party_of)
	local wrapped = {};

	-- Anybody could send something that looks like one: only the server writes in the user's name.
	local function forwarded_in(stanza, session, name, xmlns)
		local wrapper, from = stanza.tags[1], stanza.attr.from;
		if not wrapper or wrapper.name ~= name or wrapper.attr.xmlns ~= xmlns then return; end
		if from and from ~= party_of(session.full_jid).bare then return; end
		return wrapper:get_child("forwarded", "urn:xmpp:forward:0");
	end

	local function is_recent(forwarded)
		local delay = forwarded:get_child("delay", "urn:xmpp:delay");
		local at = delay and parse_datetime(delay.attr.stamp);
		return at and at > time_now() - MAX_ARCHIVE_AGE;
	end

	-- XEP-0313 section 4.2
	function wrapped.archived_in(stanza, session) --> a message, or nothing
		local forwarded = forwarded_in(stanza, session, "result", "urn:xmpp:mam:2");
		return forwarded and is_recent(forwarded) and forwarded:get_child("message", "jabber:client");
	end

	-- XEP-0280 section 6
	function wrapped.copy_in(stanza, session) --> a message, or nothing
		local forwarded = forwarded_in(stanza, session, "received", "urn:xmpp:carbons:2");
		return forwarded and forwarded:get_child("message", "jabber:client");
	end

	return wrapped;
end
