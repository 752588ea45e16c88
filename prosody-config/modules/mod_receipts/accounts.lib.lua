-- Accounts of this host: whom the server may speak for.

local usermanager = require "core.usermanager";
local host = module.host;

local accounts = {};

function accounts.is_active(account)
	if not usermanager.user_exists(account, host) then return false; end
	local is_enabled = usermanager.user_is_enabled; -- since 13.0
	return not is_enabled or is_enabled(account, host) ~= false;
end

return accounts;
