-- The IQs of the component: its answers, its hello, and its orders.

local st = require "util.stanza";

local pcall = pcall;

local XMLNS_FEED = "xmpp-receipts:feed:1";

return function (needs)
	local component, feed, hello = needs.component, needs.feed, needs.hello;
	local take_policies, take_deliveries, complain = needs.take_policies, needs.take_deliveries, needs.complain;
	local give_policies, may_remind, count = needs.give_policies, needs.may_remind, needs.counts.add;

	local function settle(stanza) --> true: it is an answer to us
		local id = stanza.attr.id;
		return hello.settle(id, stanza) or feed.settle(id, stanza.attr.type == "result") or nil;
	end

	-- The component waits for an answer, also if something fails here.
	local function carry_out(event, take)
		local stanza = event.stanza;
		local is_well, answer, kind, condition, text = pcall(take, stanza.tags[1]);
		if not is_well then
			complain(answer);
			answer, kind, condition = nil, "wait", "internal-server-error";
		end
		event.origin.send(answer and st.reply(stanza):add_child(answer) or st.error_reply(stanza, kind, condition, text));
		return true;
	end

	local function refuse(event)
		count("orders-refused");
		event.origin.send(st.error_reply(event.stanza, "auth", "forbidden"));
		return true;
	end

	return function (event) --> true: nobody else gets it
		local is_component, stanza = component.is_origin(event.origin), event.stanza;
		local kind, child = stanza.attr.type, stanza.tags[1];
		if kind == "result" or kind == "error" then
			return is_component and settle(stanza) or nil;
		elseif not child or child.attr.xmlns ~= XMLNS_FEED then
			return;
		elseif not is_component then
			return refuse(event);
		elseif kind == "get" and child.name == "hello" then
			component.learn(child);
			carry_out(event, hello.make);
			hello.greet();
			return true;
		elseif kind == "get" and child.name == "policies" then
			return carry_out(event, give_policies);
		elseif kind == "set" and child.name == "policies" then
			return carry_out(event, take_policies);
		elseif kind == "set" and child.name == "deliver" then
			return carry_out(event, take_deliveries);
		elseif kind == "set" and child.name == "may-remind" then
			return carry_out(event, may_remind);
		end
	end
end
