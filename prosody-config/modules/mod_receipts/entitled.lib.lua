-- Does what is told reveal no more of the recipient's presence than the sender may know now?

local may_see = module:require "presence";

return function (policies)
	return function (sender, recipient)
		local disclosure = policies.disclosure;
		return disclosure == "everyone" or disclosure == "domain" and sender.host == recipient.host
			or may_see(sender, recipient);
	end
end
