-- The stores of this host that keep messages for a recipient who is away.

local ipairs, rawget = ipairs, rawget;
local modules = prosody.hosts[module.host].modules;

local MODULE_OF = { offline = "offline"; archive = "mam" };
local NAMES = { "offline"; "archive" };

local stores = {};

function stores.has(name)
	return rawget(modules, MODULE_OF[name]) ~= nil;
end

-- The hello names them: the component knows by them what is kept for a user who is away.
function stores.of_host()
	local names = {};
	for _, name in ipairs(NAMES) do
		if stores.has(name) then names[#names + 1] = name; end
	end
	return names;
end

return stores;
