-- The policies on disk: the lines of the component as they came, the changes behind the whole set.
--
-- Changes are appended, and the file is not written anew for each: a change must be on disk before
-- it is confirmed, and to write 3.7 MB (100,000 users) for it would hold up the server. A whole set
-- comes in parts, is written beside the file part by part, and takes its place with the last one.

local datamanager = require "util.datamanager";
local disk = module:require "disk";
local limits = module:require "limits";
local sub = string.sub;
local host = module.host;

return function ()
	local file = {};
	local path, temporary_path;
	local whole_size, size = 0, 0; -- of the whole set, and with the changes behind it
	local is_torn = false; -- the file ends with half a line
	local is_disk_failing = false;
	local whole; -- one that has not come to its end: { file, size, problem }

	function file.path()
		return path;
	end

	local function note_disk(ok, problem)
		if not ok and not is_disk_failing then
			module:log("error", "Cannot write %s (%s): enforcing the policies from memory", path, problem);
		elseif ok and is_disk_failing then
			module:log("info", "Policies are written to %s again", path);
		end
		is_disk_failing = not ok;
	end

	-- The component is then asked for the whole set, which takes the place of all.
	function file.has_outgrown()
		return size - whole_size > limits.MAX_APPENDED_BYTES + 2 * whole_size;
	end

	function file.append(text) --> is it on disk?
		text = (is_torn and "\n" or "") .. text;
		local handle, problem = io.open(path, "ab");
		local ok = handle;
		if handle then ok, problem = disk.write_and_close(handle, text); end
		note_disk(ok, problem);
		is_torn = not ok;
		if ok then size = size + #text; end
		return ok;
	end

	function file.abandon_whole()
		if not whole then return; end
		if whole.file then whole.file:close(); end
		whole = nil;
		os.remove(temporary_path);
	end

	function file.begin_whole()
		file.abandon_whole();
		local handle, problem = io.open(temporary_path, "wb");
		whole = { file = handle; size = 0; problem = not handle and problem };
	end

	function file.append_to_whole(text)
		if whole.problem then return; end
		local ok, problem = whole.file:write(text);
		if ok then ok, problem = whole.file:flush(); end
		whole.size = whole.size + #text;
		if not ok then whole.problem = problem; end
	end

	local function finish_whole(text) --> true, or nil and the problem
		if whole.problem then return nil, whole.problem; end
		local handle = whole.file;
		whole.file = nil;
		local ok, problem = disk.write_and_close(handle, text);
		if ok then ok, problem = os.rename(temporary_path, path); end
		if not ok then return nil, problem; end
		size = whole.size + #text;
		whole_size, is_torn = size, false;
		return true;
	end

	function file.end_whole(text) --> is it on disk?
		local ok, problem = finish_whole(text);
		note_disk(ok, problem);
		file.abandon_whole();
		return ok;
	end

	-- What the last run left; a whole set that had not come to its end is gone.
	function file.read() --> text; nil: there is none that can be read
		path = datamanager.getpath("policies", host, "receipts", "list", true);
		temporary_path = path .. ".tmp";
		os.remove(temporary_path);
		local text = disk.read(path);
		if text then size, is_torn = #text, text ~= "" and sub(text, -1) ~= "\n"; end
		return text, is_torn;
	end

	function file.set_whole_size(bytes)
		whole_size = bytes;
	end

	return file;
end
