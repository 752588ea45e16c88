-- The policies that the last run left on disk. What can be read stays in force; the version is told
-- only if all could be read, so that otherwise the component sends all again.

local lfs = require "lfs";
local gmatch = string.gmatch;

return function (needs)
	local policies, lines, file, complain = needs.policies, needs.lines, needs.file, needs.complain;

	local function read_account(line) --> could it be read?
		local account, policy = lines.read_account(line);
		if account then policies.set(account, policy); end
		return account ~= nil;
	end

	local function read_settings(line) --> could it be read?
		local settings = lines.read_settings(line);
		if settings then policies.set_settings(settings); end
		return settings ~= nil;
	end

	-- A line of settings ends each order: without one at its end the file holds half an order.
	-- Of half an order nobody knows which version it belongs to.
	local function read(text) --> is all of it well?
		local is_well, has_order_ended, has_whole = true, true, false;
		for line, next_line in gmatch(text, "([^\n]*)\n()") do
			if lines.is_settings(line) then
				is_well, has_order_ended = read_settings(line) and is_well, true;
				if not has_whole then file.set_whole_size(next_line - 1); end
				has_whole = true;
			elseif line ~= "" then
				is_well, has_order_ended = read_account(line) and is_well, false;
			end
		end
		if not has_order_ended then policies.settings().known = nil; end
		return is_well and has_order_ended;
	end

	return function ()
		local text, is_torn = file.read();
		if not text then
			if lfs.attributes(file.path()) then complain("cannot read " .. file.path()); end
			return;
		end
		if read(text) and not is_torn then return; end
		policies.settings().version = nil;
		if is_torn then policies.settings().known = nil; end
		module:log("warn", "Some of %s cannot be read: enforcing the rest until the component sends the policies again",
			file.path());
	end
end
