-- The parts. module:require runs a file each time: what has a state is made once, here.

return function (options, quietly)
	local component_host, complain = options.component_host, quietly.complain;
	local addresses = module:require "addresses" (component_host);
	local tracked = module:require "tracked" (addresses);
	local tokens = module:require "tokens" ();
	local counts = module:require "counts" ();

	-- From facts to the disk
	local stamps = module:require "stamps" ();
	local tick = module:require "tick" (options.tick_seconds);
	local spool = module:require "spool" {
		stamps = stamps; tick = tick; complain = complain;
		limit = options.spool_limit; component_host = component_host;
	};
	local lines = module:require "lines" (spool.store);
	local facts = module:require "facts" { stamps = stamps; tick = tick; lines = lines; spool = spool; complain = complain };
	local add_fact = facts.add;
	tick.flush = facts.flush;

	-- What recipients allow
	local policies = module:require "policies" ();
	local policy_lines = module:require "policy_lines" (policies.OWN);
	local policy_file = module:require "policy_file" ();
	local policy_parts = { policies = policies; lines = policy_lines; file = policy_file; complain = complain };
	local policy_orders = module:require "policy_orders" (policy_parts);
	local policy_list = module:require "policy_list" (policy_parts);
	local recover_policies = module:require "policy_recovery" (policy_parts);

	-- The component
	local component = module:require "component" (component_host);
	local held = module:require "held" {
		stamps = stamps; count_items = spool.count_items; size_limit = options.spool_limit / 8; complain = complain;
	};
	local feed = module:require "feed" {
		component = component; spool = spool; held = held; complain = complain;
		component_host = component_host; result_timeout = options.result_timeout;
	};
	spool.connect(feed);
	local hello = module:require "hello" {
		component = component; component_host = component_host;
		facts = facts; feed = feed; policy_orders = policy_orders; stamps = stamps;
		with_health = module:require "health" { spool = spool; spool_limit = options.spool_limit; counts = counts };
	};
	local connection = module:require "connection" { component_host = component_host; component = component; hello = hello };
	component.when_gone(policy_orders.abandon);
	component.when_gone(policy_list.abandon);
	local delivered = module:require "delivered";
	local is_entitled = module:require "entitled" (policies);
	local blocked = module:require "blocked";
	local delivery_orders = module:require "delivery_orders" {
		addresses = addresses; policies = policies; delivered = delivered; token_of = tokens.of;
		is_entitled = is_entitled; blocked = blocked; complain = complain;
	};
	local remind_orders = module:require "remind_orders" {
		addresses = addresses; policies = policies; blocked = blocked; complain = complain;
	};
	local on_component_iq = module:require "component_iqs" {
		component = component; feed = feed; hello = hello; counts = counts;
		take_policies = policy_orders.take; give_policies = policy_list.take; take_deliveries = delivery_orders.take;
		may_remind = remind_orders.take; complain = complain;
	};

	-- What becomes of messages
	local note_accepted = module:require "accepted" {
		tracked = tracked; policies = policies; token_of = tokens.of; counts = counts; add_fact = add_fact;
	};
	local hidden = module:require "hidden";
	local answers = module:require "answers" { addresses = addresses; tracked = tracked; counts = counts; add_fact = add_fact };
	local echoes = module:require "echoes" { addresses = addresses; answers = answers };
	local failed = module:require "failed" { addresses = addresses; echoes = echoes; delivered = delivered; add_fact = add_fact };
	local incoming = module:require "incoming" {
		addresses = addresses; tracked = tracked; delivered = delivered; counts = counts;
		note_accepted = note_accepted; answers = answers; echoes = echoes; failed = failed; add_fact = add_fact; quietly = quietly;
	};
	local on_client_message = module:require "stopping" {
		addresses = addresses; policies = policies; answers = answers; echoes = echoes; counts = counts;
		observe = incoming.on_client_message; quietly = quietly;
	};
	local acknowledged = module:require "acknowledged" { addresses = addresses; add_fact = add_fact; complain = complain };
	local unasked = module:require "unasked" { addresses = addresses; add_fact = add_fact };
	local written = module:require "written" {
		addresses = addresses; tracked = tracked; failed = failed;
		acknowledged = acknowledged; unasked = unasked; is_entitled = is_entitled; add_fact = add_fact; complain = complain;
	};
	local emptied = module:require "emptied" { facts = facts; stamps = stamps };
	local stored = module:require "stored" {
		addresses = addresses; tracked = tracked; failed = failed; acknowledged = acknowledged; emptied = emptied; add_fact = add_fact;
	};
	local sessions = module:require "sessions" { on_written = written.on_written; acknowledged = acknowledged };
	local restart = module:require "restart" { facts = facts; stamps = stamps };
	local end_run = module:require "run_end" { facts = facts; spool = spool; restart = restart };
	local on_user_deleted = module:require "deleted" { facts = facts; stamps = stamps; policy_orders = policy_orders };

	return {
		spool = spool; held = held; tokens = tokens; recover_policies = recover_policies;
		component = component; connection = connection; hello = hello; on_component_iq = on_component_iq;
		hidden = hidden; blocked = blocked; incoming = incoming; on_client_message = on_client_message;
		written = written; acknowledged = acknowledged; unasked = unasked;
		stored = stored; emptied = emptied; failed = failed;
		sessions = sessions; restart = restart; end_run = end_run; on_user_deleted = on_user_deleted;
	};
end
