-- The position up to which the component has everything, and the newest stamp: in a file.

local disk = module:require "disk";
local format, match, max, tonumber = string.format, string.match, math.max, tonumber;

local SAVE_INTERVAL = 1;

return function (needs)
	local stamps, complain = needs.stamps, needs.complain;
	local position = { at = 0 };
	local path;
	local is_save_set = false;

	function position.load(folder)
		path = folder .. "position";
		local at, stamp = match(disk.read(path) or "", "^(%d+) (%d+)\n$");
		position.at = tonumber(at) or 0;
		stamps.note(tonumber(stamp) or 0);
	end

	function position.save()
		local ok, problem = disk.replace(path, format("%.0f %.0f\n", position.at, stamps.newest()));
		if not ok then complain("cannot save the position of the spool: " .. problem); end
	end

	local function save_soon()
		if is_save_set then return; end
		is_save_set = true;
		module:add_timer(SAVE_INTERVAL, function ()
			is_save_set = false;
			position.save();
		end);
	end

	function position.advance(to)
		position.at = max(position.at, to);
		save_soon();
	end

	return position;
end
