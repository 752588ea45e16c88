-- A run of the module ends in good order: the last lines go to disk, and the next start does not
-- report that the server has started anew (restart.lib.lua).

return function (needs)
	local facts, spool, restart = needs.facts, needs.spool, needs.restart;

	return function ()
		facts.flush_to_end();
		spool.save();
		restart.rule_out();
	end
end
