-- The component's orders about policies: a whole set in parts, or changes to a version
-- (docs/protocol.md section 2.3).

local st = require "util.stanza";
local limits = module:require "limits";
local gmatch, match, tonumber = string.gmatch, string.match, tonumber;

local XMLNS_FEED = "xmpp-receipts:feed:1";

local count_unreadable = module:measure("unreadable_policies", "counter");

return function (needs)
	local policies, lines, file, complain = needs.policies, needs.lines, needs.file, needs.complain;
	local orders = {};
	local incoming; -- a set that has not come as a whole: { version, parts, accounts }

	-- None while the component is to send the whole set.
	function orders.version()
		return not file.has_outgrown() and policies.settings().version or "";
	end

	local function read_accounts(text, set)
		for line in gmatch(text, "[^\n]+") do
			local account, policy = lines.read_account(line);
			if account then
				set(account, policy);
			else
				count_unreadable(1);
				complain("a policy that cannot be read");
			end
		end
	end

	local function held(version)
		return st.stanza("policies", { xmlns = XMLNS_FEED; version = version });
	end

	-- Without a version the component sends the whole set again, which mends the file.
	local function not_on_disk() --> the error of an answer
		policies.settings().version = nil;
		return nil, "wait", "resource-constraint", "The policies are in force, but cannot be written to disk";
	end

	local function is_same(a, b)
		return a.default == b.default and a.locked == b.locked and a.disclosure == b.disclosure;
	end

	-- The version is that of the accounts: an operator may have changed the settings under the same
	-- one.
	local function take_change(since, settings, text)
		local present = policies.settings();
		local is_repeated = settings.version == present.version;
		if is_repeated and is_same(settings, present) then return held(present.version); end
		if not is_repeated and since ~= present.version then return nil, "cancel", "item-not-found"; end
		if is_repeated then text = ""; end
		read_accounts(text, policies.set);
		policies.set_settings(settings);
		local appended = (text == "" and "" or text .. "\n") .. lines.settings(settings);
		if not file.append(appended) then return not_on_disk(); end
		return held(settings.version);
	end

	function orders.abandon()
		if not incoming then return; end
		incoming = nil;
		file.abandon_whole();
	end

	local function begin_set(version)
		incoming = { version = version; parts = 0; accounts = policies.new_accounts() };
		file.begin_whole();
	end

	-- What cannot be written is in force all the same, from the last part on.
	local function end_set(settings)
		policies.put_in_force(incoming.accounts, settings);
		incoming = nil;
		if not file.end_whole(lines.settings(settings)) then return not_on_disk(); end
		return held(settings.version);
	end

	-- A component that has not read what is held here (an old one does not read it) replaces only what
	-- an earlier version of its own store said.
	local function may_replace(version, instead)
		local known = policies.settings().known;
		if instead then return instead == (known or ""); end
		local epoch, number = match(known or "", "^(%w+):(%d+)$");
		local its_epoch, its_number = match(version, "^(%w+):(%d+)$");
		if policies.count() == 0 or not epoch or not its_epoch then return true; end
		return epoch == its_epoch and tonumber(number) <= tonumber(its_number);
	end

	local function take_part(part, is_last, settings, text, instead)
		if part == 1 and not may_replace(settings.version, instead) then
			complain("the component's store does not know the policies in force here, so they stay: update xmpp-receipts, "
				.. "or give it the store that it had");
			return nil, "cancel", "conflict";
		end
		if part == 1 then begin_set(settings.version); end
		if not incoming or incoming.version ~= settings.version or incoming.parts + 1 ~= part then
			return nil, "wait", "unexpected-request";
		end
		incoming.parts = part;
		read_accounts(text, function (account, policy)
			policies.set_in(incoming.accounts, account, policy);
		end);
		file.append_to_whole(text .. "\n");
		if is_last then return end_set(settings); end
		return held(incoming.version);
	end

	function orders.take(order) --> the answer, or nil and the error
		local attr, text = order.attr, not order.tags[1] and order:get_text();
		local settings = lines.make_settings(attr.version, attr.default, attr.locked or "no", attr.disclosure);
		local part = match(attr.part or "", "^%d+$");
		local is_usable = text and #text <= limits.MAX_ORDER_BYTES and settings and settings.version;
		if not is_usable or not part and not attr.since then
			return nil, "modify", "bad-request";
		elseif attr.since then
			return take_change(attr.since, settings, text);
		end
		return take_part(tonumber(part), attr.last == "yes", settings, text, attr.instead);
	end

	-- An account was deleted: a new one of that name must not inherit its policy.
	function orders.forget(account)
		local line = lines.forgotten_account(account) .. "\n";
		if incoming then
			policies.set_in(incoming.accounts, account, nil);
			file.append_to_whole(line);
		end
		if not policies.has(account) then return; end
		policies.set(account, nil);
		if not file.append(line .. lines.settings(policies.settings())) then policies.settings().version = nil; end
	end

	return orders;
end
