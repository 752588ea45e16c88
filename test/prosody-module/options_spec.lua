local receipts = require "receipts";

describe("the options of the module", function ()
	local module;

	before_each(function ()
		module = receipts.new_module();
		module.options.receipts_component = "receipts.example.org";
	end);

	local function read()
		return module:require "options" ();
	end

	it("have defaults, but for the component", function ()
		assert.same({
			component_host = "receipts.example.org"; spool_limit = 67108864; tick_seconds = 0.02; result_timeout = 30;
		}, read());
		assert.same({}, module.logged);
	end);

	it("name the component in any spelling of its domain", function ()
		module.options.receipts_component = "Receipts.Example.org";
		assert.equal("receipts.example.org", read().component_host);
	end);

	it("name the component in U-labels or in A-labels, and the name is that of the server's configuration", function ()
		for _, name in ipairs({ "receipts.bücher.test"; "receipts.xn--bcher-kva.test" }) do
			module.other_hosts = { [name] = { component_module = "component" } };
			for _, named in ipairs({ "Receipts.BÜCHER.test"; "receipts.XN--bcher-kva.test" }) do
				module.options.receipts_component = named;
				assert.equal(name, read().component_host);
			end
		end
	end);

	it("leave the name as it is written where the server has no such component", function ()
		module.options.receipts_component = "receipts.xn--bcher-kva.test";
		assert.equal("receipts.xn--bcher-kva.test", read().component_host);
	end);

	it("keep the module from running without a component that can be one", function ()
		for _, options in ipairs({ {}; { receipts_component = "" }; { receipts_component = receipts.HOST } }) do
			module.options = options;
			local usable, problem = read();
			assert.is_nil(usable);
			assert.matches("receipts_component must name the component .*\"receipts%.example%.org\"", problem);
		end
	end);

	it("keep the module from running on a component", function ()
		module.host_type = "component";
		local options, problem = read();
		assert.is_nil(options);
		assert.matches("enable it on a VirtualHost", problem);
	end);

	it("are brought within their bounds, and the log says so", function ()
		module.options.receipts_tick = 60;
		module.options.receipts_spool_limit = 1;
		local options = read();
		assert.equal(10, options.tick_seconds);
		assert.equal(65536, options.spool_limit);
		assert.same({
			"warn: Option receipts_spool_limit must be between 65536 and 1.09951e+12, not 1: using 65536";
			"warn: Option receipts_tick must be between 0.001 and 10, not 60: using 10";
		}, module.logged);
	end);
end);
