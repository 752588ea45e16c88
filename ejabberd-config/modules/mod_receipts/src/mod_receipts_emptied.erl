%%% What a store held and holds no more (docs/protocol.md section 2.2).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Messages leave a store without a word: they expire, a client or an administrator deletes them, a
%%% kill of the server takes them along. So each store is looked at when its owner comes: what the
%%% offline store held is then handed out or gone, and the archive has nothing older than its oldest
%%% row.

-module(mod_receipts_emptied).

-export([make_table/1, note_held/2]).
%% Hooks
-export([c2s_self_presence/1, user_send_packet/1, c2s_handle_info/2]).

-import(mod_receipts_hook, [watch/1, guarded/3]).

-include("mod_receipts.hrl").

-define(NS_OFFLINE, <<"http://jabber.org/protocol/offline">>).
-define(DELAY, 1000). % milliseconds: what is handed out has then been written
-define(MAX_SEEN, 4000).

%% Whose stores were looked at since anything was put there. It goes with the process of the host:
%% then all are looked at once more.
-spec make_table(binary()) -> ok.
make_table(Host) ->
    persistent_term:put({?MODULE, Host}, ets:new(receipts_seen, [set, public, {write_concurrency, true}])).

%% Something was put into a store of this user.
-spec note_held(binary(), binary()) -> ok.
note_held(Host, User) ->
    _ = in_table(Host, fun(Table) -> ets:delete(Table, {offline, User}), ets:delete(Table, {archive, User}) end),
    ok.

-spec is_seen(binary(), {offline | archive, binary()}) -> boolean().
is_seen(Host, Key) ->
    in_table(Host, fun(Table) -> ets:member(Table, Key) end) == true.

-spec mark_seen(binary(), {offline | archive, binary()}) -> ok.
mark_seen(Host, Key) ->
    _ = in_table(Host, fun(Table) ->
                               ets:info(Table, size) < ?MAX_SEEN orelse ets:delete_all_objects(Table),
                               ets:insert(Table, {Key})
                       end),
    ok.

-spec in_table(binary(), fun((ets:tid()) -> term())) -> term().
in_table(Host, Act) ->
    try Act(persistent_term:get({?MODULE, Host}))
    catch error:badarg -> none
    end.

%% ---- Hooks

%% After mod_offline (50), under the same condition.
-spec c2s_self_presence({presence(), map()}) -> {presence(), map()}.
c2s_self_presence({#presence{type = available} = New, #{lserver := Host} = C2SState} = Acc) ->
    IsComing = priority(New) >= 0 andalso priority(maps:get(pres_last, C2SState, undefined)) < 0,
    IsComing andalso watch(Host) =/= none andalso look_soon(),
    Acc;
c2s_self_presence(Acc) ->
    Acc.

-spec priority(presence() | undefined) -> integer().
priority(undefined) -> -1;
priority(#presence{priority = undefined}) -> 0;
priority(#presence{priority = Priority}) -> Priority.

%% XEP-0013 sections 2.5 and 2.6: a client removes what it has seen, or all.
-spec user_send_packet({stanza() | drop, map()}) -> {stanza() | drop, map()}.
user_send_packet({#iq{type = set, sub_els = [Child]}, #{lserver := Host, sid := _}} = Acc) ->
    xmpp:get_ns(Child) == ?NS_OFFLINE andalso watch(Host) =/= none andalso look_soon(),
    Acc;
user_send_packet(Acc) ->
    Acc.

-spec look_soon() -> true.
look_soon() ->
    _ = erlang:send_after(?DELAY, self(), {receipts_look, os:system_time(microsecond)}),
    true.

%% The session itself does not wait for the stores. What was handed out to a dead connection is not
%% lost.
-spec c2s_handle_info(map(), term()) -> map() | {stop, map()}.
c2s_handle_info(#{lserver := Host, user := User} = C2SState, {receipts_look, At}) ->
    _ = case {watch(Host), maps:get(mgmt_state, C2SState, inactive)} of
            {none, _} -> ok;
            {_, pending} -> ok;
            {Watch, _} -> spawn(fun() -> guarded(Host, fun() -> look(Watch, jid:nodeprep(User), At) end, ok) end)
        end,
    {stop, C2SState};
c2s_handle_info(C2SState, _) ->
    C2SState.

%% ---- Looking

-spec look(watch(), binary(), stamp()) -> ok.
look(#watch{host = Host} = Watch, User, At) ->
    Stores = mod_receipts_stores:of_host(Host),
    [look_at(Store, Watch, User, At) || Store <- [offline, archive],
                                        lists:member(atom_to_binary(Store, utf8), Stores),
                                        not is_seen(Host, {Store, User})],
    ok.

%% What was stored up to the time at which we were asked to look had been written by then.
-spec look_at(offline | archive, watch(), binary(), stamp()) -> ok.
look_at(offline, #watch{host = Host} = Watch, User, At) ->
    case count_offline(User, Host) of
        0 -> note(Watch, At, User, offline);
        _ -> ok
    end;
look_at(archive, #watch{host = Host} = Watch, User, At) ->
    case oldest_in_archive(User, Host) of
        none -> note(Watch, At, User, archive);
        unknown -> ok;
        Oldest -> note(Watch, min(At, Oldest), User, archive)
    end.

-spec note(watch(), stamp(), binary(), offline | archive) -> ok.
note(#watch{host = Host, process = Process}, At, User, Store) ->
    mark_seen(Host, {Store, User}),
    gen_server:cast(Process, {emptied, At, <<User/binary, $@, Host/binary>>, Store}).

%% Not mod_offline:count_offline_messages: it counts from memory.
-spec count_offline(binary(), binary()) -> non_neg_integer().
count_offline(User, Host) ->
    case (gen_mod:db_mod(Host, mod_offline)):count_messages(User, Host) of
        {_, Count} -> Count; % with the advice whether to remember it
        Count -> Count
    end.

-spec oldest_in_archive(binary(), binary()) -> stamp() | none | unknown.
oldest_in_archive(User, Host) ->
    Owner = jid:make(User, Host),
    case mod_mam:select(Host, Owner, Owner, [], #rsm_set{max = 1}, chat, all) of
        {[{_, Oldest, _} | _], _, _} -> Oldest;
        {[], _, 0} -> none;
        _ -> unknown
    end.
