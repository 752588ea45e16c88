-- The lines of policies, as the component sends them (docs/protocol.md section 2.3) and as they are
-- kept on disk, where a line of settings ends each order.

local fields = module:require "fields";
local encode, decode, is_usable_id = fields.encode, fields.decode, fields.is_usable_id;
local concat = table.concat;
local pairs, type = pairs, type;
local gmatch, match, sub = string.gmatch, string.match, string.sub;

local ACCOUNT_END = "@" .. module.host;
local IS_POLICY = { client = true; automatic = true; manual = true; refuse = true };
local IS_DISCLOSURE = { subscribers = true; domain = true; everyone = true };

-- A line of settings begins with it, and none of an account does: an address may begin with "="
-- too, but has no tab behind it.
local SETTINGS = "=";
local SETTINGS_START = SETTINGS .. "\t";

return function (OWN) -- the key of the account's own policy beside its exceptions
	local lines = {};

	local function read_exceptions(own, text) --> nil: unreadable
		local exceptions = { [OWN] = own };
		for field in gmatch(text, "[^\t]+") do
			local policy, contact = match(field, "^(%l+) ([^ ]+)$");
			if not IS_POLICY[policy] then return nil; end
			exceptions[decode(contact)] = policy;
		end
		return exceptions;
	end

	local function is_account(text)
		return text and sub(text, -#ACCOUNT_END) == ACCOUNT_END and #text > #ACCOUNT_END;
	end

	-- No account: unreadable. No policy: none of its own.
	function lines.read_account(line) --> account, policy
		local account, policy, exceptions = match(line, "^([^\t]+)\t(%l+)(.*)$");
		if not is_account(account) or not IS_POLICY[policy] and policy ~= "default" then return nil; end
		local value = IS_POLICY[policy] and policy or nil;
		if exceptions ~= "" then
			value = read_exceptions(value, exceptions);
			if not value then return nil; end
		end
		return decode(account), value;
	end

	function lines.account(account, policy) -- nil: none of its own
		if type(policy) ~= "table" then return encode(account) .. "\t" .. (policy or "default"); end
		local parts = { encode(account), policy[OWN] or "default" };
		for contact, excepted in pairs(policy) do
			if contact ~= OWN then parts[#parts + 1] = excepted .. " " .. encode(contact); end
		end
		return concat(parts, "\t");
	end

	function lines.forgotten_account(account)
		return encode(account) .. "\tdefault";
	end

	function lines.make_settings(version, default, locked, disclosure) --> nil: unreadable
		if not IS_POLICY[default] or locked ~= "yes" and locked ~= "no" then return nil; end
		local its_version = is_usable_id(version) and version or nil;
		return {
			version = its_version; known = its_version;
			default = default; locked = locked;
			disclosure = IS_DISCLOSURE[disclosure] and disclosure or "subscribers"; -- the strictest
		};
	end

	function lines.is_settings(line)
		return sub(line, 1, #SETTINGS_START) == SETTINGS_START;
	end

	function lines.read_settings(line) --> nil: unreadable
		local version, default, locked, disclosure = match(line, "^=\t([^\t]*)\t(%l+)\t(%l+)\t(%l+)$");
		return version and lines.make_settings(decode(version), default, locked, disclosure);
	end

	function lines.settings(settings)
		local version = encode(settings.version or "");
		return concat({ SETTINGS, version, settings.default, settings.locked, settings.disclosure }, "\t") .. "\n";
	end

	return lines;
end
