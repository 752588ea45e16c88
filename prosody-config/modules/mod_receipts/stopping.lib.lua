-- Answers of our users pass here on their way out. If the policy forbids one, it is stopped here,
-- wherever the contact's server is.

local find, pcall = string.find, pcall;

-- The names of counts
local STOPS = { manual = "stopped-manual"; refuse = "stopped-refuse" };
local STOPS_NAMED = { manual = "stopped-manual-named"; refuse = "stopped-refuse-named" };

-- All who are in a room get what is said there. A device takes the same type at its full address
-- (RFC 6121 section 8.5.3.1).
local function is_for_room(attr)
	return attr.type == "groupchat" and not find(attr.to or "", "/", 1, true);
end

return function (needs)
	local policies, complain, guarded = needs.policies, needs.quietly.complain, needs.quietly.guarded;
	local parties_of, is_own_client = needs.addresses.parties_of, needs.addresses.is_own_client;
	local find_named = module:require "named" (needs.addresses.party_of);
	local answers_are_in, have_more_beside_them = needs.answers.are_in, needs.answers.have_more_beside_them;
	local taken_out_of, observe_withheld = needs.answers.taken_out_of, guarded(needs.answers.note_withheld);
	local remember_echo = guarded(needs.echoes.remember);
	local observe = guarded(needs.observe); -- of what is not stopped
	local count = needs.counts.add;

	-- It is one stanza: what is forbidden for one is forbidden for all.
	local function why_stopped(origin, stanza) --> the name of a count; nil: it is not stopped
		if not is_own_client(origin) or is_for_room(stanza.attr) or not answers_are_in(stanza) then return nil; end
		local own, contact = parties_of(stanza);
		return STOPS[policies.of(own, contact)]
			or find_named(stanza, function (party) return STOPS_NAMED[policies.of(own, party)]; end);
	end

	local function judge(event) --> why it is stopped, what goes on instead
		local stanza = event.stanza;
		local why = why_stopped(event.origin, stanza);
		if not why then return nil; end
		return why, have_more_beside_them(stanza) and taken_out_of(stanza) or nil;
	end

	-- Decided before anything is reported, so that no failure to report lets an answer through. What
	-- is left is routed outside of pcall, as the server does it: what fails then has nothing to do
	-- with us.
	return function (event) --> true: it goes no further
		if policies.is_idle then return observe(event); end
		local ok, why, rest = pcall(judge, event);
		if not ok then complain(why); end
		if not ok or not why then return observe(event); end
		count(why);
		observe_withheld(event);
		if event.stanza.attr.type == "error" then remember_echo(event.stanza); end
		if rest then
			observe({ origin = event.origin; stanza = rest });
			prosody.core_post_stanza(event.origin, rest, false);
		end
		return true;
	end
end
