local receipts = require "receipts";
local spools = require "spools";

local line, texts, take_all = spools.line, spools.texts, spools.take_all;
local NAME = "0000000000000000.facts";

describe("spool recovery:", function ()
	local folder, stage;

	before_each(function ()
		folder = receipts.new_data_folder();
		stage = spools.start();
	end);

	after_each(function ()
		stage.spool.close();
		folder.remove();
	end);

	local function restart(options)
		stage.spool.close();
		stage = spools.start(options);
		return stage.spool;
	end

	it("after a restart the spool gives again what was not acknowledged", function ()
		stage.spool.store(line "m1", 1);
		stage.spool.store(line "m2", 1);
		take_all(stage.spool);
		local spool = restart();
		assert.equal(2, spool.count_waiting());
		assert.same({ line "m1" .. "\n" .. line "m2" }, texts(take_all(spool)));
	end);

	it("after a restart the spool does not give again what was acknowledged and saved", function ()
		stage.spool.store(line "m1", 1);
		stage.spool.store(line "m2", 1);
		stage.spool.acknowledge(#line "m1" + 1);
		stage.spool.save();
		local spool = restart();
		assert.equal(1, spool.count_waiting());
		assert.same({ line "m2" }, texts(take_all(spool)));
	end);

	it("after a restart the spool leaves out the half line of a killed server, and writes the next line after the whole ones", function ()
		stage.spool.store(line "m1", 1);
		stage.spool.close();
		receipts.write(folder.file(NAME), line "m1" .. "\n" .. line("m2"):sub(1, 20));
		local spool = restart();
		spool.store(line "m3", 1);
		assert.equal(2, spool.count_waiting());
		assert.same({ line "m1", line "m3" }, texts(take_all(spool)));
		assert.is_nil(spool.take_gap());
		assert.same({}, stage.module.logged);
	end);

	it("after a restart the spool continues with stamps later than those of the lines, deletions included", function ()
		stage.spool.store(line("m1", 5000000000000000) .. "\tacked 5000000000000007 resource=phone", 1);
		restart();
		assert.equal(5000000000000007, stage.stamps.newest());
		stage.spool.store("deleted\t5000000000000009\tbob@example.org", 1);
		restart();
		assert.equal(5000000000000009, stage.stamps.newest());
	end);

	it("after a restart the spool continues with stamps later than those that were saved, when the lines are gone", function ()
		stage.stamps.note(5000000000000000);
		stage.spool.save();
		restart();
		assert.equal(5000000000000000, stage.stamps.newest());
	end);

	it("after a restart the spool obeys a lower limit from the next line on", function ()
		for number = 1, 2000 do stage.spool.store(line("m" .. number .. ("x"):rep(1000)), 1); end
		local spool = restart { limit = 64 * 1024 };
		spool.store(line "newest", 1);
		assert.matches("^gap\t%d+\t%d+$", spool.take_gap());
		local kept = texts(take_all(spool));
		assert.matches("newest", kept[#kept]);
	end);

	it("after a restart the spool begins anew where a damaged position says nothing", function ()
		stage.spool.store(line "m1", 1);
		receipts.write(folder.file "position", "what?");
		assert.same({ line "m1" }, texts(take_all(restart())));
	end);

	it("after a restart the spool leaves out what can no longer be read, counts it and goes on", function ()
		stage.spool.store(line "m1", 1);
		receipts.write(folder.file(NAME), line("m1"):sub(1, 10));
		assert.is_nil(stage.spool.take());
		assert.matches("^error: Cannot read facts from .*: leaving it out", stage.module.logged[1]);
		assert.matches("^gap\t%d+\t1$", stage.spool.take_gap());
		stage.spool.store(line "m2", 1);
		assert.equal(1, stage.spool.take().items);
	end);
end);
