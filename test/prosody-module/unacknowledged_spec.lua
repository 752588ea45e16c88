local receipts = require "receipts";

local EXTRA = 3;

-- As many messages as may wait in a session, and some more.
local function overfill(module, part, session)
	for number = 1, module:require "limits".MAX_UNACKED + EXTRA do
		part.add(session, { bare = "alice@example.org" }, { bare = "bob@example.org" }, "m" .. number, false);
	end
end

describe("unacknowledged messages:", function ()
	local module, needs, lost;

	before_each(function ()
		module, lost = receipts.new_module(), {};
		needs = {
			addresses = { party_of = function () return { at_resource = "" }; end };
			add_fact = function (_, _, id) table.insert(lost, id); end;
		};
	end);

	it("of too many messages that await an acknowledgement, the oldest are dropped and counted", function ()
		local acknowledged = module:require "acknowledged" (needs);
		local session = { smacks = true; outgoing_stanza_queue = { _head = 1; ack = function () end } };
		overfill(module, acknowledged, session);
		assert.equal(EXTRA, module.counted.unacknowledged_dropped);
		acknowledged.on_unbinding(session);
		assert.equal("m" .. EXTRA + 1, lost[1]);
	end);

	it("a session that loses its connection keeps what it did not acknowledge, but not what mod_smacks forgot", function ()
		local acknowledged = module:require "acknowledged" (needs);
		local queue = { _head = 0; _queue = { count = function () return 2; end }; ack = function () end };
		local session = { host = module.host; smacks = true; outgoing_stanza_queue = queue };
		for number = 1, 4 do
			queue._head = number;
			acknowledged.add(session, { bare = "alice@example.org" }, { bare = "bob@example.org" }, "m" .. number, false);
		end
		acknowledged.on_hibernation({ origin = session });
		assert.same({ "m3"; "m4" }, lost);
	end);

	it("what is kept of a session that hides from the sender is unseen", function ()
		local facts = {};
		needs.add_fact = function (_, _, _, kind, details) table.insert(facts, kind .. details); end;
		local note_kept_one = (module:require "acknowledged" (needs)).note_kept_one;
		local alice, bob = { bare = "alice@example.org" }, { bare = "bob@example.org" };
		local session = { full_jid = "bob@example.org/phone"; presence = true };
		note_kept_one(session, alice, bob, "m1", false);
		session.receipts_hides_from = { count = 1; contacts = { [alice.bare] = true } };
		note_kept_one(session, alice, bob, "m2", false);
		assert.same({ "kept"; "unseen of=kept" }, facts);
	end);

	it("of too many messages that await the next request by BOSH, the newest are dropped and counted", function ()
		local unasked = module:require "unasked" (needs);
		local session = { send_buffer = { "something" } };
		overfill(module, unasked, session);
		assert.equal(EXTRA, module.counted.unacknowledged_dropped);
		unasked.on_unbinding(session);
		assert.equal("m1", lost[1]);
	end);
end);
