%%% What the nodes of a cluster share beside the policies: one clock, the keys of the tokens, and what the
%%% component has told the node that it is connected to.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_cluster_shared).

-export([take/2]).

-include("mod_receipts.hrl").

-define(MAX_KEYS, 64).

-spec take(mod_receipts_cluster_report:saying(), state()) -> state().
take(#{feed := Feed, keys := Keys, is_sure := IsSure}, State) ->
    take_feed(Feed, take_keys(Keys, follow(IsSure, State))).

%% ---- One clock

%% Stamps follow the node whose clock is ahead of all others, so that they respect what came of what:
%% a report is never quicker than a message on the same way. A node that comes takes the others' time.
-spec follow(boolean(), state()) -> state().
follow(IsSure, #state{tick = Tick, cluster = #cluster{is_aligned = IsAligned} = Cluster} = State) ->
    case mod_receipts_cluster_peers:lead(State) of
        Lead when Lead == none; IsAligned; not IsSure -> State#state{tick = mod_receipts_tick:follow(Lead, Tick)};
        Lead -> State#state{tick = mod_receipts_tick:align(Lead, Tick), cluster = Cluster#cluster{is_aligned = true}}
    end.

%% ---- The keys of the tokens

%% A token of another node is as good as one of ours, also after that node was dropped.
-spec take_keys([binary()], state()) -> state().
take_keys(Keys, #state{watch = #watch{host = Host, key = Own, other_keys = Known} = Watch,
                       spool = #spool{folder = Folder}} = State) ->
    case lists:usort(Keys) -- [Own | Known] of
        [] ->
            State;
        New ->
            Kept = lists:sublist([Key || <<_:32/binary>> = Key <- New] ++ Known, ?MAX_KEYS),
            mod_receipts_token_keys:save(Folder, Kept),
            Shared = Watch#watch{other_keys = Kept},
            persistent_term:put({mod_receipts, Host}, Shared),
            State#state{watch = Shared}
    end.

%% ---- What the component has told the node with its stream

-spec take_feed(none | tuple(), state()) -> state().
take_feed({Stream, Secret, KnowsAll, KnowsNodes}, State) ->
    case mod_receipts_cluster:has_stream(State) of
        true -> State; % our own component
        false -> begin_feeding(settle(Secret, KnowsAll, KnowsNodes, attach(Stream, State)))
    end;
take_feed(_, State) ->
    State.

-spec attach(pid(), state()) -> state().
attach(Stream, #state{feed = #feed{stream = Stream}} = State) ->
    mod_receipts_feed:take_name(State); % the route may come later
attach(Stream, State) ->
    mod_receipts_feed:attach(Stream, mod_receipts_feed:take_name(mod_receipts_feed:go_offline(State))).

-spec settle(binary(), boolean(), boolean(), state()) -> state().
settle(Secret, KnowsAll, KnowsNodes, #state{feed = Feed} = State) ->
    State#state{feed = Feed#feed{secret = Secret, knows_all = KnowsAll, knows_nodes = KnowsNodes}}.

%% Its own hello is not needed any more.
-spec begin_feeding(state()) -> state().
begin_feeding(#state{feed = #feed{is_greeted = true}} = State) ->
    mod_receipts_cluster:advise(State);
begin_feeding(#state{feed = Feed, watch = #watch{component = Component}} = State) ->
    ?INFO_MSG("Reporting facts to ~ts, through ~ts", [Component, node(Feed#feed.stream)]),
    Greeted = Feed#feed{is_greeted = true, is_resting = false, backoff = 1000, hello = undefined, problem = none},
    mod_receipts_cluster:advise(State#state{feed = Greeted}).
