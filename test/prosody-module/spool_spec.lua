local lfs = require "lfs";
local receipts = require "receipts";
local spools = require "spools";

local line, texts, take_all = spools.line, spools.texts, spools.take_all;

describe("spool:", function ()
	local folder, stage, spool;

	local function start(options)
		stage = spools.start(options);
		spool = stage.spool;
	end

	local function segments()
		local found = {};
		for name in lfs.dir(folder.file "") do
			if name:find("%.facts$") then table.insert(found, name); end
		end
		table.sort(found);
		return found;
	end

	local function text_on_disk()
		local all = {};
		for place, name in ipairs(segments()) do all[place] = receipts.read(folder.file(name)); end
		return table.concat(all);
	end

	before_each(function ()
		folder = receipts.new_data_folder();
		start();
	end);

	after_each(function ()
		spool.close();
		folder.remove();
	end);

	it("the spool has lines on disk before anybody can send them", function ()
		local seen;
		stage.reader.is_ready = true;
		function stage.reader.offer() seen = text_on_disk(); return true; end
		spool.store(line "m1", 1);
		assert.equal(line "m1" .. "\n", seen);
	end);

	it("the spool gives lines at once to a reader that keeps up, and not once more", function ()
		stage.reader.is_ready = true;
		spool.store(line "m1" .. "\n" .. line "m2", 2);
		assert.equal(line "m1" .. "\n" .. line "m2", stage.reader.offered[1].text);
		assert.equal(0, spool.count_waiting());
		assert.is_nil(spool.take());
	end);

	it("the spool keeps lines for a reader that is not ready, in order", function ()
		for number = 1, 3 do spool.store(line("m" .. number), 1); end
		stage.reader.is_ready = true;
		spool.store(line "m4", 1);
		assert.same({}, stage.reader.offered);
		assert.equal(4, spool.count_waiting());
		local batches = take_all(spool);
		assert.same({ line "m1" .. "\n" .. line "m2" .. "\n" .. line "m3" .. "\n" .. line "m4" }, texts(batches));
		assert.equal(4, batches[1].items);
		assert.equal(0, spool.count_waiting());
	end);

	it("the spool gives batches of at most 100 lines and 60 KB, cut between lines", function ()
		for number = 1, 250 do spool.store(line("m" .. number), 1); end
		local items = {};
		for place, batch in ipairs(take_all(spool)) do items[place] = batch.items; end
		assert.same({ 100, 100, 50 }, items);
		for number = 1, 40 do spool.store(line("m" .. number .. ("x"):rep(4096)), 1); end
		local count = 0;
		for _, batch in ipairs(take_all(spool)) do
			assert.is_true(#batch.text <= 60 * 1024);
			assert.matches("^message\t", batch.text);
			count = count + batch.items;
		end
		assert.equal(40, count);
	end);

	it("the spool counts the lines of this tick that are still to come", function ()
		spool.expect(3);
		spool.store(line "m1", 1);
		assert.equal(1 + 2, spool.count_waiting());
		spool.expect(0);
		assert.equal(1, spool.count_waiting());
	end);

	it("the spool forgets lines only when they are acknowledged, by whole files", function ()
		local big = line(("x"):rep(300 * 1024));
		spool.store(big, 1);
		local batch = { ends_at = #big + 1 };
		assert.equal(1, #segments());
		spool.acknowledge(batch.ends_at - 1);
		assert.equal(1, #segments());
		spool.acknowledge(batch.ends_at);
		assert.equal(0, #segments());
	end);

	it("the spool begins another file when one is full", function ()
		spool.close();
		start { limit = 80 * 1024 };
		for number = 1, 10 do spool.store(line("m" .. number .. ("x"):rep(4096)), 1); end
		assert.is_true(#segments() > 1);
		local all = 0;
		for _, batch in ipairs(take_all(spool)) do all = all + batch.items; end
		assert.equal(10, all);
	end);
end);
