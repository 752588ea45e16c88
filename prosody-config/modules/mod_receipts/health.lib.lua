-- How this host is set up, and how it is: what the hello says for whoever looks for the reason why
-- nothing comes (docs/protocol.md section 2.1).

local time_now = require "util.time".now;
local format = string.format;
local rawget = rawget;
local modules = prosody.hosts[module.host].modules;
local server = module:context("*");

-- Community module: drops what comes from who is not among the contacts.
local FILTER = "block_strangers";
local MICROSECONDS = 1000000;

local function number(value)
	return value and format("%.0f", value);
end

-- As mod_component reads them.
local function longest_stanza()
	return server:get_option_number("component_stanza_size_limit", server:get_option_number("s2s_stanza_size_limit", 512 * 1024));
end

return function (needs)
	local spool, spool_limit, counts = needs.spool, needs.spool_limit, needs.counts;

	return function (attr) --> the attributes of a hello, with these
		attr.acks = rawget(modules, "smacks") and "yes" or "no";
		attr.filters = rawget(modules, FILTER) and "mod_" .. FILTER or nil;
		attr["longest-stanza"] = number(longest_stanza());
		attr.clock = number(time_now() * MICROSECONDS);
		attr.spool, attr["spool-limit"] = number(spool.count_bytes()), number(spool_limit);
		attr.gap = spool.newest_gap();
		attr.counts = counts.text();
		return attr;
	end
end
