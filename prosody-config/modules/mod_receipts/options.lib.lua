-- The options: read once, checked, and with their defaults. README.md describes them.

local idna = require "util.encodings".idna;
local jid_prep = require "util.jid".prep;
local ipairs, rawget = ipairs, rawget;
local max, min = math.max, math.min;
local host = module.host;

-- What is out of bounds is said, and the nearest bound is used.
local function get_bounded_number(name, default, lowest, highest)
	local value = module:get_option_number(name, default) or default;
	local bounded = max(lowest, min(value, highest));
	if bounded ~= value then
		module:log("warn", "Option %s must be between %g and %g, not %g: using %g", name, lowest, highest, value, bounded);
	end
	return bounded;
end

local function is_here(domain)
	return rawget(prosody.hosts, domain) or module:context(domain):get_option_string("component_module");
end

-- In U-labels (bücher.test) or in A-labels (xn--bcher-kva.test): the server takes each for a domain of its
-- own.
local function as_configured(domain)
	for _, convert in ipairs({ idna.to_unicode; idna.to_ascii }) do
		local other = jid_prep(convert(domain));
		if other and not is_here(domain) and is_here(other) then return other; end
	end
	return domain;
end

local function get_component_host() --> nil: none that can be used
	local named = jid_prep(module:get_option_string("receipts_component"));
	local component_host = named and as_configured(named);
	if component_host ~= host then return component_host; end
end

return function () --> the options, or nil and why the module cannot run
	if module:get_host_type() ~= "local" then
		return nil, "This module watches users: enable it on a VirtualHost, not on a component";
	end
	local component_host = get_component_host();
	if not component_host then
		return nil, ("Option receipts_component must name the component of xmpp-receipts, "
			.. "for instance \"receipts.%s\": doing nothing"):format(host);
	end
	return {
		component_host = component_host;
		spool_limit = get_bounded_number("receipts_spool_limit", 64 * 1024 * 1024, 64 * 1024, 2^40); -- bytes
		tick_seconds = get_bounded_number("receipts_tick", 0.02, 0.001, 10);
		result_timeout = get_bounded_number("receipts_result_timeout", 30, 0.1, 3600); -- seconds
	};
end
