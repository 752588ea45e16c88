-- The time of the oldest message in a store.
--
-- COMPAT prosody 0.12: its file storage reads a whole archive to give its first row: most of a second
-- for 10,000 messages, in which the server does nothing else. So the first row is read from the file.

local datamanager = require "util.datamanager";
local envload = require "util.envload".envload;
local find, open, pcall, sub, tonumber = string.find, io.open, pcall, string.sub, tonumber;
local host = module.host;

local ROW_BEGINS, ROW_ENDS = "^item%(", "\n});\n"; -- no text in a row has such an end: line feeds are escaped
local MAX_ROW_BYTES = 512 * 1024;
local NO_SUCH_FILE = 2;

local function is_in_whole_files(name)
	local ok, storagemanager = pcall(require, "core.storagemanager");
	if not ok or datamanager.list_open then return false; end
	local _, driver_name = storagemanager.get_driver(host, name);
	return driver_name == "internal";
end

local function first_row_of(text)
	local row;
	local _, ends_at = find(text, ROW_ENDS, 1, true);
	if not ends_at or not find(text, ROW_BEGINS) then return nil; end
	local read = envload(sub(text, 1, ends_at), "=first row", { item = function (item) row = item; end });
	return read and pcall(read) and row or nil;
end

-- In seconds; false: there is no row; nil: not known.
local function read_file(name, node)
	local file, _, code = open(datamanager.getpath(node, host, name, "list"));
	if not file and code == NO_SUCH_FILE then return false; end
	if not file then return nil; end
	local text = file:read(MAX_ROW_BYTES);
	file:close();
	if not text then return false; end
	local row = first_row_of(text);
	return row and tonumber(row.when);
end

local function ask_store(store, node)
	local rows = store:find(node, { limit = 1 });
	if not rows then return nil; end
	local key, _, at = rows();
	return key and at or not key and false;
end

return function (name) --> the time of the oldest row of a user
	local store = module:open_store(name, "archive");
	local is_file = is_in_whole_files(name);
	return function (node)
		if is_file then return read_file(name, node); end
		return ask_store(store, node);
	end;
end
