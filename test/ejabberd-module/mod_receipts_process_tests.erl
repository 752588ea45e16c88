%%% The process of a host, when something in it fails.
-module(mod_receipts_process_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-define(FACT(Kind), {fact, 7, {<<"a@a.test">>, <<"b@a.test">>, <<"m1">>}, Kind, <<>>}).

process_test_() ->
    {foreach, fun make_folder/0, fun file:del_dir_r/1,
     [in_folder(Title, Test)
      || {Title, Test} <-
             [{"a tick that fails keeps its facts and comes again", fun tick_comes_again/1},
              {"what is written stays written when it cannot be sent, and is sent again soon", fun written_stays/1},
              {"a fact that cannot be taken is given back to the budget and counted as dropped", fun bad_fact/1},
              {"each sort of failure is logged once", fun logged_once/1},
              {"an order that fails is answered once, by internal-server-error, and logged", fun failed_order/1},
              {"that the server has started anew is told of once", fun restart_is_told/1},
              {"that one node of several has started anew is told in words of its own", fun node_restart_is_told/1},
              {"a server that was stopped and started in the same system process has started anew", fun restart_in_place/1},
              {"a timer runs while it is needed, and only once", fun timers_run_once/1},
              {"a tick becomes longer while much happens, and is short again after that", fun ticks_adapt/1},
              {"facts that wait become lines at the end of the tick", fun taken_at_tick/1},
              {"facts that wait are taken before all else is heard", fun taken_before/1},
              {"facts that wait are stored when the module ends", fun taken_at_end/1}]]}.

in_folder(Title, Test) ->
    fun(Folder) -> {Title, fun() -> with_table(Test, state(Folder)) end} end.

with_table(Test, #state{watch = Watch} = State) ->
    mod_receipts_handover:open(Watch),
    try Test(State)
    after ets:delete(Watch#watch.process)
    end.

make_folder() ->
    Name = "process-" ++ integer_to_list(erlang:unique_integer([positive])) ++ "-" ++ os:getpid(),
    Folder = filename:join(os:getenv("TMPDIR", "/tmp"), Name),
    ok = file:make_dir(Folder),
    Folder.

state(Folder) ->
    Tables = mod_receipts_policies:new_tables(),
    Counters = atomics:new(?COUNTERS, [{signed, true}]),
    #state{watch = #watch{host = <<"a.test">>, component = <<"r.a.test">>, process = test_process,
                         counters = Counters, policies = Tables},
           tick_length = 20, present_tick_length = 20, result_timeout = 1000,
           feed = #feed{tried = mod_receipts_feed:now_ms()},
           spool = #spool{folder = Folder, limit = 1000000},
           held = mod_receipts_held:new(Folder, 1000000),
           policies = #policies{host = <<"a.test">>, path = filename:join(Folder, "policies.list"), tables = Tables,
                                counters = Counters}}.

cast(Request, State) ->
    {noreply, State1} = mod_receipts_process:handle_cast(Request, State),
    State1.

timer(Timer, State) ->
    {noreply, State1} = mod_receipts_process:handle_info({timer, Timer}, State),
    State1.

told(State) ->
    #state{tick = #tick{slots = Slots}} = mod_receipts_restart:note(State),
    [iolist_to_binary(Lines) || Lines <- maps:values(Slots)].

running(#state{spool = #spool{folder = Folder}}) ->
    filename:join(Folder, "running").

node_restart_is_told(State) ->
    ok = file:write_file(running(State), <<"another run">>),
    Peers = #{'ejabberd@other' => #peer{since = 0, heard = 0}},
    ?assertMatch([<<"node-restarted\t", _/binary>>], told(State#state{cluster = #cluster{peers = Peers}})).

restart_in_place(State) ->
    ?assertEqual([], told(State)),
    ok = mod_receipts_restart:stopping(),
    ok = mod_receipts_restart:rule_out(State),
    ?assertMatch([<<"restarted\t", _/binary>>], told(State)),
    ok = mod_receipts_restart:rule_out(State),
    ?assertEqual([], told(State)).

restart_is_told(#state{spool = #spool{folder = Folder}} = State) ->
    Running = filename:join(Folder, "running"),
    Told = fun(#state{tick = #tick{slots = Slots}}) -> [iolist_to_binary(Lines) || Lines <- maps:values(Slots)] end,
    ?assertEqual([], Told(mod_receipts_restart:note(State))),
    ?assertEqual([], Told(mod_receipts_restart:note(State))), % the process began anew, the server did not
    ok = mod_receipts_restart:rule_out(State),
    ?assertEqual([], Told(mod_receipts_restart:note(State))),
    ok = file:write_file(Running, <<"another run">>),
    ?assertMatch([<<"restarted\t", _/binary>>], Told(mod_receipts_restart:note(State))),
    ?assertEqual([], Told(mod_receipts_restart:note(State))).

%% Without its counters it cannot say what it has stored.
tick_comes_again(State) ->
    Taken = cast(?FACT(sent), State),
    Watch = Taken#state.watch,
    Failed = timer(tick, Taken#state{watch = Watch#watch{counters = make_ref()}}),
    ?assertMatch(#{tick := true}, Failed#state.timers),
    ?assertEqual(1, map_size(Failed#state.tick#tick.slots)),
    Stored = timer(tick, Failed#state{watch = Watch}),
    ?assertEqual(0, map_size(Stored#state.tick#tick.slots)),
    ?assertNot(is_map_key(tick, Stored#state.timers)).

%% There is no router to send by.
written_stays(#state{feed = Feed} = State) ->
    Connected = State#state{feed = Feed#feed{is_greeted = true, stream = self()}},
    #state{feed = Paused, spool = Spool} = timer(tick, cast(?FACT(sent), Connected)),
    ?assertMatch(#feed{is_resting = true, in_flight = []}, Paused),
    ?assertMatch({ok, <<"message\tm1\t", _/binary>>}, file:read_file(only_file(Spool))),
    ?assertMatch(#spool{waiting = 1}, Spool),
    ?assertEqual(Spool#spool.written, filelib:file_size(only_file(Spool))),
    receive {timer, rest} -> ok after 2000 -> error(not_sent_again) end.

only_file(#spool{folder = Folder}) ->
    [File] = filelib:wildcard(filename:join(Folder, "*.facts")),
    File.

bad_fact(#state{watch = #watch{counters = Counters}} = State) ->
    #state{spool = Spool, tick = Tick} = cast(?FACT(<<"no atom">>), State),
    ?assertEqual(1, atomics:get(Counters, ?COUNT_STORED)),
    ?assertMatch(#spool{gap = 1}, Spool),
    ?assertEqual(0, map_size(Tick#tick.slots)).

logged_once(State) ->
    Failed = cast({complaint, other}, cast(?FACT(<<"no atom">>), cast(?FACT(<<"no atom">>), State))),
    ?assertEqual(2, map_size(Failed#state.complaints)).

timers_run_once(State) ->
    _ = cast(?FACT(acked), cast(?FACT(sent), State)),
    receive {timer, tick} -> ok after 2000 -> error(no_tick) end,
    receive {timer, tick} -> error(twice) after 100 -> ok end.

waiting(Number) ->
    {fact, Number, {<<"a@a.test">>, <<"b@a.test">>, <<"m1">>}, sent, <<>>}.

ticks_adapt(State) ->
    Lengths = fun(Counts) -> lengths_after(Counts, State) end,
    ?assertEqual([20, 20, 40, 80, 100, 100, 20], Lengths([1, 4, 5, 10, 20, 25, 24])),
    ?assertEqual([500, 500], lengths_after([500, 1], State#state{tick_length = 500, present_tick_length = 500})).

%% How long each next tick is, after ticks with so many messages.
lengths_after([], _) ->
    [];
lengths_after([Count | Counts], State) ->
    Slots = maps:from_list([{{<<"a@a.test">>, <<"b@a.test">>, integer_to_binary(N)}, [<<"\tsent 7">>]} || N <- lists:seq(1, Count)]),
    Ended = timer(tick, State#state{tick = #tick{slots = Slots, order = maps:keys(Slots), newest = 7}}),
    [Ended#state.present_tick_length | lengths_after(Counts, Ended)].

taken_at_tick(#state{watch = Watch} = State) ->
    [mod_receipts_handover:give(waiting(Number), Watch) || Number <- [1, 2, 3]],
    Woken = cast(facts, State),
    ?assertEqual(0, map_size(Woken#state.tick#tick.slots)),
    receive {timer, tick} -> ok after 2000 -> error(no_tick) end,
    #state{spool = Spool} = Ticked = timer(tick, Woken),
    {ok, Line} = file:read_file(only_file(Spool)),
    ?assertMatch([_, _, _, _], binary:split(Line, <<"\tsent ">>, [global])),
    ?assertNot(mod_receipts_handover:is_awaited(Watch)),
    ?assertNot(is_map_key(tick, Ticked#state.timers)).

taken_before(#state{watch = Watch} = State) ->
    mod_receipts_handover:give(waiting(1), Watch),
    #state{tick = #tick{order = Order}} = cast({emptied, 5, <<"b@a.test">>, offline, []}, State),
    ?assertMatch([Emptied, {_, _, <<"m1">>}] when is_reference(Emptied), Order).

taken_at_end(#state{watch = Watch} = State) ->
    mod_receipts_handover:give(waiting(1), Watch),
    ok = mod_receipts_process:terminate(killed, State),
    ?assertMatch({ok, <<"message\tm1\t", _/binary>>}, file:read_file(only_file(State#state.spool))).

failed_order(State) ->
    Order = #iq{type = set, id = <<"o1">>, from = #jid{lserver = <<"r.a.test">>}, to = #jid{lserver = <<"a.test">>},
                sub_els = [#xmlel{name = <<"policies">>,
                                  attrs = [{<<"part">>, <<"1">>}, {<<"version">>, <<"v2">>}, {<<"default">>, <<"client">>},
                                           {<<"locked">>, <<"no">>}, {<<"disclosure">>, <<"subscribers">>}]}]},
    Failed = with_router(fun() -> cast({order, Order}, State#state{policies = broken}) end),
    ?assertEqual(1, map_size(Failed#state.complaints)),
    receive {routed, Answer} ->
        ?assertMatch(#iq{type = error, id = <<"o1">>, to = #jid{lserver = <<"r.a.test">>}}, Answer),
        ?assertMatch(#stanza_error{reason = 'internal-server-error'}, xmpp:get_error(Answer))
    after 0 -> error(no_answer)
    end,
    receive {routed, _} -> error(answered_twice) after 0 -> ok end.

%% Instead of the server's router, one that gives the test what it is to send.
with_router(Act) ->
    {ok, ejabberd_router, Code} = compile:forms([form(Line) || Line <- ["-module(ejabberd_router).", "-export([route/1]).",
                                                                      "route(Packet) -> self() ! {routed, Packet}, ok."]]),
    {module, _} = code:load_binary(ejabberd_router, "test", Code),
    try Act()
    after code:purge(ejabberd_router), code:delete(ejabberd_router)
    end.

form(Line) ->
    {ok, Tokens, _} = erl_scan:string(Line),
    {ok, Form} = erl_parse:parse_form(Tokens),
    Form.
