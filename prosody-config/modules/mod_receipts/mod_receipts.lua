-- mod_receipts: tells the component xmpp-receipts what becomes of messages that ask for a receipt
--
-- Copyright (C) 2026 xmpp-receipts contributors
-- This file is MIT/X11 licensed.
--
-- Watches messages that ask for a receipt (XEP-0184) and reports what the server did with them:
-- metadata, never a body. Takes two orders of the component: what each recipient allows, which it
-- enforces by stopping what the recipient's clients answer, and answers that it delivers on
-- behalf of a recipient. It tells the component whether a recipient may be reminded of a message.
-- All else is only observed: no other stanza is changed, stopped or delayed, and a failure in
-- here never reaches a message. What is said is described in docs/protocol.md.
--
-- This file is the table of contents: what is hooked, loaded and unloaded. parts.lib.lua puts the
-- parts together. README.md shows the way of a fact through them, and how to add a kind of fact.

local ipairs = ipairs;

local options, problem = module:require "options" ();
if not options then
	module:log("error", "%s", problem);
	return;
end

local quietly = module:require "quietly" ();
local guarded, try, when_handled = quietly.guarded, quietly.try, quietly.when_handled;
local parts = module:require "parts" (options, quietly);
local hidden, incoming, connection = parts.hidden, parts.incoming, parts.connection;
local written, stored, acknowledged = parts.written, parts.stored, parts.acknowledged;

-- What fails in a hook is caught by guarded, try or when_handled; the three hooks of messages that have
-- none of them catch it inside. No hook depends on an option. One that has nothing to do without a
-- certain module names it behind the line.

--- Hooks: what is sent, what arrives, and what becomes of it

for _, address in ipairs({ "bare"; "full"; "host" }) do
	-- After all that may refuse it. The only hook that stops anything, if a policy forbids an answer.
	module:hook("pre-message/" .. address, parts.on_client_message, -10000);
end
for _, address in ipairs({ "bare"; "full" }) do
	module:hook("pre-presence/" .. address, guarded(hidden.on_presence), 10000); -- before all that may stop it
	module:hook("pre-presence/" .. address, guarded(hidden.on_presence_sent), -10000);
	module:hook("message/" .. address, incoming.on_arrival, 1000);
	-- after mod_blocklist, mod_mam, mod_carbons; before mod_message
	module:hook("message/" .. address, incoming.on_delivery, -0.75);
end
module:hook("pre-presence/full", guarded(incoming.on_client_presence));
module:hook("route/remote", guarded(parts.failed.on_route_remote), 1000);
module:hook("s2sout-established", guarded(written.on_stream_to_server)); -- mod_s2s of 0.12
when_handled("message/offline/handle", stored.on_offline_handled);
when_handled("message/offline/broadcast", parts.emptied.on_user_comes);
when_handled("delivery/failure", stored.on_given_back); -- mod_smacks

--- Hooks: sessions and accounts

module:hook("presence/initial", guarded(acknowledged.on_available));
for _, order in ipairs({ "block"; "unblock" }) do
	module:wrap_event("iq-set/self/urn:xmpp:blocking:" .. order, parts.blocked.around_order(try)); -- mod_blocklist
end
module:hook("smacks-hibernation-stanza-queued", guarded(written.on_hibernation_queued)); -- mod_smacks
module:hook("smacks-hibernation-start", guarded(acknowledged.on_hibernation)); -- mod_smacks
module:hook_global("c2s-session-updated", guarded(acknowledged.on_session_updated)); -- mod_smacks since 13.0
when_handled("pre-resource-unbind", acknowledged.on_unbinding); -- mod_smacks
when_handled("pre-resource-unbind", parts.unasked.on_unbinding); -- mod_bosh
module:hook_global("user-deleted", guarded(parts.on_user_deleted));
module:hook_global("server-stopping", guarded(parts.end_run), -1000); -- after all sessions are closed

--- Hooks: the component, what it asks and answers, and when it comes and goes

local function watch_component(activated_host)
	local context = connection.context_of(activated_host);
	if not context then return; end
	context:hook("component-authenticated", guarded(connection.on_connected));
	context:hook("component-disconnected", guarded(connection.on_disconnected));
	parts.hello.greet();
end

module:hook("iq/host", guarded(parts.on_component_iq), 1000);
module:hook_global("host-activated", watch_component);

--- Load, reload, unload

function module.load()
	try(parts.spool.recover);
	try(parts.held.recover);
	try(parts.restart.note);
	try(parts.recover_policies);
	parts.tokens.load_key();
	parts.sessions.watch_all();
	watch_component(options.component_host);
end

local is_reloading = false;

-- Called before a reload only: then the sessions keep what they wait for.
function module.save()
	is_reloading = true;
	return {};
end

function module.unload()
	parts.sessions.unwatch_all(is_reloading);
	parts.component.set_gone(); -- what is left goes to the spool only
	parts.end_run();
	parts.spool.close();
end
