%%% All parts of the module. An upgrade (ejabberdctl module_upgrade) loads only mod_receipts anew: the
%%% parts, of which the old version may be loaded, have to follow it.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_parts).

-export([load/0, names/0]).
%% Called by load/0, in the newest version of this part.
-export([load_all/0]).

-include("mod_receipts.hrl").

%% Every file beside mod_receipts.erl.
-spec names() -> [module()].
names() ->
    [%% Hooks, in the processes of the sessions: what has happened?
     mod_receipts_client, mod_receipts_router, mod_receipts_stream, mod_receipts_outcome,
     %% What all of them need
     mod_receipts_hook, mod_receipts_message, mod_receipts_answers, mod_receipts_echoes, mod_receipts_address,
     mod_receipts_rooms, mod_receipts_counts,
     %% What else is known, what the recipient allows and for whom, and who may have presence of whom
     mod_receipts_accepted, mod_receipts_report, mod_receipts_policies, mod_receipts_named, mod_receipts_entitled,
     %% Where messages are kept and whether they still are, and from whom a session hides
     mod_receipts_stores, mod_receipts_emptied, mod_receipts_hidden,
     %% From a fact to the one process of the host: what it begins with, wakes up for, and survives
     mod_receipts_fact, mod_receipts_handover, mod_receipts_process, mod_receipts_setup, mod_receipts_timers, mod_receipts_failure,
     mod_receipts_restart,
     %% From that process to the disk, and to the component
     mod_receipts_tick, mod_receipts_spool, mod_receipts_recovery, mod_receipts_feed, mod_receipts_hello,
     mod_receipts_health,
     %% Between the nodes of a cluster
     mod_receipts_cluster, mod_receipts_cluster_messages, mod_receipts_cluster_report, mod_receipts_cluster_peers,
     mod_receipts_cluster_policies, mod_receipts_cluster_doubt, mod_receipts_cluster_gate,
     mod_receipts_cluster_news, mod_receipts_cluster_shared, mod_receipts_cluster_drops,
     %% What waits for a component that knows it
     mod_receipts_held, mod_receipts_restricting,
     %% From the component: its orders, the sets of policies, and answers on behalf of a recipient
     mod_receipts_component, mod_receipts_domain, mod_receipts_policy_orders, mod_receipts_policy_file,
     mod_receipts_policy_list, mod_receipts_deliver, mod_receipts_remind, mod_receipts_token_keys, mod_receipts_account,
     %% This file, and what is shown about the options
     mod_receipts_parts, mod_receipts_doc].

%% The parts do not go ahead of mod_receipts. This one goes first: its old version, which may run here,
%% knows only the parts of its own time.
-spec load() -> ok.
load() ->
    case stale(mod_receipts) of
        [] ->
            load_stale(?MODULE),
            ?MODULE:load_all();
        _ ->
            ok
    end.

-spec load_all() -> ok.
load_all() ->
    lists:foreach(fun load_stale/1, names()).

-spec load_stale(module()) -> ok.
load_stale(Module) ->
    lists:foreach(fun load_object/1, stale(Module)).

%% What the code path has instead of what is loaded.
-spec stale(module()) -> [{module(), Beam :: binary(), file:filename()}].
stale(Module) ->
    [Object || {_, Beam, _} = Object <- [code:get_object_code(Module)],
               not erlang:module_loaded(Module) orelse Module:module_info(md5) =/= code:module_md5(Beam)].

-spec load_object({module(), Beam :: binary(), file:filename()}) -> ok.
load_object({Module, Beam, Path}) ->
    code:purge(Module),
    {module, Module} = code:load_binary(Module, Path, Beam),
    ok.
