local receipts = require "receipts";

describe("the list of policies:", function ()
	local module, policies, list;

	before_each(function ()
		module = receipts.new_module();
		policies = module:require "policies" ();
		list = module:require "policy_list" { policies = policies; lines = module:require "policy_lines" (policies.OWN) };
	end);

	local function ask(part)
		return list.take({ attr = { part = part } });
	end

	local function lines_of(answer)
		local lines = {};
		for line in answer:get_text():gmatch("[^\n]+") do lines[#lines + 1] = line; end
		table.sort(lines);
		return lines;
	end

	it("who asks learns every account with its exceptions, and the version", function ()
		policies.set_settings({ known = "v:7"; default = "client"; locked = "no"; disclosure = "subscribers" });
		policies.set("bob@example.org", "refuse");
		policies.set("odd 1@example.org", { [policies.OWN] = "manual"; ["x y@example.net"] = "client" });
		policies.set("dan@example.org", { ["example.net"] = "refuse" });
		local answer = ask("1");
		assert.same({
			"bob@example.org\trefuse"; "dan@example.org\tdefault\trefuse example.net";
			"odd%201@example.org\tmanual\tclient x%20y@example.net";
		}, lines_of(answer));
		assert.same({ "1"; "yes"; "v:7" }, { answer.attr.part; answer.attr.last; answer.attr.version });
	end);

	it("without policies it is one empty part", function ()
		local answer = ask("1");
		assert.same({ "yes"; "" }, { answer.attr.last; answer:get_text() or "" });
		assert.is_nil(answer.attr.version);
	end);

	it("a long list comes in parts that an order may have, each account once", function ()
		for number = 1, 4000 do policies.set(("u"):rep(40) .. number .. "@example.org", "refuse"); end
		local seen, count, part, is_last = {}, 0, 0, false;
		while not is_last do
			part = part + 1;
			local answer = ask(tostring(part));
			assert.is_true(#answer:get_text() <= 60 * 1024);
			for _, line in ipairs(lines_of(answer)) do
				if not seen[line] then count = count + 1; end
				seen[line] = true;
			end
			is_last = answer.attr.last == "yes";
		end
		assert.equal(4000, count);
		assert.is_true(part > 3);
	end);

	it("a part out of order, or of a list that has ended, is refused", function ()
		assert.equal("unexpected-request", select(3, ask("2")));
		ask("1");
		assert.equal("unexpected-request", select(3, ask("2")));
		assert.equal("bad-request", select(3, ask("x")));
	end);
end);
