local receipts = require "receipts";
local st = require "util.stanza";

local ALICE = { bare = "alice@example.net"; host = "example.net" };

describe("policies on disk:", function ()
	local io_open = io.open;
	local folder, module, policies, orders, is_broken;

	local function start()
		module = receipts.new_module();
		policies = module:require "policies" ();
		local parts = {
			policies = policies; lines = module:require "policy_lines" (policies.OWN); file = module:require "policy_file" ();
			complain = function (problem) module:log("error", "%s", problem); end;
		};
		orders = module:require "policy_orders" (parts);
		module:require "policy_recovery" (parts)();
	end

	local function open(path, mode)
		if is_broken and mode ~= "rb" then return nil, "No space left on device"; end
		return io_open(path, mode);
	end

	before_each(function ()
		folder = receipts.new_data_folder();
		is_broken = false;
		io.open = open; -- luacheck: ignore 122
		start();
	end);

	after_each(function ()
		io.open = io_open; -- luacheck: ignore 122
		folder.remove();
	end);

	local function order(attr, ...)
		attr.default, attr.disclosure = attr.default or "client", "subscribers";
		local answer, _, condition = orders.take(st.stanza("policies", attr):text(table.concat({ ... }, "\n")));
		return answer and answer.attr.version or condition;
	end

	local function set_all(version, ...)
		return order({ version = version; part = "1"; last = "yes" }, ...);
	end

	local function policy_of(account)
		return policies.of({ bare = account .. "@example.org"; host = "example.org" }, ALICE);
	end

	local function file() return folder.file "policies.list"; end

	it("a change of policies is in the file before its version is confirmed", function ()
		set_all("v1", "bob@example.org\tmanual");
		assert.equal("v2", order({ version = "v2"; since = "v1" }, "carol@example.org\trefuse"));
		assert.matches("\ncarol@example%.org\trefuse\n=\tv2\t", receipts.read(file()));
	end);

	it("a set of a store that does not know what is held replaces nothing", function ()
		set_all("e:5", "bob@example.org\trefuse");
		assert.equal("conflict", set_all("f:9"));
		assert.equal("conflict", set_all("e:4"));
		assert.equal("refuse", policy_of "bob");
		assert.equal("e:6", set_all("e:6"));
		assert.equal("f:1", set_all("f:1"));
	end);

	it("a set that names what it replaces replaces nothing else", function ()
		set_all("e:5", "bob@example.org\trefuse");
		for _, other in ipairs { ""; "e:4" } do
			assert.equal("conflict", order { version = "f:1"; part = "1"; last = "yes"; instead = other });
		end
		assert.equal("refuse", policy_of "bob");
		assert.equal("f:1", order { version = "f:1"; part = "1"; last = "yes"; instead = "e:5" });
		assert.equal("client", policy_of "bob");
	end);

	it("which version is held is known of a damaged file, but not of half an order", function ()
		set_all("e:5", "bob@example.org\trefuse");
		receipts.write(file(), receipts.read(file()) .. "nonsense\n=\te:6\tclient\tno\tsubscribers\n");
		start();
		assert.same({ "", "e:6" }, { orders.version(), policies.settings().known });
		receipts.write(file(), receipts.read(file()) .. "carol@example.org\trefuse\n");
		start();
		assert.is_nil(policies.settings().known);
	end);

	it("policies are in force after a restart, with their version", function ()
		set_all("v1", "bob@example.org\tmanual");
		order({ version = "v2"; since = "v1" }, "carol@example.org\trefuse");
		start();
		assert.equal("manual", policy_of "bob");
		assert.equal("refuse", policy_of "carol");
		assert.equal("v2", orders.version());
	end);

	it("a new set of policies comes part by part: the old one holds until the last part, also after a restart", function ()
		set_all("v1", "bob@example.org\tmanual");
		order({ version = "v2"; part = "1"; last = "no" }, "bob@example.org\trefuse");
		assert.equal("manual", policy_of "bob");
		start();
		assert.equal("manual", policy_of "bob");
		assert.equal("unexpected-request", order({ version = "v2"; part = "2"; last = "yes" }, "carol@example.org\trefuse"));
		assert.equal("v1", orders.version());
	end);

	it("half an order on disk has no version after a restart, and the policies that can be read are in force", function ()
		set_all("v1", "bob@example.org\tmanual");
		receipts.write(file(), receipts.read(file()) .. "carol@example.org\trefuse\n");
		start();
		assert.equal("manual", policy_of "bob");
		assert.equal("refuse", policy_of "carol");
		assert.equal("", orders.version());
		assert.matches("^warn: Some of .* cannot be read", module.logged[1]);
	end);

	it("a file of policies with a damaged line keeps all others, and has no version", function ()
		set_all("v1", "bob@example.org\tmanual", "carol@example.org\trefuse");
		receipts.write(file(), (receipts.read(file()):gsub("manual", "mxnual")));
		start();
		assert.equal("client", policy_of "bob");
		assert.equal("refuse", policy_of "carol");
		assert.equal("", orders.version());
	end);

	it("policies that the disk does not take are enforced from memory, and are not confirmed", function ()
		set_all("v1", "bob@example.org\tmanual");
		is_broken = true;
		assert.equal("resource-constraint", order({ version = "v2"; since = "v1" }, "bob@example.org\trefuse"));
		assert.equal("refuse", policy_of "bob");
		assert.equal("", orders.version());
		assert.equal("resource-constraint", set_all("v3", "bob@example.org\tautomatic"));
		assert.equal("automatic", policy_of "bob");
		is_broken = false;
		assert.equal("v4", set_all("v4", "bob@example.org\tmanual"));
		assert.equal("v4", orders.version());
	end);

	it("the whole set of policies is requested when the changes take more space than it", function ()
		set_all("v0", "bob@example.org\tmanual");
		local many = {};
		for number = 1, 1500 do many[number] = "user-number-" .. number .. "@example.org\tmanual"; end
		local changes = 0;
		while orders.version() ~= "" and changes < 100 do
			order({ version = "v" .. changes + 1; since = "v" .. changes }, table.unpack(many));
			changes = changes + 1;
		end
		assert.is_true(changes > 15 and changes < 30);
		set_all("whole", "bob@example.org\tmanual");
		assert.equal("whole", orders.version());
	end);

	it("the whole set of policies is not requested while the changes are small beside it", function ()
		local many = {};
		for number = 1, 1500 do many[number] = "user-number-" .. number .. "@example.org\tmanual"; end
		for part = 1, 30 do
			order({ version = "v0"; part = tostring(part); last = part == 30 and "yes" or "no" }, table.unpack(many));
		end
		for change = 1, 40 do
			order({ version = "v" .. change; since = "v" .. change - 1 }, table.unpack(many));
		end
		assert.equal("v40", orders.version());
	end);

	it("policies of an account that was deleted are gone, also after a restart", function ()
		set_all("v1", "bob@example.org\tmanual", "carol@example.org\trefuse");
		orders.forget "bob@example.org";
		assert.equal("client", policy_of "bob");
		start();
		assert.equal("client", policy_of "bob");
		assert.equal("refuse", policy_of "carol");
		assert.equal("v1", orders.version());
	end);

	it("policies of an account that is deleted while a set comes are not in the new set", function ()
		order({ version = "v1"; part = "1"; last = "no" }, "bob@example.org\tmanual");
		orders.forget "bob@example.org";
		order({ version = "v1"; part = "2"; last = "yes" }, "carol@example.org\trefuse");
		assert.equal("client", policy_of "bob");
		start();
		assert.equal("client", policy_of "bob");
		assert.equal("refuse", policy_of "carol");
	end);

	it("policies that come again under the same version are confirmed and change nothing", function ()
		set_all("v1", "bob@example.org\tmanual");
		order({ version = "v2"; since = "v1" }, "bob@example.org\trefuse");
		local before = receipts.read(file());
		assert.equal("v2", order({ version = "v2"; since = "v1" }, "bob@example.org\trefuse"));
		assert.equal(before, receipts.read(file()));
	end);

	it("changes to a version of the policies that is not the present one are refused", function ()
		set_all("v1", "bob@example.org\tmanual");
		assert.equal("item-not-found", order({ version = "v3"; since = "v2" }, "bob@example.org\trefuse"));
		assert.equal("manual", policy_of "bob");
	end);

	it("an order of policies that is too large or cannot be understood is refused", function ()
		assert.equal("bad-request", set_all("v1", ("x"):rep(60 * 1024 + 1)));
		assert.equal("bad-request", order({ version = "v1" }, "bob@example.org\tmanual"));
		assert.equal("bad-request", order({ version = "v1"; part = "1"; default = "never" }, ""));
		assert.equal("bad-request", order({ part = "1"; last = "yes" }, ""));
	end);
end);
