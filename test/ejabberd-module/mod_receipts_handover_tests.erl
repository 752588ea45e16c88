%%% Facts between the processes of the sessions and the one of the host.
-module(mod_receipts_handover_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-define(MAX_FACTS, 20000).

handover_test_() ->
    [{Title, {timeout, 60, fun() -> with_table(Test) end}}
     || {Title, Test} <-
            [{"facts are taken once, in the order in which they came", fun in_order/1},
             {"the process is woken for the first fact, and for the next one when all are stored", fun woken_once/1},
             {"a fact that comes while others are stored is awaited", fun awaited/1},
             {"facts beyond the bound are shed and counted", fun shed/1},
             {"a fact for a process that is dead is missed, and fails nothing", fun dead_process/1},
             {"a process that has no table yet opens one", fun no_table_yet/1},
             {"no fact of many writers is left behind", fun many_writers/1}]].

with_table(Test) ->
    Name = list_to_atom("handover_" ++ integer_to_list(erlang:unique_integer([positive]))),
    true = register(Name, self()),
    Watch = #watch{host = <<"a.test">>, component = <<"r.a.test">>, process = Name,
                   counters = atomics:new(?COUNTERS, [{signed, true}])},
    ok = mod_receipts_handover:open(Watch),
    try Test(Watch)
    after
        ets:info(Name) == undefined orelse ets:delete(Name),
        unregister(Name),
        wakes() % the next test has the same process
    end.

fact(Number) ->
    {fact, Number, {<<"a@a.test">>, <<"b@a.test">>, integer_to_binary(Number)}, sent, <<>>}.

give(Watch, Numbers) ->
    [ok = mod_receipts_handover:give(fact(Number), Watch) || Number <- Numbers],
    ok.

take(Watch) ->
    [Number || {fact, Number, _, _, _} <- mod_receipts_handover:take_all(Watch)].

store(#watch{counters = Counters}, Facts) ->
    atomics:add(Counters, ?COUNT_STORED, Facts).

wakes() ->
    receive {'$gen_cast', facts} -> 1 + wakes() after 0 -> 0 end.

in_order(Watch) ->
    give(Watch, lists:seq(1, 1000)),
    ?assertEqual(1000, mod_receipts_handover:count(Watch)),
    ?assertEqual(lists:seq(1, 1000), take(Watch)),
    ?assertEqual([], take(Watch)).

woken_once(Watch) ->
    give(Watch, lists:seq(1, 100)),
    ?assertEqual(1, wakes()),
    ?assertEqual(100, length(take(Watch))),
    store(Watch, 100),
    give(Watch, [101, 102]),
    ?assertEqual(1, wakes()).

%% The process was woken for the first one, and looks whether there are more.
awaited(Watch) ->
    ?assertNot(mod_receipts_handover:is_awaited(Watch)),
    give(Watch, [1]),
    ?assertEqual([1], take(Watch)),
    give(Watch, [2]),
    store(Watch, 1),
    ?assertEqual(1, wakes()),
    ?assert(mod_receipts_handover:is_awaited(Watch)),
    ?assertEqual([2], take(Watch)),
    store(Watch, 1),
    ?assertNot(mod_receipts_handover:is_awaited(Watch)).

shed(#watch{counters = Counters} = Watch) ->
    give(Watch, lists:seq(1, ?MAX_FACTS + 5)),
    ?assertEqual(5, atomics:get(Counters, ?COUNT_SHED)),
    ?assertEqual(?MAX_FACTS, atomics:get(Counters, ?COUNT_HANDED)),
    ?assertEqual(?MAX_FACTS, length(take(Watch))),
    store(Watch, ?MAX_FACTS),
    give(Watch, [0]),
    ?assertEqual([0], take(Watch)).

dead_process(#watch{process = Name, counters = Counters} = Watch) ->
    ets:delete(Name),
    give(Watch, [1, 2]),
    ?assertEqual(2, atomics:get(Counters, ?COUNT_HANDED)).

no_table_yet(#watch{process = Name} = Watch) ->
    ets:delete(Name),
    ?assertEqual([], take(Watch)),
    give(Watch, [1]),
    ?assertEqual([1], take(Watch)).

%% As the process of the host does: woken once, it takes what is there until nothing is awaited.
many_writers(Watch) ->
    Writers = 8,
    Each = 2000,
    Owner = self(),
    [spawn_link(fun() -> [write_one(Watch, Writer, Number) || Number <- lists:seq(1, Each)], Owner ! done end)
     || Writer <- lists:seq(1, Writers)],
    Taken = take_until(Watch, Writers * Each, []),
    [?assertEqual(lists:seq(1, Each), [Number || {By, Number} <- Taken, By == Writer]) || Writer <- lists:seq(1, Writers)],
    [receive done -> ok end || _ <- lists:seq(1, Writers)].

write_one(Watch, Writer, Number) ->
    ok = mod_receipts_handover:give({fact, Number, {Writer}, sent, <<>>}, Watch),
    Number rem 7 == 0 andalso erlang:yield().

take_until(_, 0, Taken) ->
    Taken;
take_until(Watch, Missing, Taken) ->
    receive {'$gen_cast', facts} -> ok after 5000 -> error({not_woken, Missing}) end,
    Facts = take_while_awaited(Watch),
    take_until(Watch, Missing - length(Facts), Taken ++ Facts).

take_while_awaited(Watch) ->
    Facts = [{Writer, Number} || {fact, Number, {Writer}, _, _} <- mod_receipts_handover:take_all(Watch)],
    store(Watch, length(Facts)),
    case mod_receipts_handover:is_awaited(Watch) of
        true -> Facts ++ take_while_awaited(Watch);
        false -> Facts
    end.
