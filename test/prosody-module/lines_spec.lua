local receipts = require "receipts";

local ALICE, BOB = { field = "\talice@example.org" }, { field = "\tbob@example.org" };
local START = "message\tm1\talice@example.org\tbob@example.org";

local function slot_of(facts)
	local slot = { id = "m1"; sender = ALICE; recipient = BOB; count = #facts };
	for place, fact in ipairs(facts) do slot[place] = fact; end
	return slot;
end

describe("lines:", function ()
	local lines, stored;

	before_each(function ()
		stored = {};
		lines = receipts.new_module():require "lines" (function (text, items)
			table.insert(stored, { text = text; items = items });
		end);
	end);

	it("lines name the message once, and then its facts in order", function ()
		lines.add(slot_of { "\taccepted 1 type=chat", "\tsent 2 resource=phone" });
		lines.store();
		assert.same({ { text = START .. "\taccepted 1 type=chat\tsent 2 resource=phone"; items = 1 } }, stored);
	end);

	it("lines are stored together, without an LF at the end", function ()
		lines.add(slot_of { "\tsent 1" });
		lines.add(slot_of { "\tacked 2" });
		lines.store();
		assert.same({ { text = START .. "\tsent 1\n" .. START .. "\tacked 2"; items = 2 } }, stored);
	end);

	it("lines that are not about a message are stored as they are", function ()
		lines.add({ id = "deleted\t5\tbob@example.org"; count = 0 });
		lines.store();
		assert.same({ { text = "deleted\t5\tbob@example.org"; items = 1 } }, stored);
	end);

	it("lines are stored by the hundred", function ()
		for _ = 1, 250 do lines.add(slot_of { "\tsent 1" }); end
		lines.store();
		assert.same({ 100, 100, 50 }, { stored[1].items, stored[2].items, stored[3].items });
	end);

	it("a message with very many facts gets several lines, and no fact is left out or cut", function ()
		local facts = {};
		for number = 1, 1000 do facts[number] = "\tsent " .. number .. " resource=" .. ("r"):rep(100); end
		lines.add(slot_of(facts));
		lines.store();
		local texts = {};
		for place, batch in ipairs(stored) do texts[place] = batch.text; end
		local text = table.concat(texts, "\n");
		assert.equal(table.concat(facts), (text:gsub("\n?message\tm1\talice@example.org\tbob@example.org", "")));
		for line in text:gmatch("[^\n]+") do assert.is_true(#line < 9 * 1024); end
	end);

	it("lines that are stored together never have more bytes than a batch may have", function ()
		for _ = 1, 100 do
			local facts = {};
			for place = 1, 40 do facts[place] = "\tsent " .. place .. " resource=" .. ("r"):rep(200); end
			lines.add(slot_of(facts));
		end
		lines.store();
		for _, batch in ipairs(stored) do assert.is_true(#batch.text <= 60 * 1024); end
	end);

	it("lines that were begun can be discarded", function ()
		lines.add(slot_of { "\tsent 1" });
		lines.discard();
		lines.store();
		assert.same({}, stored);
	end);
end);
