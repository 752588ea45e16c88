local receipts = require "receipts";
local st = require "util.stanza";

local ALICE, BOB = "alice@example.org", "bob@example.org";

describe("may the bot remind:", function ()
	local accounts, policy, is_blocked, complaints, real;

	before_each(function ()
		accounts, policy, is_blocked, complaints = { bob = true }, "client", false, {};
		real = package.loaded["core.usermanager"];
	end);

	after_each(function ()
		package.loaded["core.usermanager"] = real;
	end);

	local function ask(order)
		package.loaded["core.usermanager"] = {
			user_exists = function (account, host) return host == receipts.HOST and accounts[account] ~= nil; end;
			user_is_enabled = function (account) return accounts[account]; end;
		};
		local module = receipts.new_module();
		module.send = function () error("nothing is sent"); end
		local answer = module:require "remind_orders" {
			addresses = module:require "addresses" ("receipts.example.org");
			policies = { of = function (recipient, sender)
				assert.same({ BOB; ALICE }, { recipient.bare; sender.bare });
				return type(policy) == "function" and policy() or policy;
			end };
			blocked = { has = function () return is_blocked; end };
			complain = function (problem) table.insert(complaints, problem); end;
		}.take(order);
		assert.equal("may-remind", answer.name);
		return answer:get_text(), answer.attr.because;
	end

	local function ask_line(line)
		return ask(st.stanza("may-remind"):text(line));
	end

	local function may_remind()
		return ask_line(ALICE .. "\t" .. BOB);
	end

	it("yes, under every policy but refuse", function ()
		for _, its in ipairs { "client"; "automatic"; "manual" } do
			policy = its;
			assert.same({ "yes" }, { may_remind() });
		end
		policy = "refuse";
		assert.same({ "no"; "policy" }, { may_remind() });
	end);

	it("not a recipient who blocks the sender", function ()
		is_blocked = true;
		assert.same({ "no"; "blocked" }, { may_remind() });
	end);

	it("not an account that is disabled, or not there", function ()
		accounts.bob = false;
		assert.same({ "no"; "no-account" }, { may_remind() });
		accounts.bob = nil;
		assert.same({ "no"; "no-account" }, { may_remind() });
	end);

	it("an address is read as the server writes it, however it was written", function ()
		assert.same({ "yes" }, { ask_line("Alice@Example.org/pc\tBOB@example.org") });
	end);

	local UNREADABLE = {
		""; "\t"; ALICE; ALICE .. "\t"; "\t" .. BOB; ALICE .. "\t" .. BOB .. "\tx"; ALICE .. "\t" .. BOB .. "\n";
		ALICE .. "\t" .. BOB .. "\n" .. ALICE .. "\t" .. BOB; ALICE .. " " .. BOB; ALICE .. "\tbob@elsewhere.example";
		ALICE .. "\texample.org"; ALICE .. "\t@example.org"; "@\t" .. BOB; ALICE .. "\tb%00b@example.org"; ("a"):rep(8000) .. "\t" .. BOB;
	};
	for _, line in ipairs(UNREADABLE) do
		it(("not by what cannot be read, %q"):format(line:sub(1, 60)), function ()
			assert.same({ "no"; "bad-order" }, { ask_line(line) });
			assert.same({}, complaints);
		end);
	end

	it("not by an order that holds an element", function ()
		assert.same({ "no"; "bad-order" }, { ask(st.stanza("may-remind"):tag("x"):text(ALICE .. "\t" .. BOB)) });
	end);

	it("not if something fails, which is logged", function ()
		policy = function () error("the disk is on fire", 0); end
		assert.same({ "no"; "failed" }, { may_remind() });
		assert.same({ "the disk is on fire" }, complaints);
	end);
end);
