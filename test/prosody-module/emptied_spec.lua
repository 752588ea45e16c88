local receipts = require "receipts";

describe("emptied stores:", function ()
	local module, emptied, lines, rows, reads;
	local bob = { username = "bob" };

	before_each(function ()
		receipts.set_clock(1795338025);
		module = receipts.new_module { "offline", "mam" };
		lines, rows, reads = {}, { offline = {}, archive = {} }, 0;
		function module:open_store(name) -- luacheck: ignore 212/self
			return {
				find = function ()
					reads = reads + 1;
					local next_row = 0;
					return function ()
						next_row = next_row + 1;
						local at = rows[name][next_row];
						if at then return "key", "a stanza", at; end
					end;
				end;
			};
		end
		emptied = module:require "emptied" {
			facts = { add_plain_line = function (line) table.insert(lines, line); end };
			stamps = module:require "stamps" ();
		};
	end);

	after_each(function () receipts.set_clock(nil); end);

	local function stores_named()
		local names = {};
		for _, line in ipairs(lines) do table.insert(names, line:match("^emptied\t%d+\tbob@example.org\t(%l+)$")); end
		table.sort(names);
		return names;
	end

	it("stores that are empty when their owner comes are named", function ()
		emptied.on_user_comes(bob);
		assert.same({ "archive", "offline" }, stores_named());
	end);

	it("an offline store that was not handed out is not named", function ()
		rows.offline = { 1795338000 };
		emptied.on_user_comes(bob);
		assert.same({ "archive" }, stores_named());
	end);

	it("an archive has nothing older than its oldest row", function ()
		rows.archive = { 1795338000, 1795338020 };
		emptied.on_user_comes(bob);
		assert.is_truthy(table.concat(lines, "\n"):find("emptied\t1795338000000000\tbob@example.org\tarchive", 1, true));
	end);

	it("contacts are named who see that their owner has come", function ()
		emptied.on_user_comes {
			username = "bob"; full_jid = "bob@example.org/phone"; presence = true;
			receipts_hides_from = { count = 1; contacts = { ["dave@example.org"] = true } };
			roster = {
				[false] = { pending = {} };
				["alice b@example.org"] = { subscription = "both" }; ["carol@example.org"] = { subscription = "to" };
				["dave@example.org"] = { subscription = "both" };
			};
		};
		for _, line in ipairs(lines) do
			assert.is_truthy(line:match("^emptied\t%d+\tbob@example.org\t%l+\talice%%20b@example.org$"));
		end
		assert.equal(2, #lines);
	end);

	it("of very many contacts some are left out", function ()
		local roster = {};
		for i = 1, 1000 do roster[("contact-%d@example.org"):format(i)] = { subscription = "from" }; end
		emptied.on_user_comes { username = "bob"; presence = true; roster = roster };
		for _, line in ipairs(lines) do assert.is_true(#line > 7000 and #line < 12 * 1024); end
	end);

	it("stores are not looked at again before something is put there", function ()
		emptied.on_user_comes(bob);
		emptied.on_user_comes(bob);
		assert.equal(2, reads);
		emptied.note_held("bob");
		emptied.on_user_comes(bob);
		assert.equal(4, reads);
	end);
end);
