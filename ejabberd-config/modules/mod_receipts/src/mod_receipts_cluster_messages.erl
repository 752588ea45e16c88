%%% What the processes of a host on the nodes of a cluster say to each other.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Each says once a second, and when something has changed, what it holds. Who holds older policies
%%% asks for the newer ones. Nothing here waits, and whatever is lost is said again.

-module(mod_receipts_cluster_messages).

-export([begin_talking/1, take/3, report_to_all/1, gossip/1, nodes_changed/2, greeted/1, note/1]).

-import(mod_receipts_cluster, [tell/2, tell/3]).

-include("mod_receipts.hrl").

%% From now on the process of the host is told of nodes that come and go.
-spec begin_talking(state()) -> state().
begin_talking(State) ->
    {ok, _} = mnesia:subscribe(system),
    _ = net_kernel:monitor_nodes(true), % an error where no other node can come
    gossip(State).

-spec gossip(state()) -> state().
gossip(State) ->
    case mod_receipts_cluster_peers:refresh(State) of
        #state{cluster = #cluster{peers = Peers}} = Alone when map_size(Peers) == 0 -> note(Alone);
        Refreshed -> mod_receipts_cluster_doubt:complain(note(report_to_all(Refreshed)))
    end.

-spec nodes_changed({up | down, node()}, state()) -> state().
nodes_changed({up, _}, State) -> gossip(State);
nodes_changed({down, Node}, State) -> note(mod_receipts_cluster_peers:lose(Node, State)).

%% The facts of the tick have to be in the spool before.
-spec report_to_all(state()) -> state().
report_to_all(State) ->
    {Report, State1} = mod_receipts_cluster_report:make(none, State),
    tell({report, Report}, State1),
    State1.

-spec report_to(node(), none | reference(), state()) -> state().
report_to(Node, Tag, State) ->
    {Report, State1} = mod_receipts_cluster_report:make(Tag, State),
    tell(Node, {report, Report}, State1),
    State1.

%% The component has answered: the others may feed it, too.
-spec greeted(state()) -> state().
greeted(State) ->
    case mod_receipts_cluster:is_alone(State) of
        true -> State;
        false -> report_to_all(State)
    end.

-spec take(term(), node(), state()) -> state().
take({report, #{held := _, is_sure := _, clock := _, keys := _, attrs := _, feed := _, tag := _} = Report}, Node, State) ->
    IsNew = not is_heard(Node, State),
    Heard = mod_receipts_cluster_news:hear({Node, map_get(tag, Report)},
                                           mod_receipts_cluster_peers:hear(Node, Report, State)),
    Answered = case IsNew of true -> report_to(Node, none, Heard); false -> Heard end,
    note(compare(Node, Report, mod_receipts_cluster_shared:take(Report, Answered)));
take({report_wanted, Tag}, Node, State) ->
    report_to(Node, Tag, State);
take(policies_wanted, Node, #state{policies = Policies} = State) ->
    {Report, State1} = mod_receipts_cluster_report:make(none, State),
    Accounts = mod_receipts_cluster_policies:accounts(mod_receipts_policies:in_force(Policies)),
    tell(Node, {policies, Report, Accounts}, State1),
    State1;
take({policies, #{held := Theirs}, Accounts}, Node, State) ->
    note(report_to(Node, none, adopt(Theirs, Accounts, State)));
take({change, Change}, Node, State) ->
    report_to(Node, none, change(Change, State));
take({forget, Account}, _, #state{policies = Policies} = State) ->
    State#state{policies = mod_receipts_policy_orders:forget_account(Account, Policies)};
take({delivered, Tokens}, _, #state{watch = Watch, delivered = Delivered} = State) ->
    State#state{delivered = mod_receipts_deliver:remember_all(Tokens, Watch, Delivered)};
take({room, Room}, _, State) ->
    _ = mod_receipts_rooms:hear_of(Room),
    State;
take(_, _, State) ->
    State. % of a newer version

-spec is_heard(node(), state()) -> boolean().
is_heard(Node, #state{cluster = #cluster{peers = Peers}}) ->
    case Peers of
        #{Node := #peer{report = Report}} -> Report =/= none;
        _ -> false
    end.

%% Who has older policies, or others, asks for those of the other node.
-spec compare(node(), mod_receipts_cluster_report:saying(), state()) -> state().
compare(Node, #{held := Theirs}, #state{policies = Policies} = State) ->
    case mod_receipts_cluster_policies:relation(mod_receipts_cluster_report:held(Policies), Theirs) of
        Relation when Relation == older; Relation == other -> tell(Node, policies_wanted, State), State;
        same -> take_order_time(Theirs, State);
        newer -> State
    end.

%% The same, ordered once more.
-spec take_order_time(mod_receipts_cluster_report:holding(), state()) -> state().
take_order_time(#{ordered := Theirs}, #state{policies = #policies{ordered = Mine} = Policies} = State) ->
    State#state{policies = Policies#policies{ordered = max(Mine, Theirs)}}.

%% Compared once more: the component may have sent newer ones meanwhile.
-spec adopt(mod_receipts_cluster_report:holding(), [term()], state()) -> state().
adopt(#{settings := Term, ordered := Ordered} = Theirs, Accounts, #state{policies = Policies} = State) ->
    Settings = mod_receipts_cluster_report:settings(Term),
    case mod_receipts_cluster_policies:relation(mod_receipts_cluster_report:held(Policies), Theirs) of
        older ->
            Replaced = mod_receipts_cluster_policies:replace(Settings, Accounts, Policies),
            State#state{policies = Replaced#policies{ordered = Ordered}};
        other ->
            mod_receipts_hook:complain(Policies#policies.host, the_policies_of_two_nodes_differ_and_the_stricter_hold),
            State#state{policies = mod_receipts_cluster_policies:merge(Settings, Accounts, Policies)};
        _ ->
            State
    end.

-spec change(map(), state()) -> state().
change(#{since := Since, settings := Term, text := Text, ordered := Ordered}, #state{policies = Policies} = State) ->
    Settings = mod_receipts_cluster_report:settings(Term),
    case Policies of
        #policies{settings = #settings{known = Since}, ordered = Older} when Older =< Ordered ->
            {_, Changed} = mod_receipts_policy_orders:change(Settings, Text, Policies),
            State#state{policies = Changed#policies{ordered = Ordered}};
        _ ->
            State % the node that sent it sees what is held here, and this one asks for all
    end.

%% After each word of another node: what does it mean for us, for orders that wait, for the component?
-spec note(state()) -> state().
note(State) ->
    mod_receipts_cluster_news:say(mod_receipts_cluster_gate:settle(mod_receipts_cluster_doubt:settle(State))).
