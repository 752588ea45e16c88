-- Whole files.

local disk = {};

function disk.read(path) --> nil: there is none that can be read
	local file = io.open(path, "rb");
	if not file then return nil; end
	local text = file:read("*a");
	file:close();
	return text;
end

-- A full disk may show only when the file is closed.
function disk.write_and_close(file, text) --> true, or nil and the problem
	local ok, problem = file:write(text);
	local closed, close_problem = file:close();
	if ok and closed then return true; end
	return nil, problem or close_problem;
end

-- A full disk does not empty the file that is there.
function disk.replace(path, text) --> true, or nil and the problem
	local temporary = path .. ".tmp";
	local file, problem = io.open(temporary, "wb");
	if not file then return nil, problem; end
	local ok, write_problem = disk.write_and_close(file, text);
	if not ok then return nil, write_problem; end
	return os.rename(temporary, path);
end

return disk;
