-- A spool with what it needs, on a disk of its own. Who reads it takes lines only when told to.

local receipts = require "receipts";

local spools = {};

-- Limits: { limit }. The reader: { is_ready, offered }.
function spools.start(options)
	local module = receipts.new_module();
	local reader = { is_ready = false; offered = {}; woken = 0 };
	function reader.offer(text, items, ends_at)
		if not reader.is_ready then return false; end
		table.insert(reader.offered, { text = text; items = items; ends_at = ends_at });
		return true;
	end
	function reader.pump() reader.woken = reader.woken + 1; end
	local stamps, tick = module:require "stamps" (), module:require "tick" (0.02);
	function tick.flush() return 0; end -- there are no facts here
	local spool = module:require "spool" {
		stamps = stamps; tick = tick; component_host = "receipts.example.org";
		limit = options and options.limit or 2^40;
		complain = function (problem) module:log("error", "%s", problem); end;
	};
	spool.connect(reader);
	spool.recover();
	return { spool = spool; module = module; reader = reader; stamps = stamps };
end

function spools.line(id, stamp)
	return "message\t" .. id .. "\talice@example.org\tbob@example.org\taccepted " .. (stamp or 1795338025000000);
end

-- All that waits, batch by batch.
function spools.take_all(spool)
	local batches = {};
	local batch = spool.take();
	while batch do
		table.insert(batches, batch);
		batch = spool.take();
	end
	return batches;
end

function spools.texts(batches)
	local texts = {};
	for place, batch in ipairs(batches) do texts[place] = batch.text; end
	return texts;
end

return spools;
