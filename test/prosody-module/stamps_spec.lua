local receipts = require "receipts";

local NOW = 1795338025;

describe("stamps:", function ()
	local module, stamps;

	before_each(function ()
		receipts.set_clock(NOW);
		receipts.set_stopwatch(100);
		module = receipts.new_module();
		stamps = module:require "stamps" ();
	end);

	after_each(function ()
		receipts.set_clock(nil);
		receipts.set_stopwatch(nil);
	end);

	it("stamps are microseconds of the clock", function ()
		assert.equal(NOW * 1000000, stamps.next());
	end);

	it("stamps strictly increase while the clock stands still", function ()
		local first = stamps.next();
		assert.equal(first + 1, stamps.next());
		assert.equal(first + 2, stamps.next());
	end);

	it("stamps strictly increase when the clock goes back, and follow it again when it has caught up", function ()
		local first = stamps.next();
		receipts.set_clock(NOW - 3600);
		assert.equal(first + 1, stamps.next());
		receipts.set_clock(NOW + 1);
		assert.equal((NOW + 1) * 1000000, stamps.next());
	end);

	it("stamps go on at half speed while the clock is behind, so that time passes for who measures by them", function ()
		local first = stamps.next();
		receipts.set_clock(NOW - 3600);
		stamps.next();
		receipts.set_clock(NOW - 3590);
		receipts.set_stopwatch(110);
		assert.equal(first + 5 * 1000000, stamps.next());
		assert.equal(first + 5 * 1000000 + 1, stamps.next());
	end);

	it("stamps are those of the clock again when it has caught up", function ()
		stamps.next();
		receipts.set_clock(NOW - 10);
		stamps.next();
		receipts.set_clock(NOW + 30);
		receipts.set_stopwatch(140);
		assert.equal((NOW + 30) * 1000000, stamps.next());
	end);

	it("stamps go on from those of an earlier run", function ()
		stamps.note((NOW + 60) * 1000000);
		assert.equal((NOW + 60) * 1000000 + 1, stamps.next());
	end);

	it("stamps that run ahead of the clock are logged once: what was seen and what it means", function ()
		stamps.next();
		receipts.set_clock(NOW - 3600);
		stamps.next();
		stamps.next();
		assert.equal(1, #module.logged);
		assert.matches("^warn: The clock of this server is 3600 s behind", module.logged[1]);
		assert.matches("Until it has caught up, stamps go on at half its speed", module.logged[1]);
	end);

	it("stamps that run ahead again after the clock had caught up are logged again", function ()
		stamps.next();
		receipts.set_clock(NOW - 3600);
		stamps.next();
		receipts.set_clock(NOW + 1);
		stamps.next();
		receipts.set_clock(NOW - 60);
		stamps.next();
		assert.equal(2, #module.logged);
	end);

	it("stamps that run ahead by less than a second are not logged", function ()
		stamps.next();
		receipts.set_clock(NOW - 0.9);
		stamps.next();
		assert.same({}, module.logged);
	end);
end);
