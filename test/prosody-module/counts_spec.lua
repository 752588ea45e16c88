local receipts = require "receipts";

describe("counts:", function ()
	it("all are told from the start on, so that an operator sees what is counted", function ()
		local counts = receipts.new_module():require "counts" ();
		assert.truthy(counts.text():find("stopped-manual=0", 1, true));
		assert.truthy(counts.text():find("orders-refused=0", 1, true));
	end);

	it("what is counted is told in the hello, and to the server's own statistics", function ()
		local module = receipts.new_module();
		local counts = module:require "counts" ();
		for _ = 1, 3 do counts.add("untracked-no-content"); end
		counts.add("stopped-refuse-named");
		assert.truthy(counts.text():find("untracked-no-content=3", 1, true));
		assert.truthy(counts.text():find("stopped-refuse-named=1", 1, true));
		assert.truthy(counts.text():find("stopped-refuse=0", 1, true));
		assert.equal(3, module.counted.untracked_no_content);
	end);
end);
