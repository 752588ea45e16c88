local receipts = require "receipts";
local st = require "util.stanza";

local BOB = "bob@example.org";

local function tracked_on(loaded)
	local module = receipts.new_module(loaded);
	return module:require "tracked" (module:require "addresses" ("receipts.example.org"));
end

local function message(attr)
	local from, to = attr.from or "alice@example.net/pc", attr.to or BOB;
	return st.message({ from = from; to = to; type = attr.type or "chat"; id = attr.id or "m1" });
end

local function tracked_message(attr)
	return message(attr or {}):tag("body"):text("hi"):up():tag("request", { xmlns = "urn:xmpp:receipts" }):up();
end

describe("tracked:", function ()
	local tracked = tracked_on {};

	it("a message with content that asks for a receipt is tracked", function ()
		assert.truthy(tracked.is_tracked(tracked_message()));
	end);

	it("a message without type is tracked like a normal one", function ()
		local stanza = tracked_message();
		stanza.attr.type = nil;
		assert.truthy(tracked.is_tracked(stanza));
	end);

	it("a message that asks for nothing is not tracked, and is known not to be", function ()
		local stanza = message({}):tag("body"):text("hi"):up();
		assert.falsy(tracked.is_tracked(stanza));
		assert.is_true(tracked.is_known_untracked(stanza));
	end);

	it("a message of a room, an error or a headline is not tracked", function ()
		for _, type in ipairs { "groupchat", "error", "headline" } do
			assert.falsy(tracked.is_tracked(tracked_message { type = type }));
		end
	end);

	it("a message without an id, or with a very long one, is not tracked", function ()
		local stanza = tracked_message();
		stanza.attr.id = nil;
		assert.falsy(tracked.is_tracked(stanza));
		assert.falsy(tracked.is_tracked(tracked_message { id = ("x"):rep(257) }));
	end);

	it("a message without content is not tracked", function ()
		assert.falsy(tracked.is_tracked(message({}):tag("request", { xmlns = "urn:xmpp:receipts" }):up()));
	end);

	local function asking()
		return message({}):tag("request", { xmlns = "urn:xmpp:receipts" }):up();
	end

	it("a message of OMEMO without a payload, or with an empty body, says nothing and is not tracked", function ()
		assert.falsy(tracked.is_tracked(asking():tag("body"):up()));
		for _, xmlns in ipairs { "eu.siacs.conversations.axolotl", "urn:xmpp:omemo:2" } do
			assert.falsy(tracked.is_tracked(asking():tag("encrypted", { xmlns = xmlns }):tag("header"):up():up()));
			assert.truthy(tracked.is_tracked(asking():tag("encrypted", { xmlns = xmlns }):tag("payload"):up():up()));
		end
	end);

	it("one body that is not empty is enough", function ()
		local both = asking():tag("body"):text("hi"):up():tag("body", { ["xml:lang"] = "zh" }):up();
		assert.truthy(tracked.is_tracked(both));
	end);

	it("content can stand in other elements than the body", function ()
		for name, xmlns in pairs { encrypted = "x:y", openpgp = "urn:xmpp:openpgp:0", ["file-sharing"] = "urn:xmpp:sfs:0" } do
			assert.truthy(tracked.is_tracked(asking():tag(name, { xmlns = xmlns }):up()));
		end
	end);

	it("the offer of a call is not tracked, whatever words stand beside it", function ()
		for xmlns, name in pairs { ["urn:xmpp:jingle-message:0"] = "propose", ["urn:xmpp:call-invites:0"] = "invite" } do
			assert.falsy(tracked.is_tracked(tracked_message():tag(name, { xmlns = xmlns }):up()));
		end
	end);

	it("a message that is itself an answer, a reaction or a retraction is not tracked", function ()
		for name, xmlns in pairs { received = "urn:xmpp:receipts", reactions = "urn:xmpp:reactions:0", retract = "x" } do
			assert.falsy(tracked.is_tracked(tracked_message():tag(name, { xmlns = xmlns }):up()));
		end
	end);

	it("why a message that asks is not tracked has a reason, and one that asks nothing has none", function ()
		local function with(name, xmlns) return tracked_message():tag(name, { xmlns = xmlns }):up(); end
		local no_id, from_room = tracked_message(), with("x", "http://jabber.org/protocol/muc#user");
		no_id.attr.id = nil;
		assert.equal("exempt", tracked.why_untracked(with("reactions", "urn:xmpp:reactions:0")));
		assert.equal("answers", tracked.why_untracked(with("received", "urn:xmpp:receipts")));
		assert.equal("no-content", tracked.why_untracked(asking()));
		assert.equal("no-id", tracked.why_untracked(no_id));
		assert.equal("from-room", tracked.why_untracked(from_room));
		assert.is_nil(tracked.why_untracked(tracked_message()));
		assert.is_nil(tracked.why_untracked(message({}):tag("body"):text("hi"):up()));
		assert.is_nil(tracked.why_untracked(tracked_message { type = "groupchat" }));
	end);

	it("a message is looked at anew when another one was looked at meanwhile", function ()
		local stanza = tracked_message();
		assert.truthy(tracked.survey(stanza).tracked);
		assert.falsy(tracked.survey(message({})).tracked);
		assert.is_nil(tracked.survey(message({})).asks);
		assert.truthy(tracked.survey(stanza).tracked);
	end);
end);

describe("tracked:", function ()
	local function is_archived(loaded, by)
		local tracked = tracked_on(loaded);
		local stanza = tracked_message():tag("stanza-id", { xmlns = "urn:xmpp:sid:0"; by = by; id = "a1" }):up();
		return tracked.is_archived_for(tracked.survey(stanza), { bare = BOB; host = "example.org" });
	end

	it("the mark of an archive is believed where the host keeps an archive, which takes out what others wrote", function ()
		assert.truthy(is_archived({ "mam" }, BOB));
	end);

	it("the mark of an archive is not believed where the host keeps none: the sender may have written it", function ()
		assert.falsy(is_archived({}, BOB));
	end);

	it("the mark of somebody else's archive proves nothing", function ()
		assert.falsy(is_archived({ "mam" }, "alice@example.net"));
	end);
end);
