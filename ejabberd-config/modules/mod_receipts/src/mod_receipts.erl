%%% mod_receipts: tells the component xmpp-receipts what becomes of messages that ask for a receipt
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Watches messages that ask for a receipt (XEP-0184) and reports what the server did with them:
%%% metadata, never a body. Takes two orders of the component: what each recipient allows, which it
%%% enforces by stopping what the recipient's clients answer, and answers that it delivers on behalf
%%% of a recipient. All else is only observed: no other stanza is changed, stopped or delayed, and a
%%% failure in here never reaches a message. docs/protocol.md describes the lines and the IQs.
%%%
%%% This file is the table of contents: the options and the hooks. README.md shows the way of a fact
%%% and how to add a kind of fact, mod_receipts_parts what each file is for.

-module(mod_receipts).
-behaviour(gen_mod).

%% gen_mod
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_opt_type/1, mod_doc/0]).
%% Called by the process of a host, when it begins and ends.
-export([add_hooks/1, delete_hooks/1]).

-include("mod_receipts.hrl").

%% ---- gen_mod

-spec start(binary(), gen_mod:opts()) -> {ok, pid()} | {error, term()}.
start(Host, Opts) ->
    mod_receipts_parts:load(),
    mod_receipts_echoes:prepare(),
    mod_receipts_counts:prepare(Host),
    gen_mod:start_child(mod_receipts_process, Host, Opts, process(Host)).

-spec stop(binary()) -> ok | {error, term()}.
stop(Host) ->
    gen_mod:stop_child(process(Host)).

-spec reload(binary(), gen_mod:opts(), gen_mod:opts()) -> ok.
reload(Host, NewOpts, OldOpts) ->
    mod_receipts_parts:load(),
    mod_receipts_echoes:prepare(),
    mod_receipts_counts:prepare(Host),
    gen_mod:get_opt(spool_dir, NewOpts) == gen_mod:get_opt(spool_dir, OldOpts) orelse
        ?WARNING_MSG("Option spool_dir of mod_receipts takes effect when the module is started anew", []),
    gen_server:cast(process(Host), {reload, NewOpts}).

-spec process(binary()) -> atom().
process(Host) ->
    gen_mod:get_module_proc(Host, ?MODULE).

-spec depends(binary(), gen_mod:opts()) -> [{module(), hard | soft}].
depends(_Host, _Opts) ->
    [].

%% The options are not in a part: an upgrade checks them before it loads the parts anew.
-spec mod_opt_type(atom()) -> econf:validator().
mod_opt_type(component) -> econf:non_empty(econf:binary());
mod_opt_type(spool_dir) -> econf:binary();
mod_opt_type(spool_limit) -> econf:int(64 * 1024, 1 bsl 40);
mod_opt_type(tick) -> econf:int(1, 10000);
mod_opt_type(result_timeout) -> econf:timeout(second).

-spec mod_options(binary()) -> [{atom(), term()}].
mod_options(_Host) ->
    [{component, <<"receipts.@HOST@">>},
     {spool_dir, <<"">>},
     {spool_limit, 64 * 1024 * 1024},
     {tick, 20},
     {result_timeout, timer:seconds(30)}].

-spec mod_doc() -> mod_receipts_doc:doc().
mod_doc() ->
    mod_receipts_doc:text().

%% ---- Hooks

-type hook() :: {Hook :: atom(), module(), Function :: atom(), Priority :: pos_integer()}.

%% No hook depends on an option. Those that are called only with a certain module stand below its name.
-spec host_hooks() -> [hook()].
host_hooks() ->
    [%% What a client sends
     {user_send_packet, mod_receipts_client, user_send_packet, 90},
     {user_send_packet, mod_receipts_emptied, user_send_packet, 91},
     {user_send_packet, mod_receipts_hidden, user_send_packet, 90},
     %% What becomes of a session, and of what is written to it
     {c2s_self_presence, mod_receipts_emptied, c2s_self_presence, 60},
     {c2s_self_presence, mod_receipts_hidden, c2s_self_presence, 90},
     {c2s_handle_info, mod_receipts_emptied, c2s_handle_info, 60},
     {c2s_handle_send, mod_receipts_stream, c2s_handle_send, 60},
     {c2s_handle_recv, mod_receipts_stream, c2s_handle_recv, 40},
     {c2s_terminated, mod_receipts_stream, c2s_terminated, 40},
     %% With mod_stream_mgmt only
     {c2s_session_pending, mod_receipts_stream, c2s_session_pending, 60},
     {c2s_copy_session, mod_receipts_stream, c2s_copy_session, 60},
     {c2s_session_resumed, mod_receipts_stream, c2s_session_resumed, 60},
     %% What becomes of a message without a session, and of an account
     {offline_message_hook, mod_receipts_outcome, offline_message, 60},
     {remove_user, mod_receipts_outcome, remove_user, 50},
     {s2s_out_handle_send, mod_receipts_outcome, s2s_handle_send, 90},
     %% With mod_s2s_bidi only, since 24.10
     {s2s_in_handle_send, mod_receipts_outcome, s2s_handle_send, 90}].

%% Each of them is there once, for all hosts, as long as any host has the module.
-spec global_hooks() -> [hook()].
global_hooks() ->
    [{ejabberd_stopping, mod_receipts_restart, stopping, 50},
     {filter_packet, mod_receipts_router, filter_packet, 90},
     %% With ejabberd_service only, which is the listener of components
     {component_send_packet, mod_receipts_component, component_send_packet, 50},
     {component_connected, mod_receipts_component, component_connected, 50}].

-spec add_hooks(binary()) -> ok.
add_hooks(Host) ->
    [ejabberd_hooks:add(Hook, Host, Module, Function, Priority)
     || {Hook, Module, Function, Priority} <- host_hooks()],
    [ejabberd_hooks:add(Hook, Module, Function, Priority) || {Hook, Module, Function, Priority} <- global_hooks()],
    gen_iq_handler:add_iq_handler(ejabberd_local, Host, ?NS_FEED, mod_receipts_component, process_iq).

-spec delete_hooks(binary()) -> ok.
delete_hooks(Host) ->
    gen_iq_handler:remove_iq_handler(ejabberd_local, Host, ?NS_FEED),
    [ejabberd_hooks:delete(Hook, Host, Module, Function, Priority)
     || {Hook, Module, Function, Priority} <- host_hooks()],
    [ejabberd_hooks:delete(Hook, Module, Function, Priority)
     || mod_receipts_hook:watches() == [], {Hook, Module, Function, Priority} <- global_hooks()],
    ok.
