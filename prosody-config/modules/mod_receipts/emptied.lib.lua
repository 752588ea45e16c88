-- What a store held and holds no more (docs/protocol.md section 2.2).
--
-- Messages leave a store without a word: they expire, a client or an administrator deletes them, a
-- backup is put back. So each store is looked at when its owner comes: what the offline store held is
-- then handed out or gone, and the archive has nothing older than its oldest row.
--
-- The time shows that the owner has come. So contacts are named who are shown that; to others the
-- component tells nothing of it.

local fields = module:require "fields";
local hidden = module:require "hidden";
local limits = module:require "limits";
local oldest_row_of = module:require "oldest_row";
local stores = module:require "stores";
local encode = fields.encode;
local concat, floor, pairs = table.concat, math.floor, pairs;
local host = module.host;

local MICROSECONDS = 1000000;
local OFFLINE, ARCHIVE = "offline", "archive";
local SEES_OWNER = { from = true; both = true };

local archive_name = module:get_option_string("archive_store", "archive"); -- of mod_mam

-- The contacts who are told that this session is available, as further fields; of very many some are
-- left out.
local function shown_to(session)
	local names, bytes = {}, 0;
	for jid, item in pairs(session.roster or {}) do
		if jid and SEES_OWNER[item.subscription] and not hidden.is_from(session, { bare = jid }) then
			bytes = bytes + #jid;
			if bytes > limits.MAX_LINE_BYTES then break; end
			names[#names + 1] = "\t" .. encode(jid);
		end
	end
	return concat(names);
end

return function (needs)
	local facts, stamps = needs.facts, needs.stamps;
	local emptied = {};
	-- Whose stores were looked at since anything was put there. Lost with a restart: then all are
	-- looked at once more.
	local seen = { [OFFLINE] = {}, [ARCHIVE] = {} };
	local seen_count = 0;
	local opened = {};

	-- In seconds; false: it is empty; nil: not known.
	local function oldest_in(name, node)
		opened[name] = opened[name] or oldest_row_of(name == ARCHIVE and archive_name or name);
		return opened[name](node);
	end

	-- Something was put into a store of this user, so both are looked at again when the user comes.
	function emptied.note_held(node)
		seen[OFFLINE][node], seen[ARCHIVE][node] = nil, nil;
	end

	local function mark_seen(name, node)
		if seen_count >= limits.MAX_PARTIES then
			seen, seen_count = { [OFFLINE] = {}, [ARCHIVE] = {} }, 0;
		end
		if not seen[name][node] then seen_count = seen_count + 1; end
		seen[name][node] = true;
	end

	local function note(name, session, stamp)
		local account = encode(session.username .. "@" .. host);
		facts.add_plain_line("emptied\t" .. stamps.text(stamp) .. "\t" .. account .. "\t" .. name .. shown_to(session));
		mark_seen(name, session.username);
	end

	local function look_at_offline(session)
		if oldest_in(OFFLINE, session.username) == false then note(OFFLINE, session, stamps.next()); end
	end

	local function look_at_archive(session)
		local oldest = oldest_in(ARCHIVE, session.username);
		if oldest == nil then return; end
		note(ARCHIVE, session, oldest and floor(oldest) * MICROSECONDS or stamps.next());
	end

	local LOOK_AT = { [OFFLINE] = look_at_offline, [ARCHIVE] = look_at_archive };

	-- After all that hands out what waits for the user.
	function emptied.on_user_comes(session)
		for name, look in pairs(LOOK_AT) do
			if stores.has(name) and not seen[name][session.username] then look(session); end
		end
	end

	return emptied;
end
