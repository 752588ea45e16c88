local receipts = require "receipts";
local st = require "util.stanza";

local ALICE = { bare = "alice@example.org"; host = "example.org" };
local CAROL = { bare = "carol@example.net"; host = "example.net" };

describe("hidden:", function ()
	local hidden, limits, session;

	before_each(function ()
		local module = receipts.new_module();
		hidden, limits = module:require "hidden", module:require "limits";
		session = { type = "c2s"; full_jid = "bob@example.org/phone"; presence = st.presence() };
	end);

	local function tell(kind, to, is_stopped)
		local event = { origin = session; stanza = st.presence({ type = kind; to = to }) };
		hidden.on_presence(event);
		if not is_stopped then hidden.on_presence_sent(event); end
	end

	it("a session that is available hides from nobody", function ()
		assert.falsy(hidden.is_from(session, ALICE));
	end);

	it("a session hides from whom it has told that it is unavailable, and from nobody else", function ()
		tell("unavailable", ALICE.bare);
		assert.truthy(hidden.is_from(session, ALICE));
		assert.falsy(hidden.is_from(session, CAROL));
	end);

	it("a session hides from a contact when it tells one of the contact's devices so", function ()
		tell("unavailable", ALICE.bare .. "/pc");
		assert.truthy(hidden.is_from(session, ALICE));
	end);

	it("a session hides from whom its presence did not reach", function ()
		tell(nil, ALICE.bare, true);
		assert.truthy(hidden.is_from(session, ALICE));
	end);

	it("a session hides no longer once its presence has reached the contact", function ()
		tell("unavailable", ALICE.bare);
		tell(nil, ALICE.bare);
		assert.falsy(hidden.is_from(session, ALICE));
	end);

	it("presence that only asks for a subscription, and that of other servers, hides nothing", function ()
		tell("subscribe", ALICE.bare, true);
		session.type = "s2sin";
		tell("unavailable", CAROL.bare);
		assert.falsy(hidden.is_from(session, ALICE));
		assert.falsy(hidden.is_from(session, CAROL));
	end);

	it("a session that is available to nobody hides from all but the user's own", function ()
		session.presence = nil;
		assert.truthy(hidden.is_from(session, ALICE));
		assert.falsy(hidden.is_from(session, { bare = "bob@example.org" }));
	end);

	it("a session that is available to some alone hides from the others", function ()
		session.presence, session.directed = nil, { [ALICE.bare .. "/pc"] = true };
		assert.falsy(hidden.is_from(session, ALICE));
		assert.truthy(hidden.is_from(session, CAROL));
	end);

	it("a session hides from all users of a domain that is blocked, until it is not any more", function ()
		hidden.remember(session, "example.net");
		assert.truthy(hidden.is_from(session, CAROL));
		assert.falsy(hidden.is_from(session, ALICE));
		hidden.forget(session, "example.net");
		assert.falsy(hidden.is_from(session, CAROL));
	end);

	it("a session that hides from more contacts than are remembered hides from all", function ()
		for number = 1, limits.MAX_HIDDEN + 1 do tell("unavailable", "contact" .. number .. "@example.org"); end
		assert.truthy(hidden.is_from(session, ALICE));
		local remembered = 0;
		for _ in pairs(session.receipts_hides_from.contacts) do remembered = remembered + 1; end
		assert.equal(limits.MAX_HIDDEN, remembered);
	end);
end);
