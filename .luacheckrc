-- Prosody gives modules these globals (see .luacheckrc of Prosody itself)
std = "lua54"
codes = true
max_line_length = 150

local in_a_module = {
	allow_defined_top = true;
	module = true;
	read_globals = {
		"prosody";
		"module.add_timer";
		"module.context";
		"module.get_host_type";
		"module.get_option";
		"module.get_option_number";
		"module.get_option_string";
		"module.hook";
		"module.hook_global";
		"module.host";
		"module.log";
		"module.measure";
		"module.open_store";
		"module.provides";
		"module.require";
		"module.send";
		"module.set_global";
		"module.shared";
		"module.wrap_event";
	};
	globals = {
		"module.load";
		"module.save";
		"module.unload";
	};
};

files["prosody-config/modules/"] = in_a_module;
files["test/support/lua/"] = in_a_module;
files["test/prosody-module/"] = { std = "lua54+busted" };

-- A configuration is a list of global assignments
files["**/*.cfg.lua"] = { ignore = { "111", "113" } }
