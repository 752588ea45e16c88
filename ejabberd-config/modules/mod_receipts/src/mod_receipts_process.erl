%%% The process of a host: it takes facts and orders, one after the other, and alone writes its state.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_process).
-behaviour(gen_server).

-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
-export([flush/1]).

-import(mod_receipts_failure, [attempt/2, attempt_order/3, note_failure/4, note_complaint/2]).
-import(mod_receipts_timers, [set_timers/1, adapt_tick/1]).

-include("mod_receipts.hrl").

-define(HEAP_WORDS, 128 * 1024). % a tick seldom collects garbage
-define(SEARCH_DELAY, 1000). % milliseconds

%% ---- Begin and end

-spec init([term()]) -> {ok, state()}.
init([Host, Opts]) ->
    process_flag(trap_exit, true),
    process_flag(message_queue_data, off_heap),
    process_flag(min_heap_size, ?HEAP_WORDS),
    Folder = mod_receipts_setup:make_folder(Host, Opts),
    Watch = mod_receipts_setup:make_watch(Host, Opts, Folder),
    mod_receipts_handover:open(Watch),
    State = attempt(fun mod_receipts_setup:load_policies/1, mod_receipts_setup:make_state(Watch, Opts, Folder)),
    persistent_term:put({mod_receipts, Host}, Watch), % soon: policies are in force from here on
    Recovered = attempt(fun mod_receipts_restart:note/1, attempt(fun mod_receipts_setup:recover/1, State)),
    mod_receipts_emptied:make_table(Host),
    mod_receipts:add_hooks(Host),
    self() ! greet,
    Talking = attempt(fun mod_receipts_cluster_messages:begin_talking/1, Recovered),
    {ok, set_timers(mod_receipts_setup:add_missed(Talking))}.

-spec terminate(term(), state()) -> ok.
terminate(Reason, #state{watch = #watch{host = Host}} = State) ->
    case Reason of
        _ when Reason == normal; Reason == shutdown; element(1, Reason) == shutdown ->
            persistent_term:erase({mod_receipts, Host}),
            mod_receipts:delete_hooks(Host);
        _ ->
            ok % it comes back at once
    end,
    Offline = mod_receipts_feed:go_offline(drain(take_facts(State))), % what is left goes to the spool only
    %% A session may have looked just before whether the host is watched.
    Ended = attempt(fun(S) -> save(flush_to_end(take_facts(flush_to_end(S)))) end, Offline),
    mod_receipts_restart:rule_out(Ended).

%% Takes what waits before the end, so that it is not lost with the mailbox.
-spec drain(state()) -> state().
drain(State) ->
    receive
        {'$gen_cast', {fact, _, _, _, _} = Fact} -> drain(flush_if_full(take_fact(Fact, State)));
        {'$gen_cast', {deleted, _, _} = Deleted} -> drain(attempt(fun(S) -> take(Deleted, S) end, State))
    after 0 ->
            State
    end.

%% What the last lines push out of a full spool is told of by one more line, which may push out
%% another segment.
-spec flush_to_end(state()) -> state().
flush_to_end(State) ->
    lists:foldl(fun(_, S) -> limit(flush(S)) end, State, [lines, gap, gap]).

%% ---- Messages

-spec handle_call(term(), {pid(), term()}, state()) -> {reply, term(), state()}.
handle_call(_Request, _From, State) ->
    {reply, {error, badarg}, State}.

-spec handle_cast(term(), state()) -> {noreply, state()}.
handle_cast(facts, State) ->
    {noreply, set_timers(State)}; % they are taken at the end of the tick
handle_cast({fact, _, _, _, _} = Fact, State) -> % COMPAT of an older version, before an upgrade
    {noreply, go_on(take_fact(Fact, State))};
handle_cast(Request, State) ->
    {noreply, go_on(attempt(fun(S) -> take(Request, S) end, take_facts(State)))}.

%% A timer that went off does not run any more, whatever fails in what it is for.
-spec handle_info(term(), state()) -> {noreply, state()}.
handle_info({timer, rest}, #state{feed = Feed} = State) ->
    {noreply, go_on(State#state{feed = Feed#feed{is_resting = false}})};
handle_info({timer, Timer}, State) ->
    #state{timers = Timers} = Taken = take_facts(State),
    Expired = Taken#state{timers = maps:remove(Timer, Timers)},
    {noreply, go_on(attempt(fun(S) -> expire(Timer, S) end, Expired))};
handle_info(Info, State) ->
    {noreply, go_on(attempt(fun(S) -> wake(Info, S) end, take_facts(State)))}.

%% Each step keeps what the one before it has reached, also when it fails.
-spec go_on(state()) -> state().
go_on(State) ->
    set_timers(limit(send(flush_if_full(State)))).

%% Of what is written the component is given what it takes, before the oldest goes.
-spec pass_on_if_full(state()) -> state().
pass_on_if_full(#state{tick = Tick} = State) ->
    case mod_receipts_tick:is_full(Tick) of
        true -> limit(send(attempt(fun flush/1, State)));
        false -> State
    end.

%% Before all else is heard: what comes after a fact does not overtake it.
-spec take_facts(state()) -> state().
take_facts(#state{watch = Watch} = State) ->
    lists:foldl(fun(Fact, S) -> pass_on_if_full(take_fact(Fact, S)) end, State, mod_receipts_handover:take_all(Watch)).

%% One that cannot be taken is counted as dropped, and done with.
-spec take_fact(fact(), state()) -> state().
take_fact({fact, At, Key, Kind, Details}, #state{tick = Tick} = State) ->
    try State#state{tick = mod_receipts_tick:add_fact(At, Key, Kind, Details, Tick)}
    catch Class:Reason:Stack -> drop_fact(note_failure(Class, Reason, Stack, State))
    end.

-spec drop_fact(state()) -> state().
drop_fact(#state{watch = #watch{counters = Counters}, tick = Tick, spool = Spool} = State) ->
    atomics:add(Counters, ?COUNT_STORED, 1),
    State#state{spool = mod_receipts_tick:note_missing(1, mod_receipts_tick:present(Tick), Spool)}.

-spec take(term(), state()) -> state().
take({deleted, At, Account}, #state{tick = Tick, policies = Policies} = State) ->
    mod_receipts_cluster:tell({forget, Account}, State), % the others have its policy, too
    State#state{tick = mod_receipts_tick:add_deleted(At, Account, Tick),
                policies = mod_receipts_policy_orders:forget_account(Account, Policies)};
take({emptied, At, Account, Store, ShownTo}, #state{tick = Tick} = State) ->
    State#state{tick = mod_receipts_tick:add_emptied(At, Account, {Store, ShownTo}, Tick)};
take({order, IQ}, State) ->
    attempt_order(fun(S) -> take_order(IQ, S) end, IQ, State);
take({connected, Stream}, State) ->
    Named = mod_receipts_feed:take_name(mod_receipts_feed:go_offline(State)),
    greet(mod_receipts_feed:attach(Stream, Named));
take({complaint, Problem}, State) ->
    note_complaint(Problem, State);
take({reload, Opts}, State) ->
    take_options(Opts, State);
take(_, State) ->
    State.

-spec wake(term(), state()) -> state().
wake({iq_reply, Reply, {hello, Tag}}, State) ->
    mod_receipts_hello:settle(Reply, Tag, State);
wake({iq_reply, Reply, {batch, Tag}}, State) ->
    mod_receipts_feed:settle(Reply, Tag, State);
wake({'DOWN', Monitor, process, _, _}, #state{feed = #feed{monitor = Monitor}} = State) ->
    erlang:send_after(?SEARCH_DELAY, self(), greet), % there may be another one
    mod_receipts_feed:go_offline(State);
wake({cluster, Node, Message}, State) ->
    answer_hellos(mod_receipts_cluster_messages:take(Message, Node, State));
wake({greeting_due, Tag}, State) ->
    answer_hellos(mod_receipts_cluster_news:expire(Tag, State));
wake({mnesia_system_event, {mnesia_up, Node}}, State) ->
    mod_receipts_cluster_messages:nodes_changed({up, Node}, State);
wake({nodeup, Node}, State) ->
    mod_receipts_cluster_messages:nodes_changed({up, Node}, State);
wake({nodedown, Node}, State) ->
    mod_receipts_cluster_messages:nodes_changed({down, Node}, State);
wake(greet, State) ->
    greet(State);
wake(_, State) ->
    State.

-spec take_order(iq(), state()) -> state().
take_order(#iq{type = get, sub_els = [#xmlel{name = <<"hello">>} = Said]} = IQ, State) ->
    answer_hellos(mod_receipts_cluster_news:ask(IQ, mod_receipts_hello:learn(Said, State)));
take_order(#iq{type = get, sub_els = [#xmlel{name = <<"policies">>} = Query]} = IQ,
           #state{policies = Policies} = State) ->
    {Answer, Policies1} = mod_receipts_policy_list:take_query(Query, Policies),
    mod_receipts_component:answer(IQ, Answer),
    State#state{policies = Policies1};
take_order(#iq{type = set, sub_els = [#xmlel{name = <<"policies">>} = Order]} = IQ,
           #state{policies = Policies} = State) ->
    {Answer, Policies1} = mod_receipts_policy_orders:take_order(Order, Policies),
    mod_receipts_cluster_gate:answer(IQ, Answer, Policies, State#state{policies = Policies1});
take_order(#iq{type = set, sub_els = [#xmlel{name = <<"deliver">>} = Order]} = IQ,
           #state{watch = Watch, delivered = Delivered} = State) ->
    {Answer, Delivered1} = mod_receipts_deliver:take_order(Order, Watch, Delivered),
    mod_receipts_component:answer(IQ, Answer),
    mod_receipts_cluster:tell({delivered, mod_receipts_deliver:tokens(Order)}, State), % it may be repeated there
    State#state{delivered = Delivered1};
take_order(#iq{type = set, sub_els = [#xmlel{name = <<"may-remind">>} = Order]} = IQ, #state{watch = Watch} = State) ->
    mod_receipts_component:answer(IQ, mod_receipts_remind:take_order(Order, Watch)),
    State;
take_order(IQ, State) ->
    mod_receipts_component:answer(IQ, xmpp:err_bad_request()),
    State.

%% When the other nodes have said how they are. What failed after the answer is not for the component.
-spec answer_hellos(state()) -> state().
answer_hellos(State) ->
    case mod_receipts_cluster_news:take_ready(State) of
        {[], State1} ->
            State1;
        {Ready, State1} ->
            {Hello, State2} = mod_receipts_hello:hello(send(flush(State1))),
            [mod_receipts_component:answer(IQ, Hello) || IQ <- Ready],
            attempt(fun greet/1, State2)
    end.

-spec take_options(gen_mod:opts(), state()) -> state().
take_options(Opts, #state{watch = #watch{host = Host} = Watch} = State) ->
    #state{watch = NewWatch} = NewState = mod_receipts_setup:take_options(Opts, State),
    persistent_term:put({mod_receipts, Host}, NewWatch),
    case NewWatch == Watch of
        true -> NewState;
        false -> greet(mod_receipts_feed:go_offline(NewState))
    end.

-spec greet(state()) -> state().
greet(State) ->
    mod_receipts_hello:greet(flush(State)).

-spec flush(state()) -> state().
flush(#state{watch = Watch, tick = Tick, spool = Spool} = State) ->
    {Tick1, Spool1} = mod_receipts_tick:flush(Watch, Tick, Spool),
    State#state{tick = Tick1, spool = Spool1}.

-spec flush_if_full(state()) -> state().
flush_if_full(#state{tick = Tick} = State) ->
    case mod_receipts_tick:is_full(Tick) of
        true -> attempt(fun flush/1, State);
        false -> State
    end.

-spec limit(state()) -> state().
limit(#state{spool = #spool{size = Size, limit = Limit} = Spool} = State) when Size > Limit ->
    State#state{spool = mod_receipts_spool:keep_within_limit(Spool)};
limit(State) ->
    State.

-spec save(state()) -> state().
save(#state{spool = Spool} = State) ->
    State#state{spool = mod_receipts_spool:save_position(Spool)}.

%% What is sent is on disk, and stays there when sending fails.
-spec send(state()) -> state().
send(State) ->
    try mod_receipts_feed:pump(State)
    catch Class:Reason:Stack -> mod_receipts_feed:pause(note_failure(Class, Reason, Stack, State))
    end.

-spec expire(timer(), state()) -> state().
expire(tick, State) -> flush(adapt_tick(State));
expire(retry, #state{spool = Spool} = State) -> State#state{spool = mod_receipts_spool:retry(Spool)};
expire(save, State) -> save(State);
expire(listen, State) -> mod_receipts_feed:end_silence(State);
expire(greet, State) -> greet_if_due(State);
expire(gossip, State) -> mod_receipts_cluster_messages:gossip(State).

-spec greet_if_due(state()) -> state().
greet_if_due(State) ->
    case mod_receipts_hello:greet_again_in(State) of
        Rest when Rest =< 0 -> greet(State);
        _ -> State
    end.
