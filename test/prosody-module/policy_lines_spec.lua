local receipts = require "receipts";

local OWN = 1;

describe("policy lines:", function ()
	local lines = receipts.new_module():require "policy_lines" (OWN);

	it("a line of policies names an account and its policy", function ()
		assert.same({ "bob@example.org", "manual" }, { lines.read_account "bob@example.org\tmanual" });
	end);

	it("a line of policies may say that an account has none of its own", function ()
		local account, policy = lines.read_account "bob@example.org\tdefault";
		assert.equal("bob@example.org", account);
		assert.is_nil(policy);
	end);

	it("a line of policies may have exceptions", function ()
		local _, policy = lines.read_account "bob@example.org\tmanual\trefuse carol@example.net\tclient example.com";
		assert.same({ [OWN] = "manual"; ["carol@example.net"] = "refuse"; ["example.com"] = "client" }, policy);
	end);

	it("a line of policies may hold any address, escaped", function ()
		local account, policy = lines.read_account "b%20b@example.org\tdefault\trefuse c%25c@example.net";
		assert.equal("b b@example.org", account);
		assert.same({ ["c%c@example.net"] = "refuse" }, policy);
	end);

	it("a line of policies cannot be read where it speaks of another domain, of none, or of an unknown policy", function ()
		for _, line in ipairs {
			"bob@example.net\tmanual", "@example.org\tmanual", "bob@example.org", "bob@example.org\tnever", "",
			"bob@example.org\tmanual\tnever carol@example.net", "bob@example.org\tmanual\trefuse",
		} do
			assert.is_nil((lines.read_account(line)));
		end
	end);
end);

describe("policy lines:", function ()
	local lines = receipts.new_module():require "policy_lines" (OWN);
	local SETTINGS = { version = "v 1:%"; known = "v 1:%"; default = "manual"; locked = "yes"; disclosure = "domain" };

	it("a line of settings is read as it was written", function ()
		local line = lines.settings(SETTINGS);
		assert.is_true(lines.is_settings(line));
		assert.same(SETTINGS, lines.read_settings((line:gsub("\n$", ""))));
	end);

	it("a line of settings is no line of an account, even of one that begins with =", function ()
		assert.is_false(lines.is_settings "=@example.org\tmanual");
		assert.equal("=@example.org", (lines.read_account "=@example.org\tmanual"));
	end);

	it("a line of settings without a version says that none is known", function ()
		local line = lines.settings({ default = "client"; locked = "no"; disclosure = "everyone" });
		assert.is_nil(lines.read_settings((line:gsub("\n$", ""))).version);
	end);

	it("a line of settings with an unknown disclosure means the strictest", function ()
		assert.equal("subscribers", lines.make_settings("v1", "client", "no", "friends").disclosure);
	end);

	it("a line of settings with an unknown default or lock cannot be read", function ()
		assert.is_nil(lines.make_settings("v1", "never", "no", "everyone"));
		assert.is_nil(lines.make_settings("v1", "client", "perhaps", "everyone"));
	end);
end);
