%%% What the component has to hear of the cluster: the hello says it, and is said anew when it changes.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_cluster_news).

-export([ask/2, hear/2, expire/2, take_ready/1, say/1]).

-include("mod_receipts.hrl").

-define(PATIENCE, 2000). % milliseconds

%% ---- A hello of the component is answered when the other nodes have said how they are now

-spec ask(iq(), state()) -> state().
ask(IQ, #state{cluster = #cluster{greetings = Greetings} = Cluster} = State) ->
    Tag = make_ref(),
    Running = mod_receipts_cluster_peers:names(up, State),
    [mod_receipts_cluster:tell(Node, {report_wanted, Tag}, State) || Node <- Running],
    Running == [] orelse erlang:send_after(?PATIENCE, self(), {greeting_due, Tag}),
    State#state{cluster = Cluster#cluster{greetings = [#greeting{iq = IQ, tag = Tag, missing = Running} | Greetings]}}.

-spec hear({node(), none | reference()}, state()) -> state().
hear({_, none}, State) ->
    State;
hear({Node, Tag}, #state{cluster = #cluster{greetings = Greetings} = Cluster} = State) ->
    Heard = [case Greeting of
                 #greeting{tag = Tag, missing = Missing} -> Greeting#greeting{missing = Missing -- [Node]};
                 _ -> Greeting
             end || Greeting <- Greetings],
    State#state{cluster = Cluster#cluster{greetings = Heard}}.

%% What a node said last does not count any more if it does not answer.
-spec expire(reference(), state()) -> state().
expire(Tag, #state{cluster = #cluster{greetings = Greetings}} = State) ->
    case lists:keyfind(Tag, #greeting.tag, Greetings) of
        #greeting{missing = Missing} ->
            Lost = lists:foldl(fun mod_receipts_cluster_peers:lose/2, State, Missing),
            lists:foldl(fun(Node, S) -> hear({Node, Tag}, S) end, Lost, Missing);
        false ->
            State
    end.

-spec take_ready(state()) -> {[iq()], state()}.
take_ready(#state{cluster = #cluster{greetings = []}} = State) ->
    {[], State};
take_ready(#state{cluster = #cluster{greetings = Greetings} = Cluster} = State) ->
    {Ready, Waiting} = lists:partition(fun(#greeting{missing = Missing}) -> Missing == [] end, Greetings),
    {[IQ || #greeting{iq = IQ} <- Ready], State#state{cluster = Cluster#cluster{greetings = Waiting}}}.

%% ---- Hello anew

%% Not while orders wait: what is missing then is about to come.
-spec say(state()) -> state().
say(#state{cluster = #cluster{orders = [_ | _]}} = State) ->
    State;
say(#state{cluster = #cluster{peers = Peers, told = Told} = Cluster} = State) ->
    case {[{Node, Peer#peer.state} || {Node, Peer} <- lists:sort(maps:to_list(Peers))], is_same_everywhere(State)} of
        Told -> State;
        {[], _} = News when Told == none -> State#state{cluster = Cluster#cluster{told = News}};
        News -> greet(State#state{cluster = Cluster#cluster{told = News}})
    end.

-spec is_same_everywhere(state()) -> boolean().
is_same_everywhere(State) ->
    mod_receipts_cluster_gate:missing(State) == [].

-spec greet(state()) -> state().
greet(State) ->
    case mod_receipts_cluster:has_stream(State) of
        true -> mod_receipts_hello:greet_anew(State);
        false -> State
    end.
