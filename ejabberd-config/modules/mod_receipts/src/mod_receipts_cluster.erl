%%% A cluster of several nodes: policies are enforced, and answers delivered, only on the node that the
%%% component is connected to. So nothing is promised there, and it is said.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_cluster).

-export([watch_nodes/1, note_joined/1, count_nodes/0, enforces/0]).

-include("mod_receipts.hrl").

-define(ENFORCES, <<"policies deliver">>).

%% From now on the process of the host is told of nodes that join.
-spec watch_nodes(state()) -> state().
watch_nodes(State) ->
    {ok, _} = mnesia:subscribe(system),
    note_joined(State).

%% Once for each number of nodes: one that joins is heard of several times.
-spec note_joined(state()) -> state().
note_joined(#state{complaints = Known} = State) ->
    case count_nodes() of
        1 -> State;
        Count when is_map_key({nodes, Count}, Known) -> State;
        Count -> warn(Count, State), State#state{complaints = Known#{{nodes, Count} => true}}
    end.

-spec warn(pos_integer(), state()) -> ok.
warn(Count, #state{watch = #watch{host = Host}}) ->
    ?WARNING_MSG("~ts is served by an ejabberd cluster of ~p nodes: mod_receipts enforces what users allow, and "
                 "delivers receipts for them, only on the node that the component is connected to. The bot "
                 "confirms no policy. Let users connect to that node only, or run one node", [Host, Count]).

%% Also those that are down: they may come back with users of theirs.
-spec count_nodes() -> pos_integer().
count_nodes() ->
    length(lists:usort([node() | mnesia:system_info(db_nodes)])).

%% What this module promises to enforce for all users of its host.
-spec enforces() -> binary().
enforces() ->
    case count_nodes() of
        1 -> ?ENFORCES;
        _ -> <<>>
    end.
