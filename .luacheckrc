-- Prosody gives modules these globals (see .luacheckrc of Prosody itself)
std = "lua54"
codes = true
max_line_length = 150

files["prosody-config/modules/"] = {
	allow_defined_top = true;
	module = true;
	read_globals = {
		"prosody";
		"module.add_timer";
		"module.context";
		"module.get_host_type";
		"module.get_option_number";
		"module.get_option_string";
		"module.hook";
		"module.hook_global";
		"module.host";
		"module.log";
		"module.measure";
		"module.open_store";
		"module.require";
		"module.send";
		"module.shared";
		"module.wrap_event";
	};
	globals = {
		"module.load";
		"module.save";
		"module.unload";
	};
}

-- A configuration is a list of global assignments
files["**/*.cfg.lua"] = { ignore = { "111", "113" } }
