-- A failure in this module never reaches a message: it is logged, and the message goes on.

local limits = module:require "limits";
local pcall = pcall;

return function ()
	local quietly = {};
	local said, said_count = {}, 0;

	-- One line for each sort of failure: what fails for one message fails for a thousand a second.
	local function complain(problem)
		if said[problem] or said_count >= limits.MAX_COMPLAINTS then return; end
		said[problem] = true;
		said_count = said_count + 1;
		module:log("error", "mod_receipts: a fact was not reported or a policy not enforced; messages are still delivered. Error: %s", problem);
	end

	quietly.complain = complain;

	function quietly.try(act, ...)
		local ok, problem = pcall(act, ...);
		if not ok then complain(problem); end
	end

	-- The same as a handler of an event.
	function quietly.guarded(observe)
		return function (event)
			local ok, result = pcall(observe, event);
			if ok then return result; end
			complain(result);
		end
	end

	-- What an event comes to is known only when all its handlers have run. What they return stays.
	function quietly.when_handled(event_name, note)
		module:wrap_event(event_name, function (handlers, name, event)
			local stanza, kept = event.stanza, handlers(name, event);
			quietly.try(note, event.session or event.origin, stanza, kept);
			return kept;
		end);
	end

	return quietly;
end
