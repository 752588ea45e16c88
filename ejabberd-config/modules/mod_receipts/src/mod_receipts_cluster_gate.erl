%%% A change of policies is confirmed when every known node enforces it.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Also those that are not reached: one that is cut off from this node goes on serving its users, and
%%% would let their answers out. It looks like one that is dead. On all others the change is in force
%%% at once.

-module(mod_receipts_cluster_gate).

-export([answer/4, settle/1, missing/1, give_up/1]).

-include("mod_receipts.hrl").

-define(PATIENCE, 5000). % milliseconds

%% The order was carried out here, as far as it could be.
-spec answer(iq(), fxml:xmlel() | stanza_error(), policies(), state()) -> state().
answer(IQ, Answer, _, #state{cluster = #cluster{peers = Peers}} = State) when map_size(Peers) == 0 ->
    mod_receipts_component:answer(IQ, Answer),
    State;
answer(IQ, Answer, Before, #state{policies = Policies} = State) ->
    case {is_changed(Before, Policies), Answer} of
        {false, _} -> mod_receipts_component:answer(IQ, Answer), State;
        {true, #stanza_error{}} -> mod_receipts_component:answer(IQ, Answer), spread(IQ, Before, State);
        {true, _} -> settle(add(IQ, Answer, spread(IQ, Before, State)))
    end.

%% Each order that ends gives another time of the last order.
-spec is_changed(policies(), policies()) -> boolean().
is_changed(#policies{ordered = Ordered}, #policies{ordered = Ordered}) -> false;
is_changed(_, _) -> true.

%% A change goes to all as it came. A whole set is fetched by those that see that it is newer.
-spec spread(iq(), policies(), state()) -> state().
spread(#iq{sub_els = [Order]}, #policies{settings = #settings{known = Since}},
       #state{policies = #policies{settings = Settings, ordered = Ordered}} = State) ->
    case fxml:get_tag_attr_s(<<"since">>, Order) of
        <<>> -> mod_receipts_cluster_messages:report_to_all(State);
        _ ->
            mod_receipts_cluster:tell({change, #{since => Since, settings => mod_receipts_cluster_report:to_term(Settings),
                                                 text => mod_receipts_component:text_of(Order), ordered => Ordered}}, State),
            State
    end.

-spec add(iq(), fxml:xmlel(), state()) -> state().
add(IQ, Answer, #state{cluster = #cluster{orders = Orders} = Cluster} = State) ->
    Order = #ordered{iq = IQ, answer = Answer, until = mod_receipts_feed:now_ms() + ?PATIENCE},
    State#state{cluster = Cluster#cluster{orders = Orders ++ [Order]}}.

%% Answers the orders that can be answered.
-spec settle(state()) -> state().
settle(#state{cluster = #cluster{orders = []}} = State) ->
    State;
settle(#state{cluster = #cluster{orders = Orders} = Cluster, policies = Policies} = State) ->
    case missing(State) of
        [] ->
            [mod_receipts_component:answer(IQ, Answer) || #ordered{iq = IQ, answer = Answer} <- Orders],
            State#state{cluster = Cluster#cluster{orders = []}, policies = Policies#policies{instead = none}};
        Missing ->
            IsHopeless = mod_receipts_cluster_peers:names(down, State) =/= [],
            {Due, Rest} = lists:partition(fun(Order) -> IsHopeless orelse is_due(Order) end, Orders),
            [mod_receipts_component:answer(IQ, not_everywhere(Missing)) || #ordered{iq = IQ} <- Due],
            State#state{cluster = Cluster#cluster{orders = Rest}}
    end.

-spec is_due(#ordered{}) -> boolean().
is_due(#ordered{until = Until}) ->
    mod_receipts_feed:now_ms() >= Until.

-spec not_everywhere([node()]) -> stanza_error().
not_everywhere(Missing) ->
    Names = lists:join(<<", ">>, [atom_to_binary(Node, utf8) || Node <- Missing]),
    xmpp:err_recipient_unavailable(iolist_to_binary([<<"It is in force, but not yet on ">>, Names]), <<"en">>).

%% The nodes that do not enforce, as far as is known, what is in force here.
-spec missing(state()) -> [node()].
missing(#state{policies = #policies{is_sure = false}}) ->
    [node()];
missing(#state{cluster = #cluster{peers = Peers}, policies = Policies}) ->
    Held = mod_receipts_cluster_report:held(Policies),
    [Node || {Node, Peer} <- lists:sort(maps:to_list(Peers)), not enforces(Held, Peer)].

-spec enforces(mod_receipts_cluster_report:holding(), peer()) -> boolean().
enforces(Held, #peer{state = up, report = #{is_sure := true, held := Theirs}}) ->
    mod_receipts_cluster_policies:is_same_version(Held, Theirs);
enforces(_, _) ->
    false.

%% The stream has ended, and nobody waits for an answer any more.
-spec give_up(state()) -> state().
give_up(#state{cluster = Cluster} = State) ->
    State#state{cluster = Cluster#cluster{orders = [], greetings = []}}.
