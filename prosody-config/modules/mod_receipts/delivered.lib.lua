-- What was delivered lately on behalf of recipients. Shared by all hosts of the server: a sender of
-- another host gets the answer here too.

local limits = module:require "limits";

local MAX_DELIVERED = limits.MAX_DELIVERED;

-- Two halves, of which the older one is given up when the newer one is full.
local lately = module:shared("/*/receipts/delivered");
lately.newer, lately.older, lately.count = lately.newer or {}, lately.older or {}, lately.count or 0;

local delivered = {};

-- Such a message is no answer of the recipient's client, and an error that comes back for it is of
-- no concern.
function delivered.is_ours(id)
	return id and (lately.newer[id] or lately.older[id]);
end

function delivered.remember(token)
	if lately.count >= MAX_DELIVERED then
		lately.older, lately.newer, lately.count = lately.newer, {}, 0;
	end
	lately.newer[token], lately.count = true, lately.count + 1;
end

return delivered;
