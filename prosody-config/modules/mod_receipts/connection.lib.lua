-- The component's connection: when it comes and goes.

local rawget = rawget;
local hosts = prosody.hosts;
local CHECK_DELAY = 10; -- seconds

return function (needs)
	local component_host, component, hello = needs.component_host, needs.component, needs.hello;
	local connection = {};

	-- Also fired for a second connection that is refused, which never becomes a component's.
	function connection.on_connected(event)
		if event.session.type == "component" then hello.greet(); end
	end

	function connection.on_disconnected(event)
		if event.session.type == "component" then component.set_gone(); end
	end

	-- Hosts are activated in no certain order, and module:context() of one that is not there yet hooks
	-- globally.
	function connection.context_of(activated_host) --> where to hook; nil: it is not the component's host
		if activated_host ~= component_host or not rawget(hosts, component_host) then return nil; end
		return module:context(component_host);
	end

	-- By then every host of the configuration is there.
	local function check_component()
		if rawget(hosts, component_host) then return; end
		module:log("error", "This server has no component %s: add Component \"%s\" with its component_secret to the configuration, "
			.. "or correct receipts_component; until then facts are kept on disk", component_host, component_host);
	end

	module:add_timer(CHECK_DELAY, check_component);

	return connection;
end
