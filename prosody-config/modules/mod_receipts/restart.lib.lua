-- Has the server started anew without having stopped in good order? Then the queues of the sessions
-- that it kept for resumption are gone, and one line tells of it (docs/protocol.md section 2.2).
--
-- A file names the run of the server that has the module; it goes when that ends in good order.

local datamanager = require "util.datamanager";
local new_id = require "util.id".short;
local disk = module:require "disk";
local gsub = string.gsub;
local remove = os.remove;
local host = module.host;

local run = module:shared("/*/receipts/run"); -- as long as the server runs
run.id = run.id or new_id();

return function (needs)
	local facts, stamps = needs.facts, needs.stamps;
	local path = gsub(datamanager.getpath("running", host, "receipts", "dat", true), "%.dat$", "");
	local restart = {};

	-- All facts of the last run are in the spool, none of this one.
	function restart.note()
		local last_run = disk.read(path);
		if last_run and last_run ~= run.id then
			facts.add_plain_line("restarted\t" .. stamps.text(stamps.next()));
		end
		local ok, problem = disk.replace(path, run.id);
		if not ok then
			module:log("error", "Cannot write %s (%s): a restart of the server would not be noticed. "
				.. "Let the server's user write there, then reload the module", path, problem);
		end
	end

	-- What the sessions held was reported when they ended.
	function restart.rule_out()
		remove(path);
	end

	return restart;
end
