local receipts = require "receipts";

describe("a server that was killed:", function ()
	local folder, lines, logged;

	before_each(function ()
		folder, lines = receipts.new_data_folder(), {};
	end);

	after_each(function ()
		folder.remove();
	end);

	-- The module in one run of a server: what modules share lives as long as the server.
	local function load_in(run)
		local module = receipts.new_module();
		module.shared_table, logged = run, module.logged;
		local restart = module:require "restart" {
			facts = { add_plain_line = function (line) table.insert(lines, line); end };
			stamps = { next = function () return 5; end; text = tostring };
		};
		restart.note();
		return restart;
	end

	it("the first start of all is not taken for one after a kill", function ()
		load_in {};
		assert.same({}, lines);
	end);

	it("a server that died without a word is told of once, by its next run", function ()
		load_in {};
		local run = {};
		load_in(run);
		load_in(run);
		assert.same({ "restarted\t5" }, lines);
	end);

	it("a stop in good order is no kill", function ()
		load_in {}.rule_out();
		load_in {};
		assert.same({}, lines);
	end);

	it("where it cannot be noticed the log says so, and what to do", function ()
		load_in {}.rule_out();
		require "lfs".mkdir(folder.file "running.tmp");
		load_in {};
		assert.matches("would not be noticed%. Let the server's user write there", logged[1]);
	end);

	it("a reload of the module is no kill", function ()
		local run = {};
		load_in(run).rule_out();
		load_in(run);
		load_in(run);
		assert.same({}, lines);
	end);
end);
