%%% What the process of a host begins with: options, folder, key, and what the last run left.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_setup).

-export([make_folder/2, make_watch/3, make_state/3, take_options/2, load_policies/1, recover/1, add_missed/1]).

-include("mod_receipts.hrl").

-spec make_state(watch(), gen_mod:opts(), file:filename()) -> state().
make_state(#watch{host = Host, policies = Tables, counters = Counters} = Watch, Opts, Folder) ->
    #state{watch = Watch,
           tick_length = gen_mod:get_opt(tick, Opts),
           present_tick_length = gen_mod:get_opt(tick, Opts),
           result_timeout = gen_mod:get_opt(result_timeout, Opts),
           feed = #feed{tried = mod_receipts_feed:now_ms()},
           spool = #spool{folder = Folder, limit = gen_mod:get_opt(spool_limit, Opts)},
           held = mod_receipts_held:new(Folder, gen_mod:get_opt(spool_limit, Opts)),
           policies = #policies{host = Host, path = filename:join(Folder, "policies.list"), tables = Tables,
                                counters = Counters, is_sure = mod_receipts_cluster:others() == []},
           cluster = mod_receipts_cluster_peers:begun()}.

-spec take_options(gen_mod:opts(), state()) -> state().
take_options(Opts, #state{watch = #watch{host = Host} = Watch, spool = Spool} = State) ->
    State#state{watch = Watch#watch{component = component(Host, Opts)},
                tick_length = gen_mod:get_opt(tick, Opts),
                present_tick_length = gen_mod:get_opt(tick, Opts),
                result_timeout = gen_mod:get_opt(result_timeout, Opts),
                spool = Spool#spool{limit = gen_mod:get_opt(spool_limit, Opts)}}.

-spec make_watch(binary(), gen_mod:opts(), file:filename()) -> watch().
make_watch(Host, Opts, Folder) ->
    ok = mod_receipts_rooms:open(),
    #watch{host = Host,
           component = component(Host, Opts),
           process = gen_mod:get_module_proc(Host, mod_receipts),
           counters = counters(mod_receipts_hook:watch(Host)),
           policies = mod_receipts_policies:new_tables(),
           delivered = ets:new(receipts_delivered, [set, protected, {read_concurrency, true}]),
           key = mod_receipts_token_keys:own(Folder),
           other_keys = mod_receipts_token_keys:others(Folder)}.

%% The counters outlive a process that dies, so that what it had not written is counted as dropped.
-spec counters(watch() | none) -> atomics:atomics_ref().
counters(none) -> atomics:new(?COUNTERS, [{signed, true}]);
counters(#watch{counters = Counters}) -> Counters.

-spec component(binary(), gen_mod:opts()) -> binary().
component(Host, Opts) ->
    Name = misc:expand_keyword(<<"@HOST@">>, gen_mod:get_opt(component, Opts), Host),
    case mod_receipts_domain:prepare(Name) of
        Component when is_binary(Component), Component =/= Host, Component =/= <<>> -> Component;
        _ ->
            ?ERROR_MSG("Option component of mod_receipts cannot be ~ts: it must name the component of xmpp-receipts, "
                       "for instance receipts.~ts; until then facts are kept on disk", [Name, Host]),
            <<>>
    end.

-spec make_folder(binary(), gen_mod:opts()) -> file:filename().
make_folder(Host, Opts) ->
    Base = case gen_mod:get_opt(spool_dir, Opts) of
               <<>> -> filename:join(mnesia:system_info(directory), "receipts");
               Dir -> binary_to_list(Dir)
           end,
    Folder = filename:join(Base, binary_to_list(Host)),
    case filelib:ensure_dir(filename:join(Folder, "x")) of
        ok -> _ = file:change_mode(Folder, 8#700), ok; % it tells who writes to whom
        {error, Reason} -> ?ERROR_MSG("Cannot make the folder ~ts (~p): facts and policies are kept in memory only. "
                                      "Let the server's user write there, or correct spool_dir, then restart the server",
                                      [Folder, Reason])
    end,
    Folder.

%% What a process that died had taken and not stored. What has come since waits in the table.
-spec add_missed(state()) -> state().
add_missed(#state{watch = #watch{counters = Counters} = Watch, tick = Tick, spool = Spool} = State) ->
    Waiting = mod_receipts_handover:count(Watch),
    Missed = atomics:get(Counters, ?COUNT_HANDED) - atomics:get(Counters, ?COUNT_STORED) - Waiting,
    atomics:add(Counters, ?COUNT_STORED, Missed),
    State#state{spool = mod_receipts_tick:note_missing(max(0, Missed), mod_receipts_tick:present(Tick), Spool)}.

-spec load_policies(state()) -> state().
load_policies(#state{policies = Policies} = State) ->
    #policies{settings = Settings} = Loaded = mod_receipts_policy_file:load(Policies),
    State#state{policies = mod_receipts_policies:put_settings(Settings, Loaded)}.

-spec recover(state()) -> state().
recover(#state{spool = Spool, held = Held, tick = Tick} = State) ->
    #spool{newest = Newest} = Recovered = mod_receipts_recovery:recover(Spool),
    State#state{spool = Recovered, held = mod_receipts_held:recover(Held), tick = Tick#tick{newest = Newest}}.
