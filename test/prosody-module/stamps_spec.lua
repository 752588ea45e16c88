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

	it("stamps go on by the stopwatch when the clock is set, back or ahead, by an hour or by years", function ()
		for _, step in ipairs { -3600, 3600, -315576000, 315576000 } do
			receipts.set_clock(NOW);
			receipts.set_stopwatch(100);
			local set = module:require "stamps" ();
			local first = set.next();
			receipts.set_clock(NOW + step + 5);
			receipts.set_stopwatch(105);
			assert.equal(first + 5 * 1000000, set.next());
			assert.equal("", set.detail());
			receipts.set_clock(NOW + step + 20);
			receipts.set_stopwatch(120);
			assert.is_true(math.abs(set.next() - first - 20 * 1000000) < 200000);
			assert.equal((" time=%.0f"):format((NOW + step + 20) * 1000000), set.detail());
		end
	end);

	it("stamps of a clock that is right again are those of the clock, and nothing is told beside them", function ()
		stamps.next();
		receipts.set_clock(NOW + 315576000);
		stamps.next();
		receipts.set_clock(NOW + 2);
		receipts.set_stopwatch(102);
		assert.equal((NOW + 2) * 1000000, stamps.next());
		assert.equal("", stamps.detail());
	end);

	it("stamps follow a clock that was set ahead after a day", function ()
		stamps.next();
		receipts.set_clock(NOW + 7200);
		stamps.next();
		receipts.set_clock(NOW + 7200 + 86401);
		receipts.set_stopwatch(100 + 86401);
		assert.equal((NOW + 7200 + 86401) * 1000000, stamps.next());
	end);

	it("stamps of a clock that is years ahead after a start go on from the last run by a day at most", function ()
		stamps.note((NOW - 315576000) * 1000000);
		assert.equal((NOW - 315576000 + 86400) * 1000000, stamps.next());
	end);

	it("stamps go on from those of an earlier run", function ()
		stamps.note((NOW + 60) * 1000000);
		assert.equal((NOW + 60) * 1000000 + 1, stamps.next());
	end);

	it("a clock that is set is logged once for each step: by how much, and what it means", function ()
		stamps.next();
		receipts.set_clock(NOW - 3600);
		stamps.next();
		stamps.next();
		assert.equal(1, #module.logged);
		assert.matches("^warn: The clock of this server was set back by 3600 s", module.logged[1]);
		receipts.set_clock(NOW);
		stamps.next();
		assert.equal(2, #module.logged);
		assert.matches("went ahead", module.logged[2]);
	end);

	it("a clock that is corrected by less than a second is not logged", function ()
		stamps.next();
		receipts.set_clock(NOW - 0.9);
		stamps.next();
		assert.same({}, module.logged);
	end);
end);
