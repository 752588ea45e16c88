%%% Hello: module and component learn of each other before any fact is sent.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_hello).

-export([greet/1, greet_anew/1, greet_again_in/1, settle/3, hello/1, of_node/1, learn/2]).

-import(mod_receipts_feed, [attach/2, find_stream/1, is_connected/1, is_ours/2, now_ms/0, secret/1]).

-include("mod_receipts.hrl").

-define(MODULE_VERSION, <<"0.1.0">>).
-define(GIVES, <<"policies">>).
-define(ORDERS, <<"may-remind">>).
-define(HELLO_INTERVAL, 60000). % milliseconds

%% Repeated until the component has answered, however long it takes.
-spec greet(state()) -> state().
greet(#state{feed = #feed{is_greeted = true}} = State) ->
    State;
greet(#state{feed = Feed} = State) ->
    State1 = find(mod_receipts_feed:take_name(State#state{feed = Feed#feed{tried = now_ms()}})),
    case is_connected(State1) andalso mod_receipts_cluster:speaks(State1) of
        true -> say_hello(State1);
        false -> State1
    end.

%% Says hello once more, because what we say of ourselves has changed.
-spec greet_anew(state()) -> state().
greet_anew(State) ->
    case is_connected(State) of
        true -> say_hello(State);
        false -> State
    end.

-spec find(state()) -> state().
find(#state{feed = #feed{stream = undefined}} = State) ->
    case find_stream(State) of
        none -> State;
        Stream -> attach(Stream, State)
    end;
find(State) ->
    State.

-spec say_hello(state()) -> state().
say_hello(State) ->
    Tag = make_ref(),
    {Hello, #state{feed = Feed} = State1} = hello(State),
    mod_receipts_feed:send_iq(get, Hello, {hello, Tag}, State1),
    State1#state{feed = Feed#feed{hello = Tag}}.

%% In milliseconds; none once the component has answered.
-spec greet_again_in(state()) -> integer() | none.
greet_again_in(#state{feed = #feed{is_greeted = true}}) -> none;
greet_again_in(#state{feed = #feed{tried = Tried}}) -> Tried + ?HELLO_INTERVAL - now_ms().

%% The facts have to be in the spool before: what still is in the tick would not be counted.
-spec hello(state()) -> {fxml:xmlel(), state()}.
hello(#state{watch = #watch{host = Host}} = State) ->
    {OfNode, State1} = of_node(State),
    {#xmlel{name = <<"hello">>,
            attrs = [{<<"xmlns">>, ?NS_FEED}, {<<"version">>, <<"1">>}, {<<"module">>, ?MODULE_VERSION},
                     {<<"server">>, <<"ejabberd">>}, {<<"server-version">>, server_version()},
                     {<<"proves">>, proves()}, {<<"enforces">>, mod_receipts_cluster:enforces(State)},
                     {<<"orders">>, ?ORDERS}, {<<"gives">>, ?GIVES},
                     {<<"stores">>, iolist_to_binary(lists:join($\s, mod_receipts_stores:of_host(Host)))},
                     {<<"node">>, mod_receipts_cluster:name()},
                     {<<"nodes">>, integer_to_binary(mod_receipts_cluster:count_nodes(State))}]
                    ++ OfNode ++ mod_receipts_health:of_host(State1) ++ secret(State),
            children = mod_receipts_cluster_peers:elements(State)}, State1}.

%% What each node of a cluster says for itself.
-spec of_node(state()) -> {[{binary(), binary()}], state()}.
of_node(#state{policies = Policies, spool = Spool} = State) ->
    Waiting = mod_receipts_feed:count_waiting(State),
    {At, State1} = complete_up_to(Waiting, State),
    {[{<<"policies">>, mod_receipts_policy_file:held_version(Policies)},
      {<<"at">>, integer_to_binary(At)}, {<<"waiting">>, integer_to_binary(Waiting)},
      {<<"clock">>, integer_to_binary(os:system_time(microsecond))}] ++ mod_receipts_health:of_spool(Spool), State1}.

%% From a hello of the component, or its answer to ours.
-spec learn(fxml:xmlel(), state()) -> state().
learn(Hello, #state{feed = Feed} = State) ->
    Words = binary:split(fxml:get_tag_attr_s(<<"knows">>, Hello), <<" ">>, [global]),
    KnowsAll = mod_receipts_restricting:is_known(Words, mod_receipts_cluster:is_alone(State)),
    State#state{feed = Feed#feed{secret = fxml:get_tag_attr_s(<<"secret">>, Hello), knows_all = KnowsAll,
                                 knows_nodes = lists:member(<<"nodes">>, Words)}}.

-spec complete_up_to(item_count(), state()) -> {stamp(), state()}.
complete_up_to(0, #state{tick = Tick, spool = Spool} = State) ->
    {At, Tick1} = mod_receipts_tick:next_stamp(os:system_time(microsecond), Tick),
    {At, State#state{tick = Tick1, spool = mod_receipts_spool:note_newest(At, Spool)}};
complete_up_to(_, #state{tick = #tick{newest = Newest}} = State) ->
    {Newest, State}.

-spec server_version() -> binary().
server_version() ->
    iolist_to_binary(ejabberd_option:version()).

-spec proves() -> binary().
proves() ->
    iolist_to_binary(lists:join($\s, [atom_to_binary(Kind, utf8) || Kind <- ?PROVES])).

%% What the component answers to our hello.
-spec settle(iq() | timeout, reference(), state()) -> state().
settle(#iq{} = Reply, Tag, #state{feed = #feed{hello = Tag} = Feed} = State) ->
    case is_ours(Reply, State) of
        true -> settle(Reply, State#state{feed = Feed#feed{hello = undefined}});
        false -> State
    end;
settle(_, _, State) ->
    State.

-spec settle(iq(), state()) -> state().
settle(#iq{type = error} = Reply, State) ->
    refuse(error_text(xmpp:get_error(Reply)), State);
settle(#iq{sub_els = [#xmlel{name = <<"hello">>} = Answer]}, State) ->
    case fxml:get_tag_attr_s(<<"version">>, Answer) of
        <<"1">> -> begin_feeding(fxml:get_tag_attr_s(<<"daemon">>, Answer), learn(Answer, State));
        Version -> refuse([<<"version ">>, Version], State)
    end;
settle(_, State) ->
    refuse(<<"it does not say hello">>, State).

-spec begin_feeding(binary(), state()) -> state().
begin_feeding(Version, #state{feed = #feed{is_greeted = IsGreeted} = Feed, watch = #watch{component = Component}} = State) ->
    IsGreeted orelse ?INFO_MSG("Reporting facts to ~ts (~ts)", [Component, Version]),
    Greeted = State#state{feed = Feed#feed{is_greeted = true, is_resting = false, backoff = 1000, problem = none}},
    mod_receipts_cluster_messages:greeted(mod_receipts_cluster:advise(Greeted)).

-spec error_text(stanza_error() | undefined) -> iodata().
error_text(#stanza_error{reason = Reason, text = Text}) ->
    [mod_receipts_fact:condition(Reason), [[<<": ">>, xmpp:get_text(Text)] || Text =/= []]];
error_text(undefined) ->
    <<"an error">>.

-spec refuse(iodata(), state()) -> state().
refuse(Problem, #state{feed = #feed{problem = Problem}} = State) ->
    State;
refuse(Problem, #state{feed = Feed, watch = #watch{component = Component, host = Host}} = State) ->
    ?WARNING_MSG("~ts does not take facts of ~ts (~ts): is it xmpp-receipts of this version, and is ~ts among its "
                 "domains? Trying again every ~p s", [Component, Host, Problem, Host, ?HELLO_INTERVAL div 1000]),
    State#state{feed = Feed#feed{problem = Problem}}.
