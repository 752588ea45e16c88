local receipts = require "receipts";

describe("fields:", function ()
	local fields = receipts.new_module():require "fields";

	it("a field of a line is written as it is where it is plain ASCII", function ()
		assert.equal("alice@example.org", fields.encode("alice@example.org"));
	end);

	it("a field of a line has control characters, spaces and % as two upper-case hexadecimal digits", function ()
		assert.equal("a%09b%0Ac%20d%25e%7Ff", fields.encode("a\tb\nc d%e\127f"));
	end);

	it("a field of a line keeps letters outside of ASCII", function ()
		assert.equal("用户@example.org", fields.encode("用户@example.org"));
	end);

	it("a field of a line is read as it was, whatever it holds", function ()
		math.randomseed(20120424);
		for _ = 1, 1000 do
			local characters = {};
			for place = 1, math.random(0, 40) do characters[place] = string.char(math.random(1, 255)); end
			local text = table.concat(characters);
			assert.equal(text, fields.decode(fields.encode(text)));
		end
	end);

	it("a field of a line is read with upper-case digits only, as the daemon reads it", function ()
		assert.equal("%0a %7f \n", fields.decode("%0a%20%7f%20%0A"));
	end);
end);

describe("fields:", function ()
	local fields = receipts.new_module():require "fields";

	it("an id may have 256 bytes and no more", function ()
		assert.truthy(fields.is_usable_id(("x"):rep(256)));
		assert.falsy(fields.is_usable_id(("x"):rep(257)));
	end);

	it("an id must be there and not be empty", function ()
		assert.falsy(fields.is_usable_id(nil));
		assert.falsy(fields.is_usable_id(""));
	end);
end);
