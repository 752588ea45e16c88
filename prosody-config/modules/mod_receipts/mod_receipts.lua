-- mod_receipts: tells the component xmpp-receipts what becomes of messages that ask for a receipt
--
-- Copyright (C) 2026 xmpp-receipts contributors
-- This file is MIT/X11 licensed.
--
-- Watches messages that ask for a receipt (XEP-0184) and reports what the server did with them:
-- metadata, never a body. Takes two orders of the component: what each recipient allows, which it
-- enforces by stopping what the recipient's clients answer, and answers that it delivers on behalf
-- of a recipient. All else is only observed: no other stanza is changed, stopped or delayed, and a
-- failure in here never reaches a message. What is said is described in docs/protocol.md.
--
-- This file is the table of contents: options, the parts, the hooks. The way of a fact:
--
--   a hook below         sees what happens to a message
--   tracked.lib.lua      is it a message that is tracked?
--   <fact>.lib.lua       notes the fact, for instance accepted, written, acknowledged, failed
--   hidden.lib.lua       does the session hide from the sender? Then the fact is unseen
--   facts.lib.lua        keeps the facts of one tick (20 ms)
--   lines.lib.lua        makes one line of all facts of a message
--   spool.lib.lua        writes the lines to disk, and only then gives them to
--   feed.lib.lua         which sends them, and lets the spool forget them when they are answered
--
-- A new kind of fact, step by step:
--
--   1. Find the hook that proves it, and try it on a running Prosody.
--   2. proves.lib.lua: add the kind. The hello names it from then on, and a daemon that does not
--      know it yet ignores such facts.
--   3. Note it with add_fact(sender, recipient, id, kind, details), in the file whose idea it
--      belongs to, or in one of its own. Details begin with a space (" resource=phone"), and what
--      clients wrote goes through encode().
--   4. Hook it below. An observer is guarded, so that its failure never reaches a message; nothing
--      is changed or returned. For outcomes wrap the event, and return what the handlers returned.
--   5. Describe it in docs/protocol.md section 2.2. src/message/kinds.ts and
--      src/protocol/fact-text.ts read it.
--   6. Show on a real server (test/integration) that it is reported when it happened, and not when
--      it did not.

local ipairs, rawget = ipairs, rawget;
local host, hosts = module.host, prosody.hosts;
local CHECK_DELAY = 10; -- seconds

--- Options

local options, problem = module:require "options" ();
if not options then
	module:log("error", "%s", problem);
	return;
end
local component_host = options.component_host;

--- Parts. module:require runs a file each time: what has a state is made once, here.

local quietly = module:require "quietly" ();
local complain, guarded, try = quietly.complain, quietly.guarded, quietly.try;
local addresses = module:require "addresses" (component_host);
local tracked = module:require "tracked" (addresses);
local tokens = module:require "tokens" ();

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
local feed = module:require "feed" {
	component = component; spool = spool; complain = complain;
	component_host = component_host; result_timeout = options.result_timeout;
};
spool.connect(feed);
local hello = module:require "hello" {
	component = component; component_host = component_host;
	facts = facts; feed = feed; policy_orders = policy_orders; stamps = stamps;
};
component.when_gone(policy_orders.abandon);
component.when_gone(policy_list.abandon);
local delivered = module:require "delivered";
local is_entitled = module:require "entitled" (policies);
local blocked = module:require "blocked";
local delivery_orders = module:require "delivery_orders" {
	addresses = addresses; policies = policies; delivered = delivered; token_of = tokens.of;
	is_entitled = is_entitled; blocked = blocked; complain = complain;
};
local on_component_iq = module:require "component_iqs" {
	component = component; feed = feed; hello = hello;
	take_policies = policy_orders.take; give_policies = policy_list.take; take_deliveries = delivery_orders.take; complain = complain;
};

-- What becomes of messages
local note_accepted = module:require "accepted" {
	tracked = tracked; policies = policies; token_of = tokens.of; add_fact = add_fact;
};
local hidden = module:require "hidden";
local answers = module:require "answers" { addresses = addresses; tracked = tracked; add_fact = add_fact };
local echoes = module:require "echoes" { addresses = addresses; answers = answers };
local failed = module:require "failed" { addresses = addresses; echoes = echoes; delivered = delivered; add_fact = add_fact };
local incoming = module:require "incoming" {
	addresses = addresses; tracked = tracked; delivered = delivered;
	note_accepted = note_accepted; answers = answers; echoes = echoes; failed = failed; add_fact = add_fact; quietly = quietly;
};
local on_client_message = module:require "stopping" {
	addresses = addresses; policies = policies; answers = answers; echoes = echoes; observe = incoming.on_client_message; quietly = quietly;
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
local restart = module:require "restart" { facts = facts; stamps = stamps; complain = complain };
local on_user_deleted = module:require "deleted" { facts = facts; stamps = stamps; policy_orders = policy_orders };

--- Hooks on messages

for _, address in ipairs({ "bare"; "full"; "host" }) do
	module:hook("pre-message/" .. address, on_client_message, -10000); -- after all that may refuse it
end
for _, address in ipairs({ "bare"; "full" }) do
	module:hook("pre-presence/" .. address, guarded(hidden.on_presence), 10000); -- before all that may stop it
	module:hook("pre-presence/" .. address, guarded(hidden.on_presence_sent), -10000);
	module:hook("message/" .. address, incoming.on_arrival, 1000);
	-- after mod_blocklist, mod_mam, mod_carbons; before mod_message
	module:hook("message/" .. address, incoming.on_delivery, -0.75);
end
module:hook("presence/initial", guarded(acknowledged.on_available));
module:hook("pre-presence/full", guarded(incoming.on_client_presence));
module:hook("route/remote", guarded(failed.on_route_remote), 1000);
module:hook("s2sout-established", guarded(written.on_stream_to_server));
blocked.watch_orders(try);
module:hook("smacks-hibernation-stanza-queued", guarded(written.on_hibernation_queued));
module:hook("smacks-hibernation-start", guarded(function (event) acknowledged.note_kept(event.origin); end));
module:hook_global("user-deleted", guarded(on_user_deleted));
module:hook_global("c2s-session-updated", guarded(function (event) -- since 13.0
	if event.session.host == host then acknowledged.expect_resending(event.session); end
end));

-- What these come to is known only when all handlers have run.
local function when_handled(event_name, note)
	module:wrap_event(event_name, function (handlers, name, event)
		local stanza, kept = event.stanza, handlers(name, event);
		try(note, event.session or event.origin, stanza, kept);
		return kept;
	end);
end

when_handled("message/offline/handle", stored.on_offline_handled);
when_handled("message/offline/broadcast", emptied.on_user_comes);
when_handled("delivery/failure", stored.on_given_back);

module:wrap_event("pre-resource-unbind", function (handlers, name, event)
	local is_prevented = handlers(name, event);
	if not is_prevented then
		try(acknowledged.note_lost, event.session);
		try(unasked.note_lost, event.session);
	end
	return is_prevented;
end);

--- Hooks on the component

module:hook("iq/host", guarded(on_component_iq), 1000);

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

module:hook_global("host-activated", watch_component);

-- By then every host of the configuration is there.
module:add_timer(CHECK_DELAY, function ()
	if rawget(hosts, component_host) then return; end
	module:log("error", "This server has no component %s: add Component \"%s\" with its component_secret to the configuration, "
		.. "or correct receipts_component; until then facts are kept on disk", component_host, component_host);
end);

--- Load, reload, unload

-- What the last lines push out of a full spool is told of by one more line, which may push out
-- another segment.
local function flush_to_end()
	for _ = 1, 3 do facts.flush(); end
end

module:hook_global("server-stopping", guarded(function ()
	flush_to_end();
	spool.save();
	restart.rule_out();
end), -1000); -- after all sessions are closed

function module.load()
	try(spool.recover);
	try(restart.note);
	try(recover_policies);
	tokens.load_key();
	sessions.watch_all();
	watch_component(component_host);
end

local is_reloading = false;

-- Called before a reload only: then the sessions keep what they wait for.
function module.save()
	is_reloading = true;
	return {};
end

function module.unload()
	sessions.unwatch_all(is_reloading);
	component.set_gone(); -- what is left goes to the spool only
	flush_to_end();
	spool.save();
	spool.close();
	restart.rule_out();
end
