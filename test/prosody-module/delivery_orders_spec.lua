local receipts = require "receipts";
local st = require "util.stanza";

local LINE = "m1\talice@example.org\tbob@example.org\ttoken\t";

-- The users of the server, as its own module knows them. Enabled: nil where that is not told.
local function usermanager(has_account, enabled)
	return {
		user_exists = function () return has_account; end;
		user_is_enabled = enabled and function (account, host)
			assert.same({ "bob"; receipts.HOST }, { account; host });
			return enabled.is;
		end or nil;
	};
end

describe("orders to deliver:", function ()
	local sent, real;

	before_each(function ()
		sent, real = {}, package.loaded["core.usermanager"];
	end);

	after_each(function ()
		package.loaded["core.usermanager"] = real;
	end);

	local function take(users, reason, policy)
		package.loaded["core.usermanager"] = users;
		local module = receipts.new_module();
		module.send = function (_, stanza) table.insert(sent, stanza); end
		local orders = module:require "delivery_orders" {
			policies = { of = function () return policy or "automatic"; end };
			delivered = { remember = function () end; is_ours = function () return false; end };
			addresses = { party_of = function (bare)
				return { bare = bare; node = bare:match("^[^@]+"); host = bare:match("@(.*)$") };
			end };
			token_of = function () return "token"; end;
			is_entitled = function () return true; end;
			blocked = { has = function () return false; end };
			complain = error;
		};
		local answer = orders.take(st.stanza("deliver"):text(LINE .. (reason or "acked")));
		return answer.attr.delivered, answer.attr.forbidden;
	end

	local CASES = {
		{ "an account of a server that does not tell of disabled ones"; usermanager(true); "1" };
		{ "an account that is enabled"; usermanager(true, { is = true }); "1" };
		{ "an account of which the server does not know whether it is enabled"; usermanager(true, {}); "1" };
		{ "an account that is disabled"; usermanager(true, { is = false }); "0" };
		{ "an account that is gone"; usermanager(false, { is = true }); "0" };
	};
	for _, case in ipairs(CASES) do
		local who, users, delivered = case[1], case[2], case[3];
		it((delivered == "1" and "an answer is delivered for " or "no answer is delivered for ") .. who, function ()
			for _, reason in ipairs({ "acked"; "approved" }) do
				assert.same({ delivered; delivered == "1" and "0" or "1" }, { take(users, reason) });
			end
			assert.equal(2 * tonumber(delivered), #sent);
		end);
	end

	it("nothing is delivered for a recipient who refuses, whatever the account is", function ()
		for _, reason in ipairs({ "acked"; "approved" }) do
			assert.equal("0", (take(usermanager(true, { is = true }), reason, "refuse")));
		end
		assert.same({}, sent);
	end);

	it("the answer is from the recipient, with the token as its id", function ()
		take(usermanager(true));
		assert.same({ "bob@example.org"; "alice@example.org"; "token" },
			{ sent[1].attr.from; sent[1].attr.to; sent[1].attr.id });
		assert.equal("m1", sent[1]:get_child("received", "urn:xmpp:receipts").attr.id);
	end);
end);
