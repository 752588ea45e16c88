-- The hooks on the component: what it asks and answers, and when it comes and goes.

local rawget = rawget;
local hosts = prosody.hosts;
local CHECK_DELAY = 10; -- seconds

return function (component_host, parts, guarded) --> a function that watches the component if that host is it
	local component, hello = parts.component, parts.hello;

	-- Also fired for a second connection that is refused, which never becomes a component's.
	local on_connected = guarded(function (event)
		if event.session.type == "component" then hello.greet(); end
	end);

	local on_disconnected = guarded(function (event)
		if event.session.type == "component" then component.set_gone(); end
	end);

	-- Hosts are activated in no certain order, and module:context() of one that is not there yet hooks
	-- globally.
	local function watch_component(activated_host)
		if activated_host ~= component_host or not rawget(hosts, component_host) then return; end
		local context = module:context(component_host);
		context:hook("component-authenticated", on_connected);
		context:hook("component-disconnected", on_disconnected);
		hello.greet();
	end

	-- By then every host of the configuration is there.
	local function check_component()
		if rawget(hosts, component_host) then return; end
		module:log("error", "This server has no component %s: add Component \"%s\" with its component_secret to the configuration, "
			.. "or correct receipts_component; until then facts are kept on disk", component_host, component_host);
	end

	module:hook("iq/host", guarded(parts.on_component_iq), 1000);
	module:hook_global("host-activated", watch_component);
	module:add_timer(CHECK_DELAY, check_component);

	return watch_component;
end
