-- What was delivered lately on behalf of recipients. A sender of another host gets the answer here
-- too.

local lately = module:require "lately" ("delivered");

-- Such a message is no answer of the recipient's client, and an error that comes back for it is of
-- no concern.
return { is_ours = lately.has; remember = lately.remember };
