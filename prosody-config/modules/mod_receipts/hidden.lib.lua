-- From whom does a session hide? What it does with their messages is reported as unseen.
--
-- What counts is what the session has told the contact, not what it may tell: a contact was told
-- that it is unavailable (RFC 6121 section 4.6), or something stopped what the contact should have
-- been told (a privacy list, an invisible session), or the contact is blocked (blocked.lib.lua) or may
-- see presence no longer (written.lib.lua).

local jid_bare = require "util.jid".bare;
local limits = module:require "limits";
local pairs = pairs;

local MAX_HIDDEN = limits.MAX_HIDDEN;
local hidden = {};

local function contact_of(event)
	local stanza, session = event.stanza, event.origin;
	local kind, to = stanza.attr.type, stanza.attr.to;
	if session.type ~= "c2s" or not to or kind and kind ~= "unavailable" then return nil; end
	return jid_bare(to);
end

-- Whoever hides from more contacts than are remembered hides from all.
function hidden.remember(session, contact)
	local from = session.receipts_hides_from or { count = 0; contacts = {} };
	session.receipts_hides_from = from;
	if from.contacts[contact] then return; end
	if from.count >= MAX_HIDDEN then
		from.is_everybody = true;
		return;
	end
	from.contacts[contact], from.count = true, from.count + 1;
end

function hidden.forget(session, contact)
	local from = session.receipts_hides_from;
	if not from or not from.contacts[contact] then return; end
	from.contacts[contact], from.count = nil, from.count - 1;
end

-- A session counts as hidden from a contact until its presence has passed all that may stop it.
function hidden.on_presence(event)
	local contact = contact_of(event);
	if contact then hidden.remember(event.origin, contact); end
end

-- Only available presence that nothing has stopped shows the session to the contact.
function hidden.on_presence_sent(event)
	local contact = contact_of(event);
	if contact and not event.stanza.attr.type then hidden.forget(event.origin, contact); end
end

-- A session that is available to nobody can be available to some by directed presence (RFC 6121
-- section 4.6.1).
local function is_available_to(session, contact)
	for jid in pairs(session.directed or {}) do
		if jid_bare(jid) == contact then return true; end
	end
	return false;
end

-- Holds for a session that is available to others.
function hidden.is_kept_from(session, party)
	local from = session.receipts_hides_from;
	return from and (from.is_everybody or from.contacts[party.bare] or from.contacts[party.host]) or false;
end

function hidden.is_from(session, party)
	if session.presence and not session.receipts_hides_from then return false; end -- nearly always
	if party.bare == jid_bare(session.full_jid) then return false; end
	if not session.presence then return not is_available_to(session, party.bare); end
	return hidden.is_kept_from(session, party);
end

-- A fact as it is reported: its kind, and what its details begin with.
function hidden.kind_of(session, sender, kind) --> kind, details
	if hidden.is_from(session, sender) then return "unseen", " of=" .. kind; end
	return kind, "";
end

return hidden;
