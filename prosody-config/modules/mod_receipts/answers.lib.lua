-- What is an answer of a client (XEP-0184, XEP-0333, XEP-0022), at the top of a stanza or wrapped
-- in it, what is left of the stanza without it, and the facts received and displayed.

local st = require "util.stanza";
local fields = module:require "fields";
local hidden = module:require "hidden";
local limits = module:require "limits";
local is_usable_id = fields.is_usable_id;
local ipairs, pairs = ipairs, pairs;

local MAX_ANSWERS = limits.MAX_ANSWERS;
local FACT_OF_EVENT = { delivered = "received"; displayed = "displayed" };
local ANSWERS_IN_WORDS = { ["urn:xmpp:receipts"] = true; ["urn:xmpp:chat-markers:0"] = true };
local MAX_DEPTH = 8; -- of wrappers around an answer: no client uses more than a carbon copy has
local IS_PLAIN = { [""] = true; ["jabber:client"] = true };

-- Elements without content of their own. A stanza with only these and an answer is dropped.
local ACCOMPANIES = {
	["urn:xmpp:hints"] = true; ["urn:xmpp:sid:0"] = true; ["urn:xmpp:delay"] = true;
	["urn:xmpp:receipts"] = true; ["urn:xmpp:chat-markers:0"] = true; ["urn:xmpp:eme:0"] = true;
	["urn:xmpp:fallback:0"] = true; ["http://jabber.org/protocol/nick"] = true;
	["http://jabber.org/protocol/address"] = true;
};

return function (needs)
	local tracked, party_of, add_fact = needs.tracked, needs.addresses.party_of, needs.add_fact;
	local count_more = needs.counts.add;
	local parties_of = needs.addresses.parties_of;
	local meaning_of, survey = tracked.meaning_of, tracked.survey;
	local answers = {};

	-- Version 1.0 of XEP-0184 has no id there: the answer itself has that of the message.
	local function answered_id(tag, stanza)
		local id = tag.attr.id;
		return tag.name == "received" and (id or "") == "" and stanza.attr.id or id;
	end

	-- Of one message, for one answer after the other: is it reported? What is left out is counted.
	local function new_limit()
		local reported = 0;
		return function (id)
			if not is_usable_id(id) then count_more("unreported-no-id"); return false; end
			if reported == MAX_ANSWERS then count_more("unreported-too-many"); return false; end
			reported = reported + 1;
			return true;
		end
	end

	-- The answered message went in the other direction, so sender and recipient change places.
	function answers.note(stanza)
		local attr, is_reported = stanza.attr, new_limit();
		if not attr.from then return; end
		local sender, recipient = party_of(attr.to or attr.from), party_of(attr.from);
		for _, tag in ipairs(stanza.tags) do
			local id = answered_id(tag, stanza);
			if meaning_of(tag) == "answers" and is_reported(id) then add_fact(sender, recipient, id, tag.name, ""); end
		end
	end

	-- XEP-0022 section 3: with an id it is an answer, without one it asks.
	local function is_event_answer(tag)
		return tag:get_child("id") and (tag:get_child("delivered") or tag:get_child("displayed"));
	end

	local function is_answer(tag)
		local meaning = meaning_of(tag);
		return meaning == "answers" or meaning == "event" and is_event_answer(tag)
			or meaning == "exempt" and tag.name == "acknowledged";
	end

	local function are_among(tags)
		for _, tag in ipairs(tags) do
			if is_answer(tag) then return true; end
		end
		return false;
	end

	function answers.are_on_top_of(stanza)
		local look = survey(stanza);
		return (look.answers or look.exempt or look.event) and are_among(stanza.tags) or false;
	end

	local are_on_top_of = answers.are_on_top_of;

	local function are_wrapped_in(stanza, depth)
		for _, tag in ipairs(stanza.tags) do
			local inner = tag.tags;
			if inner[1] and depth < MAX_DEPTH and (are_among(inner) or are_wrapped_in(tag, depth + 1)) then return true; end
		end
		return false;
	end

	function answers.are_in(stanza)
		return are_on_top_of(stanza) or are_wrapped_in(stanza, 0);
	end

	-- XEP-0428: a body that only says the answer again.
	local function is_said_in_words(stanza)
		for _, tag in ipairs(stanza.tags) do
			if tag.name == "fallback" and tag.attr.xmlns == "urn:xmpp:fallback:0" and ANSWERS_IN_WORDS[tag.attr["for"]] then
				return true;
			end
		end
		return false;
	end

	local function is_words(tag)
		return (tag.name == "body" or tag.name == "subject") and IS_PLAIN[tag.attr.xmlns or ""];
	end

	local function is_accompaniment(tag)
		return ACCOMPANIES[tag.attr.xmlns] or tag.name == "thread" and IS_PLAIN[tag.attr.xmlns or ""]
			or tag.name == "private" and tag.attr.xmlns == "urn:xmpp:carbons:2"
			or is_words(tag) and tag:get_text() == "";
	end

	function answers.have_more_beside_them(stanza)
		local said_in_words = is_said_in_words(stanza);
		for _, tag in ipairs(stanza.tags) do
			if not is_answer(tag) and not is_accompaniment(tag) and not (said_in_words and is_words(tag)) then return true; end
		end
		return false;
	end

	local function take_out(stanza, depth)
		local said_in_words = is_said_in_words(stanza);
		return stanza:maptags(function (tag)
			if is_answer(tag) or said_in_words and is_words(tag) then return nil; end
			return depth < MAX_DEPTH and tag.tags[1] and take_out(tag, depth + 1) or tag;
		end);
	end

	-- A copy: archives, carbons and queues may hold the stanza itself.
	function answers.taken_out_of(stanza)
		return take_out(st.clone(stanza), 0);
	end

	local function note_withheld_event(tag, note)
		local id = tag:get_child_text("id");
		for name, kind in pairs(FACT_OF_EVENT) do
			if tag:get_child(name) then note(id, kind); end
		end
	end

	-- Those that a policy has stopped: they prove that the message arrived. What an error echoes, or
	-- what is wrapped in something else, may be anybody's answer.
	function answers.note_withheld(event)
		local stanza = event.stanza;
		if stanza.attr.type == "error" then return; end
		local recipient, sender = parties_of(stanza);
		local is_reported = new_limit();
		local function note(id, kind)
			if not is_reported(id) then return; end
			local reported, details = hidden.kind_of(event.origin, sender, kind);
			add_fact(sender, recipient, id, reported, details, " withheld=yes");
		end
		for _, tag in ipairs(stanza.tags) do
			local meaning = meaning_of(tag);
			if meaning == "answers" then note(answered_id(tag, stanza), tag.name); end
			if meaning == "event" and is_event_answer(tag) then note_withheld_event(tag, note); end
		end
	end

	return answers;
end
