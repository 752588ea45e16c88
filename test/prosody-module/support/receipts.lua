-- Loads files of mod_receipts as Prosody does, into a host that consists of nothing else: only the
-- clock, the timers, the log and the other parts of the server are not real.

local datamanager = require "util.datamanager";
local lfs = require "lfs";
local time = require "util.time";

local FOLDER = "prosody-config/modules/mod_receipts/";
local HOST = "example.org";

local receipts = { HOST = HOST };

local module_methods = {};
module_methods.__index = module_methods;

function module_methods:require(name)
	local file = assert(loadfile(FOLDER .. name .. ".lib.lua", "t", self.environment));
	return file();
end

function module_methods:log(level, text, ...)
	table.insert(self.logged, level .. ": " .. text:format(...));
end

function module_methods:get_host_type()
	return self.host_type;
end

function module_methods:get_option_string(name)
	return self.options[name];
end

-- The same for another host, of which only some options are there: { ["other.test"] = { name = value } }.
function module_methods:context(host)
	return setmetatable({ host = host; options = self.other_hosts[host] or {} }, module_methods);
end

function module_methods:get_option_number(name, default)
	return self.options[name] or default;
end

function module_methods:measure(name)
	self.counted[name] = 0;
	return function (amount) self.counted[name] = self.counted[name] + amount; end;
end

function module_methods:add_timer(delay, act)
	table.insert(self.timers, { delay = delay; act = act });
end

function module_methods:shared()
	return self.shared_table;
end

-- The timers that are set now; those that they set run with the next call.
function module_methods:run_timers()
	local due = self.timers;
	self.timers = {};
	for _, timer in ipairs(due) do timer.act(); end
end

-- A host with what a file of the module needs of its server. Modules that are loaded: a list of
-- names.
function receipts.new_module(loaded)
	local modules = {};
	for _, name in ipairs(loaded or {}) do modules[name] = {}; end
	local module = setmetatable({
		host = HOST; name = "receipts"; logged = {}; counted = {}; timers = {}; shared_table = {};
		host_type = "local"; options = {}; other_hosts = {};
	}, module_methods);
	local hosts = { [HOST] = { type = "local"; modules = modules } };
	local prosody = { hosts = hosts; full_sessions = {}; bare_sessions = {} };
	module.environment = setmetatable({ module = module; prosody = prosody }, { __index = _G });
	return module;
end

local real_now, real_monotonic = time.now, time.monotonic;
local instant, reading;

function time.now()
	return instant or real_now();
end

function time.monotonic()
	return reading or real_monotonic();
end

-- What a stopwatch that nobody sets shows from now on, in seconds; nil: the real one.
function receipts.set_stopwatch(seconds)
	reading = seconds;
end

-- The instant that it is from now on, in seconds; nil: the real one.
function receipts.set_clock(seconds)
	instant = seconds;
end

local function remove_folder(path)
	for name in lfs.dir(path) do
		if name ~= "." and name ~= ".." then
			local inner = path .. "/" .. name;
			if lfs.attributes(inner, "mode") == "directory" then remove_folder(inner); else os.remove(inner); end
		end
	end
	lfs.rmdir(path);
end

-- A folder of its own for what the module keeps on disk.
function receipts.new_data_folder()
	local path = os.tmpname();
	os.remove(path);
	lfs.mkdir(path);
	datamanager.set_data_path(path);
	return {
		path = path;
		file = function (name) return path .. "/example%2eorg/receipts/" .. name; end;
		remove = function () remove_folder(path); end;
	};
end

function receipts.read(path)
	local file = io.open(path, "rb");
	if not file then return nil; end
	local text = file:read("*a");
	file:close();
	return text;
end

function receipts.write(path, text)
	local file = assert(io.open(path, "wb"));
	assert(file:write(text));
	assert(file:close());
end

return receipts;
