-- Which messages are tracked, and what the children of a message mean.

local fields = module:require "fields";
local is_usable_id = fields.is_usable_id;
local rawget = rawget;
local find = string.find;
local hosts = prosody.hosts;

local IS_CONVERSATION = { chat = true; normal = true };

-- By name and namespace of the child ("" is the namespace of the message, "*" is any).
local MEANINGS = {
	request = { ["urn:xmpp:receipts"] = "asks" };
	body = { [""] = "body"; ["jabber:client"] = "body" };
	encrypted = { ["*"] = "encrypted" };
	openpgp = { ["urn:xmpp:openpgp:0"] = "content" };
	["file-sharing"] = { ["urn:xmpp:sfs:0"] = "content" };
	x = {
		["jabber:x:encrypted"] = "content";
		["jabber:x:event"] = "event";
		["jabber:x:oob"] = "location";
		["http://jabber.org/protocol/muc#user"] = "in_room";
	};
	received = { ["urn:xmpp:receipts"] = "answers"; ["urn:xmpp:chat-markers:0"] = "answers" };
	displayed = { ["urn:xmpp:chat-markers:0"] = "answers" };
	acknowledged = { ["urn:xmpp:chat-markers:0"] = "exempt" };
	retract = { ["*"] = "exempt" };
	["apply-to"] = { ["urn:xmpp:fasten:0"] = "exempt" };
	reactions = { ["urn:xmpp:reactions:0"] = "exempt" };
	-- XEP-0353, XEP-0482: to the caller's client an answer means "it rings", so we never give one.
	propose = { ["urn:xmpp:jingle-message:0"] = "exempt"; ["urn:xmpp:jingle-message:1"] = "exempt" };
	invite = { ["urn:xmpp:call-invites:0"] = "exempt" };
	markable = { ["urn:xmpp:chat-markers:0"] = "details" };
	["origin-id"] = { ["urn:xmpp:sid:0"] = "details" };
	report = { ["xmpp-receipts:1"] = "details" };
	["stanza-id"] = { ["urn:xmpp:sid:0"] = "archived" };
	delay = { ["urn:xmpp:delay"] = "delayed" };
};

-- XEP-0384: without a payload it only exchanges keys, and nobody has written anything.
local function has_payload(encrypted)
	local namespace = encrypted.attr.xmlns or "";
	local is_omemo = namespace == "eu.siacs.conversations.axolotl" or find(namespace, "^urn:xmpp:omemo:");
	return not is_omemo or encrypted:get_child("payload");
end

-- These elements look like content and may be empty: they count only if they hold something.
local HOLDS_CONTENT = {
	body = function (body) return (body[1] or "") ~= ""; end;
	encrypted = has_payload;
	location = function (oob) return oob:get_child("url"); end;
};

return function (addresses)
	local party_of = addresses.party_of;
	local tracked = { IS_CONVERSATION = IS_CONVERSATION };
	local seen = {}; -- what the last message looked like

	local function meaning_of(tag)
		local meanings = MEANINGS[tag.name];
		return meanings and (meanings[tag.attr.xmlns or ""] or meanings["*"]);
	end

	tracked.meaning_of = meaning_of;

	local function learn(look, meaning, tag)
		local holds_content = HOLDS_CONTENT[meaning];
		if not holds_content then
			look[meaning] = tag;
		elseif holds_content(tag) then
			look.content = tag;
		end
	end

	-- Of a message that asks for a receipt.
	local function why_untracked(look, stanza) --> nil: it is tracked
		return look.exempt and "exempt" or look.answers and "answers" or not look.content and "no-content"
			or not is_usable_id(stanza.attr.id) and "no-id" or nil;
	end

	-- The last child of each meaning. Looks at the message's own children only, which leaves out
	-- carbons and archive results. The last message is remembered: it passes several hooks in a row.
	-- What is returned is good until the next call: a table of its own for each message would cost
	-- 6,500 instructions a tracked message and 3,400 any other, 0.9 and 0.6 % of what it costs the
	-- server, nearly all of it for collecting the tables.
	local function survey(stanza)
		local look, tags = seen, stanza.tags;
		if look.stanza == stanza then return look; end
		look.stanza, look.asks, look.content, look.exempt, look.answers = stanza, nil, nil, nil, nil;
		look.details, look.in_room, look.archived, look.event, look.delayed = nil, nil, nil, nil, nil;
		for i = 1, #tags do
			local meaning = meaning_of(tags[i]);
			if meaning then learn(look, meaning, tags[i]); end
		end
		look.tracked = look.asks and not why_untracked(look, stanza) and stanza.attr.from;
		return look;
	end

	tracked.survey = survey;

	-- Just seen on its way in, and nobody asks for a receipt: most messages of most servers.
	function tracked.is_known_untracked(stanza)
		return seen.stanza == stanza and not seen.asks;
	end

	-- mod_mam takes out what others wrote in its name; without it anybody may have written the mark
	-- (XEP-0359 section 6).
	function tracked.is_archived_for(look, recipient)
		if not look.archived or look.archived.attr.by ~= recipient.bare then return false; end
		local its_host = rawget(hosts, recipient.host);
		return its_host and its_host.modules.mam and true or false;
	end

	-- XEP-0045 section 7.5: on its way out of a room a private message has other addresses than on
	-- its way in, so only the way in is tracked.
	local function is_from_room(stanza)
		if not survey(stanza).in_room then return false; end
		local sender_host = rawget(hosts, party_of(stanza.attr.from).host);
		return not sender_host or sender_host.type ~= "local";
	end

	tracked.is_from_room = is_from_room;

	local function is_tracked(stanza)
		return stanza.name == "message" and IS_CONVERSATION[stanza.attr.type or "normal"]
			and survey(stanza).tracked;
	end

	tracked.is_tracked = is_tracked;

	-- Only of those that ask for a receipt: of all others it is not worth the time.
	function tracked.why_untracked(stanza) --> nil: it asks for none, or is tracked
		if not IS_CONVERSATION[stanza.attr.type or "normal"] then return nil; end
		local look = survey(stanza);
		if not look.asks then return nil; end
		return why_untracked(look, stanza) or is_from_room(stanza) and "from-room" or nil;
	end

	-- On its way to the recipient.
	function tracked.is_tracked_delivery(stanza)
		return is_tracked(stanza) and not is_from_room(stanza);
	end

	return tracked;
end
