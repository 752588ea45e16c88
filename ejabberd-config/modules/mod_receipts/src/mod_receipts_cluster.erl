%%% A cluster of several nodes: who is in it, and what is said to the others.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Each node has a process for each host, with a spool, stamps and policies of its own. The node that
%%% has the component's stream speaks for all. A node is known until an operator drops it
%%% (ejabberdctl leave_cluster), whether it runs or not: one that is dead and one that is cut off look
%%% alike. On one node alone nothing in here is called for a message.

-module(mod_receipts_cluster).

-export([others/0, is_alone/1, count_nodes/1, name/0, has_stream/1, speaks/1, enforces/1, tell/2, tell/3, tell_from_hook/1,
         advise/1]).

-include("mod_receipts.hrl").

-define(ENFORCES, <<"policies deliver">>).
-define(PATIENCE, 5000000). % microseconds: a node may be starting

%% Also those that are down: they may come back with users of theirs.
-spec others() -> [node()].
others() ->
    mnesia:system_info(db_nodes) -- [node()].

-spec is_alone(state()) -> boolean().
is_alone(State) ->
    count_nodes(State) == 1.

-spec count_nodes(state()) -> pos_integer().
count_nodes(#state{cluster = #cluster{peers = Peers}}) ->
    1 + map_size(Peers).

-spec name() -> binary().
name() ->
    atom_to_binary(node(), utf8).

-spec has_stream(state()) -> boolean().
has_stream(#state{feed = #feed{stream = Stream}}) ->
    is_pid(Stream) andalso node(Stream) == node().

%% Does this node say hello? If not, the node with the stream passes on what the component has told it;
%% one with an older version of the module does not.
-spec speaks(state()) -> boolean().
speaks(#state{feed = #feed{stream = Stream}, cluster = #cluster{peers = Peers}} = State) ->
    has_stream(State) orelse
        case Peers of
            #{node(Stream) := #peer{state = silent, since = Since}} -> os:system_time(microsecond) - Since > ?PATIENCE;
            #{node(Stream) := _} -> false;
            _ -> true
        end.

%% What this module promises to enforce for all users of its host.
-spec enforces(state()) -> binary().
enforces(#state{feed = #feed{knows_nodes = KnowsNodes}} = State) ->
    case is_alone(State) orelse (KnowsNodes andalso has_stream(State)) of
        true -> ?ENFORCES;
        false -> <<>>
    end.

%% Nobody waits for a node that is slow or gone: all is said again within a second.
-spec tell(term(), state()) -> ok.
tell(Message, #state{cluster = #cluster{peers = Peers}} = State) ->
    lists:foreach(fun(Node) -> tell(Node, Message, State) end, maps:keys(Peers)).

-spec tell(node(), term(), state()) -> ok.
tell(Node, Message, #state{watch = Watch}) ->
    send(Node, Message, Watch).

%% What all hosts share is told to one of them.
-spec tell_from_hook(term()) -> ok.
tell_from_hook(Message) ->
    [send(Node, Message, Watch) || Node <- others(), Watch <- lists:sublist(mod_receipts_hook:watches(), 1)],
    ok.

-spec send(node(), term(), watch()) -> ok.
send(Node, Message, #watch{process = Process}) ->
    _ = erlang:send({Process, Node}, {cluster, node(), Message}, [noconnect, nosuspend]),
    ok.

%% Once for each number of nodes. A component that does not know of nodes mixes up what they say.
-spec advise(state()) -> state().
advise(#state{feed = #feed{is_greeted = true, knows_nodes = false}, complaints = Known} = State) ->
    case count_nodes(State) of
        1 -> State;
        Count when is_map_key({nodes, Count}, Known) -> State;
        Count -> warn(Count, State), State#state{complaints = Known#{{nodes, Count} => true}}
    end;
advise(State) ->
    State.

-spec warn(pos_integer(), state()) -> ok.
warn(Count, #state{watch = #watch{host = Host, component = Component}}) ->
    ?WARNING_MSG("~ts is served by an ejabberd cluster of ~p nodes, and the component ~ts does not know of clusters: "
                 "the bot confirms no policy, and time limits may be wrong. Update xmpp-receipts",
                 [Host, Count, Component]).
