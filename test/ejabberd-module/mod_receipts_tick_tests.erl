%%% Facts become lines.
-module(mod_receipts_tick_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-export([log/2]).

-import(mod_receipts_tick, [add_fact/5, add_deleted/3, add_emptied/4, next_stamp/2, is_full/1, flush/3]).

-define(KEY, {<<"a@a.test">>, <<"b@a.test">>, <<"m 1">>}).

tick_test_() ->
    {foreach, fun make_folder/0, fun file:del_dir_r/1,
     [in_folder(Title, Test)
      || {Title, Test} <-
             [{"the facts of one message are one line, in the order in which they happened", fun one_line_a_message/1},
              {"the occupant of a room follows the room", fun occupant_follows_the_room/1},
              {"messages keep their order", fun messages_keep_their_order/1},
              {"a line of more than 8 KB goes on in another line", fun long_lines_are_split/1},
              {"a tick of 500 messages is full", fun five_hundred_are_full/1},
              {"five hundred messages become batches of at most 100", fun batches_hold_a_hundred/1},
              {"facts that hooks had to shed become a gap, and are counted as told", fun shed_facts_are_a_gap/1},
              {"what is stored is given back to the budget of the hooks", fun stored_facts_are_given_back/1},
              {"a deleted account is a line of its own", fun deleted_is_a_line/1},
              {"an emptied store is a line of its own, whose stamp is a bound", fun emptied_is_a_line/1},
              {"stamps follow another node whose clock is ahead, and go on from there when it is gone", fun follows_another_node/1},
              {"a node that comes with a clock ahead of the others takes their time", fun takes_the_time_of_others/1},
              {"stamps increase when the clock is set back, and that is said once", fun clock_set_back/1},
              {"stamps go on by the stopwatch when the clock is set, and tell its time beside them after a while",
               fun clock_set/1},
              {"stamps of a clock that is years ahead after a start go on from the last run by a day at most",
               fun clock_ahead_at_start/1}]]}.

in_folder(Title, Test) ->
    fun(Folder) -> {Title, fun() -> Test(#spool{folder = Folder, limit = 10000000}) end} end.

make_folder() ->
    Name = "tick-" ++ integer_to_list(erlang:unique_integer([positive])) ++ "-" ++ os:getpid(),
    Folder = filename:join(os:getenv("TMPDIR", "/tmp"), Name),
    ok = file:make_dir(Folder),
    Folder.

watch() ->
    #watch{host = <<"a.test">>, counters = atomics:new(?COUNTERS, [{signed, true}])}.

count(Place, #watch{counters = Counters}) ->
    atomics:get(Counters, Place).

lines(Spool) ->
    [Line || #batch{text = Text} <- Spool#spool.fresh, Line <- binary:split(Text, <<"\n">>, [global])].

%% Facts of as many messages.
filled(Count) ->
    lists:foldl(fun(N, Tick) -> add_fact(N, {<<"a@a.test">>, <<"b@a.test">>, integer_to_binary(N)}, sent, <<>>, Tick) end,
                #tick{}, lists:seq(1, Count)).

one_line_a_message(Spool) ->
    Tick = add_fact(8, ?KEY, sent, <<" resource=pc">>, add_fact(7, ?KEY, accepted, <<" type=chat">>, #tick{})),
    {Empty, Stored} = flush(watch(), Tick, Spool),
    ?assertEqual([<<"message\tm%201\ta@a.test\tb@a.test\taccepted 7 type=chat\tsent 8 resource=pc">>], lines(Stored)),
    ?assertMatch(#tick{order = [], facts = 0}, Empty),
    ?assertEqual(0, map_size(Empty#tick.slots)).

occupant_follows_the_room(Spool) ->
    Key = {<<"a@a.test">>, {<<"room@b.test">>, <<"bo b">>}, <<"m1">>},
    {_, Stored} = flush(watch(), add_fact(7, Key, relayed, <<>>, #tick{}), Spool),
    ?assertEqual([<<"message\tm1\ta@a.test\troom@b.test\toccupant 0 nick=bo%20b\trelayed 7">>], lines(Stored)).

messages_keep_their_order(Spool) ->
    {_, Stored} = flush(watch(), filled(9), Spool),
    ?assertEqual([integer_to_binary(N) || N <- lists:seq(1, 9)],
                 [lists:nth(2, binary:split(Line, <<"\t">>, [global])) || Line <- lines(Stored)]).

long_lines_are_split(Spool) ->
    Details = binary:copy(<<"x">>, 5000),
    Tick = lists:foldl(fun(N, T) -> add_fact(N, ?KEY, sent, Details, T) end, #tick{}, lists:seq(1, 5)),
    {_, Stored} = flush(watch(), Tick, Spool),
    ?assertEqual([2, 2, 1], [length(binary:matches(Line, <<"\tsent ">>)) || Line <- lines(Stored)]).

five_hundred_are_full(_) ->
    ?assertNot(is_full(filled(499))),
    ?assert(is_full(filled(500))).

batches_hold_a_hundred(Spool) ->
    {_, #spool{fresh = Batches}} = flush(watch(), filled(500), Spool),
    ?assertEqual([100, 100, 100, 100, 100], [Items || #batch{items = Items} <- Batches]).

shed_facts_are_a_gap(Spool) ->
    Watch = watch(),
    [mod_receipts_handover:shed(Watch) || _ <- lists:seq(1, 7)],
    {_, Stored} = flush(Watch, #tick{}, Spool),
    ?assertMatch([<<"gap\t", _/binary>>], lines(Stored)),
    ?assertEqual([<<"7">>], tl(tl(binary:split(hd(lines(Stored)), <<"\t">>, [global])))),
    ?assertEqual(0, count(?COUNT_SHED, Watch)).

stored_facts_are_given_back(Spool) ->
    Watch = watch(),
    {_, _} = flush(Watch, filled(20), Spool),
    ?assertEqual(20, count(?COUNT_STORED, Watch)).

deleted_is_a_line(Spool) ->
    {_, Stored} = flush(watch(), add_deleted(5, <<"b@a.test">>, #tick{}), Spool),
    ?assertEqual([<<"deleted\t5\tb@a.test">>], lines(Stored)).

emptied_is_a_line(Spool) ->
    {_, Stored} = flush(watch(), add_emptied(5, <<"b@a.test">>, {offline, [<<"c@a.test">>]}, #tick{newest = 9}), Spool),
    ?assertEqual([<<"emptied\t5\tb@a.test\toffline\tc@a.test">>], lines(Stored)).

clock_set_back(Spool) ->
    Ahead = os:system_time(microsecond) + 3600 * 1000000,
    ok = logger:add_handler(?MODULE, ?MODULE, #{test => self()}),
    {First, Tick1} = next_stamp(os:system_time(microsecond), #tick{newest = Ahead}),
    ?assert(First > Ahead),
    ?assert(First < Ahead + 1000000),
    {Tick2, Spool1} = flush(watch(), Tick1, Spool),
    {_, _} = flush(watch(), Tick2, Spool1),
    ok = logger:remove_handler(?MODULE),
    ?assertMatch({match, _}, re:run(heard(), "was set back by 3[56][0-9][0-9] s")),
    ?assertEqual("", heard()).

clock_set(_) ->
    [clock_set(Hours * 3600 * 1000000, 5 * 1000000) || Hours <- [-87660, -1, 1, 87660]].

clock_set(Step, Passed) ->
    Now = os:system_time(microsecond),
    Then = Now - Step - Passed,
    Last = {Then, erlang:monotonic_time(microsecond) - Passed},
    Key = {<<"a@a.test">>, <<"b@a.test">>, <<"m1">>},
    Soon = add_fact(Now, Key, sent, <<>>, #tick{newest = Then, last = Last}),
    ?assert(abs(Soon#tick.newest - Then - Passed) < 1000000),
    ?assertEqual(nomatch, re:run(facts_of(Key, Soon), "time=")),
    Earlier = erlang:monotonic_time(microsecond) - 11 * 1000000,
    Later = add_fact(Now, Key, sent, <<>>, Soon#tick{slots = #{}, set_at = Earlier}),
    ?assertMatch({match, _}, re:run(facts_of(Key, Later), [" time=", integer_to_binary(Now)])).

facts_of(Key, #tick{slots = Slots}) ->
    iolist_to_binary(map_get(Key, Slots)).

clock_ahead_at_start(_) ->
    Now = os:system_time(microsecond),
    YearsAgo = Now - 87660 * 3600 * 1000000,
    {Stamp, _} = next_stamp(Now, #tick{newest = YearsAgo}),
    ?assert(abs(Stamp - YearsAgo - 86400 * 1000000) < 1000000).

%% A handler of the logger.
log(#{level := warning, msg := {Format, Args}}, #{test := Test}) ->
    Test ! {logged, lists:flatten(io_lib:format(Format, Args))};
log(_, _) ->
    ok.

heard() ->
    receive {logged, Text} -> Text after 0 -> "" end.

follows_another_node(_) ->
    Now = os:system_time(microsecond),
    {Led, Tick} = next_stamp(Now, mod_receipts_tick:follow(3000000, #tick{newest = Now})),
    ?assertEqual(Now + 3000000, Led),
    {After, _} = next_stamp(Now + 1000, mod_receipts_tick:follow(none, Tick)),
    ?assert(After > Led andalso After =< Led + 1000).

takes_the_time_of_others(_) ->
    Now = os:system_time(microsecond),
    {Stamp, _} = next_stamp(Now, mod_receipts_tick:align(-60000000, #tick{newest = Now - 3600000000})),
    ?assertEqual(Now - 60000000, Stamp).
