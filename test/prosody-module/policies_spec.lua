local receipts = require "receipts";

local function party(bare)
	return { bare = bare; host = bare:match("[^@]*$") };
end

local ALICE, BOB, CAROL = party "alice@example.org", party "bob@example.org", party "carol@example.net";

describe("policies:", function ()
	local policies;

	local function set_settings(changes)
		local settings = { version = "v1"; default = "client"; locked = "no"; disclosure = "subscribers" };
		for name, value in pairs(changes) do settings[name] = value; end
		policies.set_settings(settings);
	end

	before_each(function ()
		policies = receipts.new_module():require "policies" ();
	end);

	it("the policy is client if nobody chose anything, and then there is nothing to do", function ()
		assert.equal("client", policies.of(BOB, ALICE));
		assert.is_true(policies.is_idle);
	end);

	it("the policy for a contact is the one that the recipient chose", function ()
		policies.set("bob@example.org", "manual");
		assert.equal("manual", policies.of(BOB, ALICE));
		assert.equal("client", policies.of(ALICE, BOB));
		assert.is_false(policies.is_idle);
	end);

	it("an exception for the contact comes before one for its domain, and that before the recipient's own policy", function ()
		policies.set("bob@example.org", {
			[policies.OWN] = "manual"; ["carol@example.net"] = "refuse"; ["example.net"] = "automatic";
		});
		assert.equal("refuse", policies.of(BOB, CAROL));
		assert.equal("automatic", policies.of(BOB, party "dave@example.net"));
		assert.equal("manual", policies.of(BOB, ALICE));
	end);

	it("the policy is the operator's default if the recipient has exceptions only", function ()
		set_settings { default = "refuse" };
		policies.set("bob@example.org", { ["carol@example.net"] = "client" });
		assert.equal("client", policies.of(BOB, CAROL));
		assert.equal("refuse", policies.of(BOB, ALICE));
	end);

	it("the policy is the operator's default if that is locked, whatever the recipient chose", function ()
		policies.set("bob@example.org", "client");
		set_settings { default = "refuse"; locked = "yes" };
		assert.equal("refuse", policies.of(BOB, ALICE));
	end);

	it("the policy for oneself is client, whatever one chose", function ()
		policies.set("bob@example.org", "refuse");
		assert.equal("client", policies.of(BOB, BOB));
	end);

	it("the policy of an account that is forgotten is not kept, and then there is nothing to do again", function ()
		policies.set("bob@example.org", "manual");
		policies.set("bob@example.org", nil);
		assert.is_false(policies.has "bob@example.org");
		assert.is_true(policies.is_idle);
	end);

	it("the policies of a new set hold as soon as the new set is in force, and not before", function ()
		policies.set("alice@example.org", "refuse");
		local accounts = policies.new_accounts();
		policies.set_in(accounts, "bob@example.org", "manual");
		assert.equal("client", policies.of(BOB, ALICE));
		policies.put_in_force(accounts, policies.settings());
		assert.equal("manual", policies.of(BOB, ALICE));
		assert.equal("client", policies.of(ALICE, BOB));
	end);
end);
