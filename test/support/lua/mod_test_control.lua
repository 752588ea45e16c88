-- Runs Lua inside a test's own server: one JSON object a line each way, on a loopback port.
-- Never load it anywhere else.
--   in:  {"id":1,"code":"return ...","args":["x"]}
--   out: {"id":1,"ok":true,"value":"x"} or {"id":1,"ok":false,"error":"..."}

module:set_global();

local async = require "util.async";
local envload = require "util.envload".envload;
local json = require "util.json";

local unpack = table.unpack or unpack; -- luacheck: ignore 113

local is_stopping = false;
local buffers = {};

local function run(order)
	local chunk, err = envload(order.code, "=test", setmetatable({}, { __index = _G }));
	if not chunk then
		return { id = order.id; ok = false; error = err };
	end
	local ok, value, reason = xpcall(chunk, debug.traceback, unpack(order.args));
	if not ok then
		return { id = order.id; ok = false; error = tostring(value) };
	end
	-- the convention of Prosody's own functions: nil and a reason
	if value == nil and reason ~= nil then
		return { id = order.id; ok = false; error = tostring(reason) };
	end
	return { id = order.id; ok = true; value = value };
end

local function answer(conn, line)
	local reply = run(json.decode(line));
	conn:write(json.encode(reply) .. "\n");
end

local listener = { default_mode = "*a" };

function listener.onconnect(conn)
	buffers[conn] = "";
end

function listener.onincoming(conn, data)
	local buffer = buffers[conn] .. data;
	local rest = 1;
	for line, next_start in buffer:gmatch("([^\n]*)\n()") do
		rest = next_start;
		async.runner(function () answer(conn, line); end):run(true);
	end
	buffers[conn] = buffer:sub(rest);
end

-- The test holds the connection for as long as it lives: no server outlives the test that started it.
function listener.ondisconnect(conn)
	buffers[conn] = nil;
	if not is_stopping and next(buffers) == nil then
		-- as mod_posix does for SIGTERM: a shutdown waits for sessions, which only a thread can
		prosody.main_thread:run(function ()
			prosody.unlock_globals();
			prosody.shutdown("the test that started this server has gone");
			prosody.lock_globals();
		end);
	end
end

module:hook_global("server-stopping", function () is_stopping = true; end, 1000);

module:provides("net", {
	name = "test_control";
	private = true;
	listener = listener;
	default_port = 0;
});
