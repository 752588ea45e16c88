-- What each recipient allows, in memory: a policy for each account that has one. Where there are
-- exceptions, a table of them by contact and by domain, with the account's own policy at OWN.

local pairs, type = pairs, type;

local OWN = 1; -- no JID

return function ()
	local policies = { OWN = OWN };
	local settings = { default = "client"; locked = "no"; disclosure = "subscribers" };
	local accounts;

	function policies.new_accounts()
		return { count = 0; policies = {} };
	end

	accounts = policies.new_accounts();

	-- With nothing to enforce for anybody no message is looked at twice.
	local function settle()
		policies.is_idle = settings.default == "client" and (settings.locked == "yes" or accounts.count == 0);
		policies.disclosure = settings.disclosure;
	end

	settle();

	-- { version, known, default, locked, disclosure }. Without a version the component is asked to send
	-- all; what is known is the version that the accounts are of all the same.
	function policies.settings()
		return settings;
	end

	function policies.set_settings(its_settings)
		settings = its_settings;
		settle();
	end

	-- Changes a set that is not in force yet: the one in force stays whole until all of it has come.
	function policies.set_in(its_accounts, account, policy) --> nil: none of its own
		local by_account = its_accounts.policies;
		its_accounts.count = its_accounts.count + (policy and 1 or 0) - (by_account[account] and 1 or 0);
		by_account[account] = policy;
	end

	function policies.set(account, policy) --> nil: none of its own
		policies.set_in(accounts, account, policy);
		settle();
	end

	function policies.put_in_force(its_accounts, its_settings)
		accounts, settings = its_accounts, its_settings;
		settle();
	end

	function policies.has(account)
		return accounts.policies[account] ~= nil;
	end

	function policies.get(account) --> nil: none of its own
		return accounts.policies[account];
	end

	function policies.accounts()
		local list = {};
		for account in pairs(accounts.policies) do list[#list + 1] = account; end
		return list;
	end

	function policies.count()
		return accounts.count;
	end

	-- The policy of an account for a contact. To oneself everybody may answer.
	function policies.of(account, contact)
		if policies.is_idle or account.bare == contact.bare then return "client"; end
		local own = settings.locked == "no" and accounts.policies[account.bare] or settings.default;
		if type(own) == "string" then return own; end
		return own[contact.bare] or own[contact.host] or own[OWN] or settings.default;
	end

	return policies;
end
