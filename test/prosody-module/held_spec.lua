local receipts = require "receipts";

local HEAD = "message\tm1\talice@example.org\tbob@example.org";
local ACCEPTED = "\taccepted 1795338025000000 type=chat";
local UNSEEN = "\tunseen 1795338025000001 of=sent resource=phone";
local ALL = "unseen kept emptied restarted";

describe("what restricts:", function ()
	local restricting;

	before_each(function ()
		restricting = receipts.new_module():require "restricting";
	end);

	for _, words in ipairs { ""; "unseen kept emptied"; "unseenkept emptied restarted" } do
		it("a component that knows '" .. words .. "' does not know all that restricts", function ()
			assert.is_false(restricting.is_known(words));
		end);
	end

	it("a component that knows each word, and others, knows all that restricts", function ()
		assert.is_true(restricting.is_known("later " .. ALL));
		assert.is_false(restricting.is_known(nil));
	end);

	it("of a message its key and what restricts is kept, and nothing else", function ()
		local text, lines = restricting.part_of(HEAD .. ACCEPTED .. UNSEEN .. "\tsent 2");
		assert.same({ HEAD .. UNSEEN .. "\n"; 1 }, { text; lines });
	end);

	it("of a message in a room the occupant is kept", function ()
		local head = HEAD .. "\toccupant 0 nick=thirdwitch";
		assert.equal(head .. UNSEEN .. "\n", (restricting.part_of(head .. ACCEPTED .. UNSEEN)));
	end);

	it("lines that restrict are kept whole, and others are not", function ()
		local emptied, restarted = "emptied\t17\tbob@example.org\toffline", "restarted\t18";
		local text, lines = restricting.part_of(table.concat({
			"deleted\t3\tann@example.org"; emptied; HEAD .. ACCEPTED; "gap\t5\t1"; restarted;
		}, "\n"));
		assert.same({ emptied .. "\n" .. restarted .. "\n"; 2 }, { text; lines });
	end);

	it("an id that looks like one of the words restricts nothing", function ()
		local text, lines = restricting.part_of("message\tkept\talice@example.org\tbob@example.org" .. ACCEPTED);
		assert.same({ ""; 0 }, { text; lines });
	end);
end);

describe("what is held for a component that knows it:", function ()
	local folder, held, module;

	local function start(size_limit)
		module = receipts.new_module();
		local stamps = module:require "stamps" ();
		local gap = module:require "spool_gap" { set = function () end };
		held = module:require "held" {
			stamps = stamps; count_items = gap.count_items; size_limit = size_limit or 2^20;
			complain = function (problem) module:log("error", "%s", problem); end;
		};
		held.recover();
	end

	local function line(id)
		return "message\t" .. id .. "\talice@example.org\tbob@example.org" .. UNSEEN;
	end

	-- What is given in one go, as one text.
	local function give()
		local texts = {};
		local batch = held.take();
		while batch do
			table.insert(texts, batch.text);
			batch = held.take();
		end
		return table.concat(texts, "\n"), #texts;
	end

	before_each(function ()
		folder = receipts.new_data_folder();
		start();
	end);

	after_each(function ()
		folder.remove();
	end);

	it("it is given in its order, also after a restart", function ()
		held.keep(line "m1" .. "\n" .. line "m2");
		held.keep(line "m3");
		start();
		assert.equal(3, held.count());
		assert.equal(table.concat({ line "m1"; line "m2"; line "m3" }, "\n"), (give()));
		assert.equal(0, held.count());
	end);

	it("it is given again until it was taken, and then no more", function ()
		held.keep(line "m1");
		give();
		held.rewind();
		assert.equal(line "m1", (give()));
		held.forget();
		assert.is_nil(held.take());
		start();
		assert.equal(0, held.count());
	end);

	it("what comes while it is given is given as well", function ()
		held.keep(line "m1");
		give();
		held.keep(line "m2");
		held.forget();
		assert.equal(line "m1" .. "\n" .. line "m2", (give()));
	end);

	it("no batch holds more than 100 lines", function ()
		for number = 1, 250 do held.keep(line("m" .. number)); end
		local _, batches = give();
		assert.equal(3, batches);
		for _ = 1, 3 do held.forget(); end
		assert.equal(0, held.count());
	end);

	it("above its limit the older half goes, and a gap tells how much", function ()
		start(10 * #line "m00" + 10);
		for number = 10, 20 do held.keep(line("m" .. number)); end
		local text = give();
		local dropped = tonumber(text:match("^gap\t%d+\t(%d+)\n"));
		local _, rest = text:gsub("\nmessage", "");
		assert.equal(11, dropped + rest);
		assert.equal(line "m20", text:match("[^\n]*$"));
		assert.is_true(dropped > 0);
	end);

	it("half a line that a crash has left is left out", function ()
		held.keep(line "m1");
		receipts.write(folder.file "held", line "m1" .. "\n" .. "message\tm2\tali");
		start();
		held.keep(line "m3");
		assert.equal(line "m1" .. "\n" .. line "m3", (give()));
	end);
end);
