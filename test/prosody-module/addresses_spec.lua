local receipts = require "receipts";

describe("addresses:", function ()
	local addresses = receipts.new_module():require "addresses" ("receipts.example.org");

	it("an address of a device names its user, host and resource", function ()
		local party = addresses.party_of("alice@example.org/my phone");
		assert.equal("alice@example.org", party.bare);
		assert.equal("alice", party.node);
		assert.equal("example.org", party.host);
		assert.equal(" resource=my%20phone", party.at_resource);
	end);

	it("an address of a host has no user", function ()
		local party = addresses.party_of("example.org");
		assert.equal("example.org", party.bare);
		assert.equal("example.org", party.host);
		assert.is_nil(party.node);
	end);

	it("an address may have @ and / in its resource", function ()
		local party = addresses.party_of("room@rooms.example.org/bo/b@home");
		assert.equal("room@rooms.example.org", party.bare);
		assert.equal("rooms.example.org", party.host);
	end);

	it("an address is a field that cannot end the line it stands in", function ()
		assert.equal("\ta%20b@example.org", addresses.party_of("a b@example.org").field);
	end);

	it("a room is learned from our clients, and then its occupants are recipients of their own", function ()
		local function occupant(nick) return addresses.party_of("room@rooms.example.net/" .. nick).occupant; end
		assert.is_nil(occupant("bo b"));
		addresses.learn_room("room@rooms.example.net/al");
		assert.equal("\toccupant 0 nick=bo%20b", occupant("bo b"));
		assert.is_nil(addresses.party_of("room@rooms.example.net").occupant);
		assert.is_nil(addresses.party_of("other@rooms.example.net/bo").occupant);
	end);

	it("no user of this server is learned as a room", function ()
		addresses.learn_room("bob@example.org/phone");
		assert.is_nil(addresses.party_of("bob@example.org/phone").occupant);
	end);

	it("every address of the component is known as the component's", function ()
		assert.is_true(addresses.party_of("receipts.example.org").is_component);
		assert.is_true(addresses.party_of("receipts@receipts.example.org/x").is_component);
		assert.is_false(addresses.party_of("alice@example.org").is_component);
	end);

	it("an address is the same table each time, also after thousands of others", function ()
		local first = addresses.party_of("alice@example.org/phone");
		assert.equal(first, addresses.party_of("alice@example.org/phone"));
		for number = 1, 5000 do addresses.party_of("user-" .. number .. "@example.org"); end
		assert.equal(first.bare, addresses.party_of("alice@example.org/phone").bare);
	end);

	it("a message without an address is to its sender", function ()
		local sender, recipient = addresses.parties_of({ attr = { from = "alice@example.org/phone" } });
		assert.equal("alice@example.org", sender.bare);
		assert.equal(sender, recipient);
	end);
end);
