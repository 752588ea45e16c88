-- The component: its stream, and whether it takes facts on it.

local new_id = require "util.id".short;
local is_known = module:require "restricting".is_known;
local ipairs, rawget = ipairs, rawget;
local hosts = prosody.hosts;

return function (component_host)
	-- is_greeted: its answer to our hello came on its present stream. secret: that of its hello; all
	-- that we say repeats it, so that no other component can say it in our name. knows_all: it knows
	-- all that restricts what may be told.
	local component = { is_greeted = false; secret = nil; knows_all = false };
	local when_gone = {};
	local id_prefix, id_count = new_id(), 0;

	function component.next_id()
		id_count = id_count + 1;
		return id_prefix .. "-" .. id_count;
	end

	local function module_of_component()
		local its_host = rawget(hosts, component_host);
		return its_host and its_host.modules.component;
	end

	function component.is_connected()
		local its_module = module_of_component();
		return its_module and its_module.connected;
	end

	function component.send(text)
		module_of_component().session.send(text);
	end

	-- Every user and every server can send an IQ; only this stream is the component's.
	function component.is_origin(origin)
		return origin.type == "component" and origin.host == component_host;
	end

	-- Its hello, or its answer to ours.
	function component.learn(hello)
		component.secret, component.knows_all = hello.attr.secret, is_known(hello.attr.knows);
	end

	function component.when_gone(act)
		when_gone[#when_gone + 1] = act;
	end

	-- Its stream has ended, or is not believed any more.
	function component.set_gone()
		component.is_greeted, component.secret, component.knows_all = false, nil, false;
		for _, act in ipairs(when_gone) do act(); end
	end

	function component.end_stream(text)
		local its_module = module_of_component();
		if its_module and its_module.session then
			its_module.session:close({ condition = "connection-timeout"; text = text });
		end
		component.set_gone();
	end

	return component;
end
