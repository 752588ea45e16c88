-- Who a JID is.

local limits = module:require "limits";
local fields = module:require "fields";
local encode = fields.encode;
local match = string.match;
local rawget = rawget;
local host, hosts = module.host, prosody.hosts;

local MAX_PARTIES = limits.MAX_PARTIES;

return function (component_host)
	local addresses = {};
	local parties, party_count = {}, 0;
	local rooms, room_count = {}, 0;

	local function is_room(bare, party_host)
		local its_host = rawget(hosts, party_host);
		return rooms[bare] or its_host and its_host.modules.muc;
	end

	-- XEP-0045 section 7.5: a room is many people; the occupant is in the resource.
	local function occupant_of(bare, party_host, resource)
		if resource == "" or not is_room(bare, party_host) then return nil; end
		return "\toccupant 0 nick=" .. encode(resource);
	end

	local function make_party(jid)
		local bare, resource = match(jid, "^([^/]*)/?(.*)$");
		local node, party_host = match(bare, "^([^@]*)@(.*)$");
		return {
			bare = bare; node = node; host = party_host or bare;
			is_component = (party_host or bare) == component_host;
			field = "\t" .. encode(bare); -- of a line
			at_resource = " resource=" .. encode(resource); -- of a fact
			occupant = occupant_of(bare, party_host or bare, resource); -- one more field of the line, for a recipient
		};
	end

	-- Remembered, because the same few talk to each other again and again.
	local function party_of(jid)
		local party = parties[jid];
		if party then return party; end
		if party_count >= MAX_PARTIES then
			parties, party_count = {}, 0;
		end
		party = make_party(jid);
		parties[jid], party_count = party, party_count + 1;
		return party;
	end

	addresses.party_of = party_of;

	-- Of rooms on other servers nothing is known but what our clients say: they enter them (XEP-0045
	-- section 7.2), or write privately in them.
	function addresses.learn_room(jid)
		local bare = match(jid or "", "^([^/]+@[^/]+)/.");
		if not bare or rooms[bare] or rawget(hosts, match(bare, "@(.*)$")) then return; end
		if room_count >= MAX_PARTIES then
			rooms, room_count = {}, 0;
		end
		rooms[bare], room_count = true, room_count + 1;
		parties, party_count = {}, 0; -- some may be its occupants
	end

	-- A message to oneself has no 'to' (RFC 6120 section 10.3.1).
	function addresses.parties_of(stanza) --> sender, recipient
		local attr = stanza.attr;
		return party_of(attr.from), party_of(attr.to or attr.from);
	end

	-- A message to oneself comes back to the resource that sent it, which proves nothing.
	function addresses.is_own_echo(stanza, session)
		return stanza.attr.from == session.full_jid;
	end

	function addresses.is_own_client(origin)
		return origin.type == "c2s" and origin.host == host;
	end

	return addresses;
end
