local receipts = require "receipts";
local spools = require "spools";

local line, texts, take_all = spools.line, spools.texts, spools.take_all;

describe("spool overflow:", function ()
	local LIMIT = 64 * 1024;
	local folder, stage, spool;

	before_each(function ()
		folder = receipts.new_data_folder();
		stage = spools.start { limit = LIMIT };
		spool = stage.spool;
	end);

	after_each(function ()
		spool.close();
		folder.remove();
	end);

	local function fill(count)
		for number = 1, count do spool.store(line("m" .. number .. "-" .. ("x"):rep(1000)), 1); end
	end

	local function count_kept()
		local kept = 0;
		for _, batch in ipairs(take_all(spool)) do kept = kept + batch.items; end
		return kept;
	end

	it("a spool that is full drops the oldest lines and keeps the newest, and logs that once", function ()
		fill(200);
		local batches = take_all(spool);
		assert.matches("m200%-x+\t[^\n]*$", batches[#batches].text);
		assert.falsy(batches[1].text:find("message\tm1-", 1, true));
		assert.equal(1, #stage.module.logged);
		assert.matches("^warn: receipts.example.org has not taken facts for long and the spool is full", stage.module.logged[1]);
	end);

	it("a spool that is full counts what it drops: what is kept and the gap are all that there was", function ()
		fill(200);
		local dropped = tonumber(spool.take_gap():match("^gap\t%d+\t(%d+)$"));
		assert.is_true(dropped > 0);
		assert.equal(dropped, stage.module.counted.dropped);
		assert.equal(200 - dropped, spool.count_waiting());
		assert.equal(200, dropped + count_kept());
	end);

	it("a spool that is full drops no more than it must", function ()
		fill(200);
		assert.is_true(count_kept() * 1000 > LIMIT / 2);
	end);

	it("a spool that is full tells of a gap once", function ()
		fill(200);
		spool.take_gap();
		assert.is_nil(spool.take_gap());
	end);

	it("a spool that is full says up to when it dropped, also after the line was taken and after a restart", function ()
		assert.is_nil(spool.newest_gap());
		fill(200);
		local taken = spool.take_gap();
		local stamp = taken:match("^gap\t(%d+)");
		assert.equal(stamp, spool.newest_gap());
		spool.store(taken, 1);
		spool.close();
		spool = spools.start({ limit = LIMIT }).spool;
		assert.equal(stamp, spool.newest_gap());
	end);

	it("a spool that is full gives each gap a stamp of its own", function ()
		fill(200);
		local first = spool.take_gap();
		fill(200);
		assert.not_equal(first:match("^gap\t(%d+)"), spool.take_gap():match("^gap\t(%d+)"));
	end);

	it("a spool that is full counts for a gap that is dropped what it told of", function ()
		fill(200);
		local first = spool.take_gap();
		local dropped = tonumber(first:match("(%d+)$"));
		local kept = 200 - dropped;
		spool.store(first, 1);
		fill(200);
		local second = tonumber(spool.take_gap():match("(%d+)$"));
		assert.equal(200 + 200, second + count_kept());
		assert.is_true(second > dropped + kept - 1);
	end);

	it("a spool that is full does not drop what comes while the component takes it all", function ()
		local position = 0;
		for number = 1, 200 do
			local text = line("m" .. number .. "-" .. ("x"):rep(1000));
			spool.store(text, 1);
			position = position + #text + 1;
			spool.take();
			spool.acknowledge(position);
		end
		assert.is_nil(spool.take_gap());
		assert.equal(0, stage.module.counted.dropped);
	end);
end);

describe("spool overflow:", function ()
	local io_open = io.open;
	local folder, stage, spool, is_broken;

	local function open(path, mode)
		if is_broken and mode ~= "rb" then return nil, "No space left on device"; end
		return io_open(path, mode);
	end

	before_each(function ()
		folder = receipts.new_data_folder();
		is_broken = false;
		stage = spools.start();
		io.open = open; -- luacheck: ignore 122
		spool = stage.spool;
	end);

	after_each(function ()
		io.open = io_open; -- luacheck: ignore 122
		spool.close();
		folder.remove();
	end);

	it("a spool whose disk takes nothing keeps lines in memory, logs that once, and gives them in order", function ()
		is_broken = true;
		spool.store(line "m1", 1);
		spool.store(line "m2" .. "\n" .. line "m3", 2);
		assert.equal(3, spool.count_waiting());
		assert.equal(1, #stage.module.logged);
		assert.matches("^error: Cannot write facts to .*No space left on device", stage.module.logged[1]);
		assert.same({ line "m1", line "m2" .. "\n" .. line "m3" }, texts(take_all(spool)));
	end);

	it("a spool whose disk takes nothing writes them as soon as the disk takes them again, before all that is newer", function ()
		is_broken = true;
		spool.store(line "m1", 1);
		is_broken = false;
		spool.store(line "m2", 1);
		stage.module:run_timers();
		spool.store(line "m3", 1);
		assert.same({ table.concat({ line "m1", line "m2", line "m3" }, "\n") }, texts(take_all(spool)));
		assert.matches("^info: Facts are written to .* again", stage.module.logged[2]);
	end);

	it("a spool whose disk takes nothing keeps at most 5,000 in memory, the newest, and counts the others", function ()
		is_broken = true;
		for number = 1, 60 do
			local many = {};
			for place = 1, 100 do many[place] = line("m" .. number .. "-" .. place); end
			spool.store(table.concat(many, "\n"), 100);
		end
		assert.equal(5000, spool.count_waiting());
		assert.equal(1000, stage.module.counted.dropped);
		local batches = take_all(spool);
		assert.matches("^message\tm11%-1\t", batches[1].text);
		assert.matches("gap\t%d+\t1000", spool.take_gap());
	end);

	it("a spool whose disk takes nothing does not tell of a gap before what comes before it", function ()
		is_broken = true;
		for _ = 1, 51 do spool.store((line "m" .. "\n"):rep(99) .. line "m", 100); end
		assert.is_nil(spool.take_gap());
		take_all(spool);
		assert.matches("^gap\t", spool.take_gap());
	end);
end);
