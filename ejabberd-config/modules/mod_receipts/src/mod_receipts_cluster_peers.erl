%%% The other nodes of the cluster: whether they run, and what they said last.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_cluster_peers).

-export([begun/0, refresh/1, hear/3, lose/2, names/2, elements/1, lead/1]).

-include("mod_receipts.hrl").

-define(SILENCE, 5000). % milliseconds without a word of a node that is connected
-define(LONG, 10000000). % microseconds: a node that starts is silent for some seconds

%% Nobody has said anything yet.
-spec begun() -> cluster().
begun() ->
    #cluster{peers = maps:from_list([{Node, new()} || Node <- mod_receipts_cluster:others()])}.

%% Who is known now, and how they are.
-spec refresh(state()) -> state().
refresh(#state{cluster = #cluster{peers = Known} = Cluster} = State) ->
    Connected = nodes(),
    Peers = maps:from_list([{Node, said(Node, judged(Node, Connected, maps:get(Node, Known, new())), State)}
                            || Node <- mod_receipts_cluster:others()]),
    Dropped = maps:without(maps:keys(Peers), Known),
    mod_receipts_cluster_drops:note(Dropped, State#state{cluster = Cluster#cluster{peers = Peers}}).

-spec new() -> peer().
new() ->
    #peer{since = os:system_time(microsecond), heard = mod_receipts_feed:now_ms()}.

-spec judged(node(), [node()], peer()) -> peer().
judged(Node, Connected, Peer) ->
    case {lists:member(Node, Connected), is_speaking(Peer)} of
        {false, _} -> become(down, Peer#peer{report = none});
        {true, true} -> become(up, Peer);
        {true, false} -> become(silent, Peer)
    end.

-spec is_speaking(peer()) -> boolean().
is_speaking(#peer{report = none}) -> false;
is_speaking(#peer{heard = Heard}) -> mod_receipts_feed:now_ms() - Heard < ?SILENCE.

-spec become(up | silent | down, peer()) -> peer().
become(State, #peer{state = State} = Peer) -> Peer;
become(State, Peer) -> Peer#peer{state = State, since = os:system_time(microsecond), is_said = false}.

%% Each state once.
-spec said(node(), peer(), state()) -> peer().
said(_, #peer{is_said = true} = Peer, _) ->
    Peer;
said(Node, #peer{state = silent, since = Since} = Peer, State) ->
    IsLong = os:system_time(microsecond) - Since >= ?LONG,
    IsLong andalso say(Node, Peer, State),
    Peer#peer{is_said = IsLong};
said(Node, Peer, State) ->
    say(Node, Peer, State),
    Peer#peer{is_said = true}.

-spec say(node(), peer(), state()) -> ok.
say(Node, #peer{state = up}, #state{watch = #watch{host = Host}}) ->
    ?INFO_MSG("mod_receipts for ~ts works together with ~ts", [Host, Node]);
say(Node, #peer{state = silent}, #state{watch = #watch{host = Host}}) ->
    ?ERROR_MSG("mod_receipts for ~ts gets no answer on ~ts. Until it does, no change of a policy is confirmed to users, and "
               "no message to them expires. Start mod_receipts of this version there", [Host, Node]);
say(Node, #peer{state = down}, #state{watch = #watch{host = Host}}) ->
    ?ERROR_MSG("~ts is not reached. Until it is, no change of a policy is confirmed to users of ~ts, and no message to "
               "them expires. Start ~ts, or drop it: ejabberdctl leave_cluster ~ts", [Node, Host, Node, Node]).

%% Unknown ones may be about to join; what is not of the cluster is not heard.
-spec hear(node(), mod_receipts_cluster_report:saying(), state()) -> state().
hear(Node, #{clock := Clock} = Report, #state{cluster = #cluster{peers = Known} = Cluster} = State)
  when is_map_key(Node, Known) ->
    Lead = Clock - os:system_time(microsecond),
    Peer = (map_get(Node, Known))#peer{report = Report, heard = mod_receipts_feed:now_ms(), lead = Lead},
    refresh(State#state{cluster = Cluster#cluster{peers = Known#{Node := Peer}}});
hear(Node, Report, State) ->
    Refreshed = refresh(State),
    case is_known(Node, Refreshed) of
        true -> hear(Node, Report, Refreshed);
        false -> Refreshed
    end.

-spec is_known(node(), state()) -> boolean().
is_known(Node, #state{cluster = #cluster{peers = Peers}}) ->
    is_map_key(Node, Peers).

%% Its connection ended: what it said does not count any more, also if it is back already.
-spec lose(node(), state()) -> state().
lose(Node, #state{cluster = #cluster{peers = Known} = Cluster} = State) when is_map_key(Node, Known) ->
    Peer = (map_get(Node, Known))#peer{report = none},
    refresh(State#state{cluster = Cluster#cluster{peers = Known#{Node := Peer}}});
lose(_, State) ->
    refresh(State).

-spec names(up | silent | down, state()) -> [node()].
names(Wanted, #state{cluster = #cluster{peers = Peers}}) ->
    [Node || {Node, #peer{state = State}} <- lists:sort(maps:to_list(Peers)), State == Wanted].

%% How far the stamps of those that speak are ahead of this clock.
-spec lead(state()) -> integer() | none.
lead(#state{cluster = #cluster{peers = Peers}}) ->
    case [Lead || #peer{state = up, lead = Lead} <- maps:values(Peers)] of
        [] -> none;
        Leads -> lists:max(Leads)
    end.

%% What the hello says of them.
-spec elements(state()) -> [fxml:xmlel()].
elements(#state{cluster = #cluster{peers = Peers}}) ->
    [#xmlel{name = <<"node">>, attrs = [{<<"name">>, atom_to_binary(Node, utf8)} | attrs(Peer)]}
     || {Node, Peer} <- lists:sort(maps:to_list(Peers))].

-spec attrs(peer()) -> [{binary(), binary()}].
attrs(#peer{state = up, report = #{attrs := Attrs}}) ->
    [{<<"state">>, <<"up">>} | Attrs];
attrs(#peer{state = State, since = Since}) ->
    [{<<"state">>, atom_to_binary(State, utf8)}, {<<"since">>, integer_to_binary(Since)}].
