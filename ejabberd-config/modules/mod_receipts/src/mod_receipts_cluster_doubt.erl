%%% A node that starts in a cluster does not know what the others were told meanwhile. Until somebody
%%% says so it stops all answers: another node that is sure, all other nodes together, or the component.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_cluster_doubt).

-export([settle/1, complain/1]).

-include("mod_receipts.hrl").

-define(LONG, 3). % seconds

-spec settle(state()) -> state().
settle(#state{policies = #policies{is_sure = true}} = State) ->
    State;
settle(#state{cluster = #cluster{peers = Peers, doubts = Doubts} = Cluster, policies = Policies} = State) ->
    case is_over(mod_receipts_cluster_report:held(Policies), maps:values(Peers)) of
        true ->
            Doubts >= ?LONG andalso
                ?WARNING_MSG("mod_receipts for ~ts knows again what users allow", [Policies#policies.host]),
            State#state{policies = mod_receipts_policies:be_sure(Policies), cluster = Cluster#cluster{doubts = 0}};
        false ->
            State
    end.

-spec is_over(mod_receipts_cluster_report:holding(), [peer()]) -> boolean().
is_over(Held, Peers) ->
    Relations = [{IsSure, mod_receipts_cluster_policies:relation(Held, Theirs)}
                 || #peer{state = up, report = #{is_sure := IsSure, held := Theirs}} <- Peers],
    lists:all(fun({_, Relation}) -> Relation == same orelse Relation == newer end, Relations)
        andalso (lists:keymember(true, 1, Relations) orelse length(Relations) == length(Peers)).

%% Once a second.
-spec complain(state()) -> state().
complain(#state{policies = #policies{is_sure = true}} = State) ->
    State;
complain(#state{cluster = #cluster{doubts = Doubts} = Cluster} = State) ->
    Doubts + 1 == ?LONG andalso say_doubt(State),
    State#state{cluster = Cluster#cluster{doubts = Doubts + 1}}.

-spec say_doubt(state()) -> ok.
say_doubt(#state{watch = #watch{host = Host, component = Component}, cluster = #cluster{peers = Peers}}) ->
    ?ERROR_MSG("mod_receipts for ~ts stops all answers to receipt requests, because it cannot know what users have chosen "
               "since this node was stopped: no other node says so. Start one of them, connect ~ts to this node, or drop "
               "the others for good: ejabberdctl leave_cluster NODE. They are ~p", [Host, Component, maps:keys(Peers)]).
