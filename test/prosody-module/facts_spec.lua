local receipts = require "receipts";

describe("facts:", function ()
	local module, addresses, facts, spool, batches;
	local alice, bob, carol;

	before_each(function ()
		receipts.set_clock(1795338025);
		module = receipts.new_module();
		addresses = module:require "addresses" ("receipts.example.org");
		alice, bob, carol = addresses.party_of("alice@example.org/pc"), addresses.party_of("bob@example.org"),
			addresses.party_of("carol@example.org");
		batches = {};
		spool = { expect = function () end; take_gap = function () end; wake_reader = function () end };
		function spool.store(text) table.insert(batches, text); end
		local tick = module:require "tick" (0.02);
		facts = module:require "facts" {
			stamps = module:require "stamps" (); tick = tick; spool = spool;
			lines = module:require "lines" (function (text) spool.store(text); end);
			complain = function (problem) module:log("error", "%s", problem); end;
		};
		tick.flush = facts.flush;
	end);

	after_each(function () receipts.set_clock(nil); end);

	it("the facts of one message become one line when the tick ends", function ()
		facts.add(alice, bob, "m1", "accepted", " type=chat");
		facts.add(alice, carol, "m2", "accepted", " type=chat");
		facts.add(alice, bob, "m1", "sent", " resource=phone", " sm=no");
		assert.same({}, batches);
		module:run_timers();
		assert.same({
			"message\tm1\talice@example.org\tbob@example.org\taccepted 1795338025000000 type=chat"
				.. "\tsent 1795338025000002 resource=phone sm=no\n"
				.. "message\tm2\talice@example.org\tcarol@example.org\taccepted 1795338025000001 type=chat";
		}, batches);
	end);

	it("the facts of two messages with the same id become two lines", function ()
		facts.add(alice, bob, "same", "sent", "");
		facts.add(alice, carol, "same", "sent", "");
		facts.add(bob, alice, "same", "sent", "");
		facts.add(alice, carol, "same", "acked", "");
		module:run_timers();
		local _, count = batches[1]:gsub("message\tsame", "");
		assert.equal(3, count);
		assert.matches("carol@example%.org\tsent %d+\tacked %d+", batches[1]);
	end);

	it("no facts are made of messages from or to the component: no receipt causes another", function ()
		facts.add(addresses.party_of("receipts@receipts.example.org"), bob, "m1", "sent", "");
		facts.add(alice, addresses.party_of("receipts.example.org"), "m2", "sent", "");
		module:run_timers();
		assert.same({}, batches);
	end);

	it("the facts of a tick do not contain those of the tick before", function ()
		facts.add(alice, bob, "m1", "accepted", "");
		module:run_timers();
		facts.add(alice, bob, "m1", "sent", "");
		module:run_timers();
		assert.matches("bob@example%.org\tsent %d+$", batches[2]);
	end);

	it("a tick becomes longer while much happens, and is short again after that", function ()
		local lengths = {};
		for _, count in ipairs { 1, 4, 5, 10, 20, 25, 24, 1 } do
			for number = 1, count do facts.add(alice, bob, "m" .. number, "accepted", ""); end
			table.insert(lengths, module.timers[1].delay);
			module:run_timers();
		end
		assert.same({ 0.02, 0.02, 0.02, 0.04, 0.08, 0.1, 0.1, 0.02 }, lengths);
	end);

	it("a tick ends early when its facts make 500 lines", function ()
		for number = 1, 501 do facts.add(alice, bob, "m" .. number, "accepted", ""); end
		assert.equal(5, #batches);
	end);

	it("facts that cannot be stored are logged, and those of the next tick are stored", function ()
		local store = spool.store;
		function spool.store() error("no room"); end
		facts.add(alice, bob, "m1", "accepted", "");
		module:run_timers();
		assert.matches("no room", module.logged[1]);
		spool.store = store;
		facts.add(alice, bob, "m2", "accepted", "");
		module:run_timers();
		assert.same({ "message\tm2\talice@example.org\tbob@example.org\taccepted 1795338025000001" }, batches);
	end);
end);
