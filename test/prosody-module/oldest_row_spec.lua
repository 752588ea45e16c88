local receipts = require "receipts";
local datamanager = require "util.datamanager";

-- As storage_internal of Prosody 0.12 writes them: a function call for each row.
describe("the oldest row of a file:", function ()
	local folder, oldest_at, first_storagemanager;
	local list_open = datamanager.list_open;

	before_each(function ()
		folder = receipts.new_data_folder();
		first_storagemanager = package.loaded["core.storagemanager"];
		package.loaded["core.storagemanager"] = { get_driver = function () return {}, "internal"; end };
		datamanager.list_open = nil; -- Prosody 13 has it: there the storage reads one row by itself
		local module = receipts.new_module { "mam" };
		function module:open_store() return { find = function () error("reads the whole archive"); end }; end -- luacheck: ignore 212/self
		oldest_at = module:require "oldest_row" ("archive");
	end);

	after_each(function ()
		package.loaded["core.storagemanager"] = first_storagemanager;
		datamanager.list_open = list_open;
		folder.remove();
	end);

	local function row(at, text)
		return { name = "message"; attr = {}; { name = "body"; attr = {}; text }; when = at; key = "k" .. at };
	end

	local function keep(...)
		datamanager.list_store("bob", receipts.HOST, "archive", { ... });
	end

	it("the first row tells the time, whatever its text looks like", function ()
		keep(row(5, "}\n});\nitem({ when = 1 });\n"), row(7, "later"));
		assert.equal(5, oldest_at("bob"));
	end);

	it("a user without a file has no row", function ()
		assert.is_false(oldest_at("bob"));
	end);

	it("of a row that is damaged or without end nothing is known", function ()
		keep(row(5, "text"));
		for _, text in ipairs { "item({\n\twhen = 5;\n", "item({\n\t= 5;\n});\n", "os.exit(1)\n});\n" } do
			local file = assert(io.open(datamanager.getpath("bob", receipts.HOST, "archive", "list"), "w"));
			file:write(text);
			file:close();
			assert.is_nil(oldest_at("bob"));
		end
	end);
end);
