-- What is counted since the module was loaded, for whoever looks for the reason why nothing comes. The
-- hello tells it (docs/protocol.md section 2.1), and the server's own statistics.

local concat, gsub = table.concat, string.gsub;
local ipairs = ipairs;

local NAMES = {
	-- Answers of our users, by the policy; named: the policy for one who is named inside
	"stopped-manual"; "stopped-refuse"; "stopped-manual-named"; "stopped-refuse-named";
	-- Messages that ask for a receipt, by the reason why they are not tracked
	"untracked-exempt"; "untracked-answers"; "untracked-no-content"; "untracked-no-id"; "untracked-from-room";
	-- Answers of clients that are not reported, by the reason
	"unreported-no-id"; "unreported-too-many";
	-- Messages whose sender wants to hear of silence, without a time that can be kept
	"unwatched-within";
	-- Of others than the component
	"orders-refused";
};

return function ()
	local counts, count_of, measure_of = {}, {}, {};
	for _, name in ipairs(NAMES) do
		count_of[name], measure_of[name] = 0, module:measure(gsub(name, "-", "_"), "counter");
	end

	function counts.add(name)
		count_of[name] = count_of[name] + 1;
		measure_of[name](1);
	end

	function counts.text()
		local words = {};
		for place, name in ipairs(NAMES) do words[place] = name .. "=" .. count_of[name]; end
		return concat(words, " ");
	end

	return counts;
end
