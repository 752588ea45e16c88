-- Hello, said by either side when it starts and when the component connects (docs/protocol.md
-- section 2.1).

local st = require "util.stanza";
local proves = module:require "proves";
local stores = module:require "stores";
local concat, format = table.concat, string.format;
local host = module.host;

local XMLNS_FEED = "xmpp-receipts:feed:1";
local MODULE_VERSION = "0.1.0";
local PROVES = concat(proves, " ");
local ENFORCES = "policies deliver";
local ORDERS = "may-remind";
local GIVES = "policies";
local HELLO_INTERVAL = 60;

return function (needs)
	local component, component_host = needs.component, needs.component_host;
	local facts, feed, policy_orders, stamps = needs.facts, needs.feed, needs.policy_orders, needs.stamps;
	local with_health = needs.with_health;
	local hello = {};
	local present_id, last_problem;
	local attempts = 0;

	component.when_gone(function () present_id = nil; end);

	function hello.make()
		facts.flush();
		local waiting = feed.count_waiting();
		return st.stanza("hello", with_health {
			xmlns = XMLNS_FEED; version = "1"; module = MODULE_VERSION;
			server = "Prosody"; ["server-version"] = prosody.version;
			proves = PROVES; enforces = ENFORCES; orders = ORDERS; gives = GIVES; stores = concat(stores.of_host(), " ");
			policies = policy_orders.version();
			at = stamps.text(waiting == 0 and stamps.next() or stamps.newest()); waiting = format("%.0f", waiting);
			secret = component.secret;
		});
	end

	-- Repeated until the component has answered, however long it takes.
	function hello.greet()
		if component.is_greeted or not component.is_connected() then return; end
		attempts = attempts + 1;
		local attempt = attempts;
		module:add_timer(HELLO_INTERVAL, function ()
			if attempt == attempts then hello.greet(); end
		end);
		present_id = component.next_id();
		module:send(st.iq({ type = "get"; id = present_id; from = host; to = component_host }):add_child(hello.make()));
	end

	local function refuse(problem)
		if problem ~= last_problem then
			module:log("warn", "%s does not take facts of %s (%s): is it xmpp-receipts of this version, and is %s among its domains? Trying again every %d s",
				component_host, host, problem, host, HELLO_INTERVAL);
		end
		last_problem = problem;
	end

	local function accept(answer)
		component.learn(answer);
		component.is_greeted, last_problem = true, nil;
		module:log("info", "Reporting facts to %s (%s)", component_host, answer.attr.daemon or "unknown version");
		feed.start();
	end

	function hello.settle(id, stanza) --> is there one?
		if not present_id or id ~= present_id then return false; end
		present_id = nil;
		local answer = stanza:get_child("hello", XMLNS_FEED);
		if stanza.attr.type == "error" then
			local _, condition, text = stanza:get_error();
			refuse(text and condition .. ": " .. text or condition);
		elseif not answer or answer.attr.version ~= "1" then
			refuse(answer and "version " .. (answer.attr.version or "unknown") or "it does not say hello");
		else
			accept(answer);
		end
		return true;
	end

	return hello;
end
