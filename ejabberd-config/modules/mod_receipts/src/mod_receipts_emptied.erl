%%% What a store held and holds no more (docs/protocol.md section 2.2).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Messages leave a store without a word: they expire, a client or an administrator deletes them, a
%%% kill of the server takes them along. So each store is looked at when its owner comes: what the
%%% offline store held is then handed out or gone, and the archive has nothing older than its oldest
%%% row.
%%%
%%% The time shows that the owner has come. So contacts are named who are shown that; to others the
%%% component tells nothing of it.

-module(mod_receipts_emptied).

-export([make_table/1, note_held/2]).
%% Hooks
-export([c2s_self_presence/1, user_send_packet/1, c2s_handle_info/2]).

-import(mod_receipts_hook, [watch/1, guarded/3]).
-import(mod_receipts_address, [party/1]).

-include("mod_receipts.hrl").

-define(NS_OFFLINE, <<"http://jabber.org/protocol/offline">>).
-define(DELAY, 1000). % milliseconds: what is handed out has then been written
-define(MAX_SEEN, 4000).
-define(MAX_SHOWN_BYTES, 8192). % of the contacts in one line

%% Whose stores were looked at since anything was put there, or are to be. It goes with the process of
%% the host: then all are looked at once more.
-spec make_table(binary()) -> ok.
make_table(Host) ->
    persistent_term:put({?MODULE, Host}, ets:new(receipts_seen, [set, public, {write_concurrency, true}])).

%% Something was put into a store of this user, so both are looked at again when the user comes.
-spec note_held(binary(), binary()) -> ok.
note_held(Host, User) ->
    unmark(Host, {offline, User}),
    unmark(Host, {archive, User}).

-spec unmark(binary(), {offline | archive, binary()}) -> ok.
unmark(Host, Key) ->
    _ = in_table(Host, fun(Table) -> ets:delete(Table, Key) end),
    ok.

-spec is_seen(binary(), {offline | archive, binary()}) -> boolean().
is_seen(Host, Key) ->
    in_table(Host, fun(Table) -> ets:lookup(Table, Key) == [{Key, seen}] end) == true
        andalso mod_receipts_cluster:others() == []. % another node may have put something there

-spec mark_asked(binary(), {offline | archive, binary()}, stamp()) -> ok.
mark_asked(Host, Key, At) ->
    _ = in_table(Host, fun(Table) ->
                               ets:info(Table, size) < ?MAX_SEEN orelse ets:delete_all_objects(Table),
                               ets:insert(Table, {Key, {asked, At}})
                       end),
    ok.

%% Unless something was put there since we were asked: what we find now does not tell of that.
-spec mark_seen(binary(), {offline | archive, binary()}, stamp()) -> ok.
mark_seen(Host, Key, At) ->
    Asked = {Key, {asked, At}},
    _ = in_table(Host, fun(Table) -> ets:select_replace(Table, [{Asked, [], [{const, {Key, seen}}]}]) end),
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
    IsComing andalso watch(Host) =/= none andalso look_soon(C2SState),
    Acc;
c2s_self_presence(Acc) ->
    Acc.

-spec priority(presence() | undefined) -> integer().
priority(undefined) -> -1;
priority(#presence{priority = undefined}) -> 0;
priority(#presence{priority = Priority}) -> Priority.

%% XEP-0013 sections 2.5 and 2.6: a client removes what it has seen, or all. Before its first presence
%% nobody is shown that it came: then its presence makes us look.
-spec user_send_packet({stanza() | drop, map()}) -> {stanza() | drop, map()}.
user_send_packet({#iq{type = set, sub_els = [Child]}, #{lserver := Host, pres_last := _} = C2SState} = Acc) ->
    xmpp:get_ns(Child) == ?NS_OFFLINE andalso watch(Host) =/= none andalso look_soon(C2SState),
    Acc;
user_send_packet(Acc) ->
    Acc.

-spec look_soon(map()) -> true.
look_soon(#{lserver := Host, user := Name}) ->
    At = os:system_time(microsecond),
    User = jid:nodeprep(Name),
    [mark_asked(Host, {Store, User}, At) || Store <- [offline, archive], not is_seen(Host, {Store, User})],
    _ = erlang:send_after(?DELAY, self(), {receipts_look, At}),
    true.

%% The session itself does not wait for the stores. What was handed out to a dead connection is not
%% lost.
-spec c2s_handle_info(map(), term()) -> map() | {stop, map()}.
c2s_handle_info(#{lserver := Host} = C2SState, {receipts_look, At}) ->
    _ = case {watch(Host), maps:get(mgmt_state, C2SState, inactive)} of
            {none, _} -> ok;
            {_, pending} -> ok;
            {Watch, _} -> spawn(fun() -> guarded(Host, fun() -> look(Watch, C2SState, At) end, ok) end)
        end,
    {stop, C2SState};
c2s_handle_info(C2SState, _) ->
    C2SState.

%% ---- Looking

-spec look(watch(), map(), stamp()) -> ok.
look(#watch{host = Host} = Watch, #{user := Name} = C2SState, At) ->
    User = jid:nodeprep(Name),
    Stores = mod_receipts_stores:of_host(Host),
    [look_at(Store, Watch, C2SState, {User, At}) || Store <- [offline, archive],
                                                    lists:member(atom_to_binary(Store, utf8), Stores),
                                                    not is_seen(Host, {Store, User})],
    ok.

%% Marked first: what is put there while we look takes the mark away.
-spec look_at(offline | archive, watch(), map(), {binary(), stamp()}) -> ok.
look_at(Store, #watch{host = Host, process = Process}, C2SState, {User, At}) ->
    mark_seen(Host, {Store, User}, At),
    case emptied_until(Store, User, Host, At) of
        unknown ->
            unmark(Host, {Store, User});
        Until ->
            Account = <<User/binary, $@, Host/binary>>,
            gen_server:cast(Process, {emptied, Until, Account, Store, shown_to(User, C2SState)})
    end.

%% What was stored up to the time at which we were asked to look had been written by then.
-spec emptied_until(offline | archive, binary(), binary(), stamp()) -> stamp() | unknown.
emptied_until(offline, User, Host, At) ->
    case count_offline(User, Host) of
        0 -> At;
        _ -> unknown
    end;
emptied_until(archive, User, Host, At) ->
    case oldest_in_archive(User, Host) of
        none -> At;
        unknown -> unknown;
        Oldest -> min(At, Oldest)
    end.

%% The contacts who are told that this session is available; of very many some are left out.
-spec shown_to(binary(), map()) -> [bare()].
shown_to(User, #{lserver := Host} = C2SState) ->
    Items = ejabberd_hooks:run_fold(roster_get, Host, [], [{User, Host}]),
    limited([Party#party.bare || Contact <- lists:flatmap(fun contacts_in/1, Items),
                                 Party <- [party(Contact)],
                                 not mod_receipts_hidden:is_from(C2SState, Party)]).

%% COMPAT a roster record until ejabberd 23.10, a roster item of the library xmpp since
-spec contacts_in(tuple()) -> [jid:jid()].
contacts_in(#roster_item{jid = Jid, subscription = Subscription}) ->
    [Jid || sees_owner(Subscription)];
contacts_in(Roster) when element(1, Roster) == roster ->
    [jid:make(element(4, Roster)) || sees_owner(element(6, Roster))].

-spec sees_owner(atom()) -> boolean().
sees_owner(Subscription) ->
    Subscription == from orelse Subscription == both.

-spec limited([bare()]) -> [bare()].
limited(Contacts) ->
    {_, Kept} = lists:foldl(fun(Contact, {Bytes, Taken}) when Bytes + byte_size(Contact) =< ?MAX_SHOWN_BYTES ->
                                    {Bytes + byte_size(Contact), [Contact | Taken]};
                               (_, Full) ->
                                    Full
                            end, {0, []}, Contacts),
    Kept.

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
