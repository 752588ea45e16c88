local receipts = require "receipts";

describe("tokens:", function ()
	local folder;

	before_each(function () folder = receipts.new_data_folder(); end);
	after_each(function () folder.remove(); end);

	local function start()
		local module = receipts.new_module();
		local addresses, tokens = module:require "addresses" ("receipts.example.org"), module:require "tokens" ();
		tokens.load_key();
		return function (sender, recipient, id)
			return tokens.of(addresses.party_of(sender), addresses.party_of(recipient), id);
		end;
	end

	it("a token is the same for the same sender, recipient and id, also after a restart", function ()
		local token = start()("alice@example.org", "bob@example.org", "m1");
		assert.equal(token, start()("alice@example.org", "bob@example.org", "m1"));
	end);

	it("a token is another one for another sender, recipient or id", function ()
		local token_of = start();
		local token = token_of("alice@example.org", "bob@example.org", "m1");
		assert.not_equal(token, token_of("carol@example.org", "bob@example.org", "m1"));
		assert.not_equal(token, token_of("alice@example.org", "carol@example.org", "m1"));
		assert.not_equal(token, token_of("alice@example.org", "bob@example.org", "m2"));
	end);

	it("a token is another one on another server: its key is random, and only the server may read it", function ()
		local token = start()("alice@example.org", "bob@example.org", "m1");
		assert.equal("rw-------", require "lfs".attributes(folder.file "token.key", "permissions"));
		os.remove(folder.file "token.key");
		assert.not_equal(token, start()("alice@example.org", "bob@example.org", "m1"));
	end);

	it("a key that cannot be written is logged, and what to do", function ()
		local module = receipts.new_module();
		require "lfs".mkdir(folder.path .. "/example%2eorg");
		require "lfs".mkdir(folder.path .. "/example%2eorg/receipts");
		require "lfs".mkdir(folder.file "token.key");
		module:require "tokens" ().load_key();
		assert.matches("^error: Cannot write .*Let the server's user write there", module.logged[1]);
	end);

	it("a token is short, and fits into an attribute", function ()
		assert.matches("^[%w+/]+$", (start()("alice@example.org", "bob@example.org", "m1")));
	end);
end);
