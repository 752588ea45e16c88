%%% What a sender asks for in <report/>.
-module(mod_receipts_report_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-define(READ,
        [{<<"PT1S">>, 1}, {<<"PT30M">>, 1800}, {<<"PT1H30M">>, 5400}, {<<"PT90M">>, 5400}, {<<"PT36H">>, 129600},
         {<<"P1D">>, 86400}, {<<"P1DT1S">>, 86401}, {<<"P30D">>, 2592000}, {<<"PT720H">>, 2592000},
         {<<"PT2592000S">>, 2592000}, {<<"PT0M1S">>, 1}, {<<"P0DT5M">>, 300}, {<<"PT007S">>, 7}]).

-define(IGNORED,
        [<<>>, <<"P">>, <<"PT">>, <<"P1DT">>, <<"30M">>, <<"PT30">>, <<"30">>, <<"P1M">>, <<"P1Y">>, <<"P1W">>, <<"PT1.5S">>,
         <<"PT-1S">>, <<"-PT1S">>, <<"PT0S">>, <<"P0D">>, <<"PT1M1H">>, <<"PT1H1H">>, <<"P1H">>, <<"PT1D">>, <<"P31D">>,
         <<"P30DT1S">>, <<"PT2592001S">>, <<"pt30m">>, <<" PT30M">>, <<"PT30M ">>, <<"PT30M\n">>, <<"P1DTT1S">>,
         <<"PT1e3S">>, <<"PT0x1S">>, <<"P", 0, "T1S">>,
         iolist_to_binary(["PT", lists:duplicate(30, $9), $S]), iolist_to_binary(["PT", lists:duplicate(100000, $0), "1S"])]).

details(Attrs) ->
    iolist_to_binary(mod_receipts_report:details(#xmlel{name = <<"report">>, attrs = Attrs}, <<"a.test">>)).

within(Duration) -> {<<"within">>, Duration}.
until(Status) -> {<<"until">>, Status}.
statuses(Statuses) -> {<<"statuses">>, Statuses}.

within_is_told_in_seconds_test_() ->
    [{Duration, ?_assertEqual(<<" within=", (integer_to_binary(Seconds))/binary>>, details([within(Duration)]))}
     || {Duration, Seconds} <- ?READ].

what_cannot_be_read_is_ignored_and_until_with_it_test_() ->
    [[?_assertEqual(<<>>, details([within(Duration), until(<<"displayed">>)])),
      ?_assertEqual(<<" report=stored">>, details([within(Duration), statuses(<<"stored">>)]))]
     || Duration <- ?IGNORED].

what_is_ignored_is_counted_test() ->
    mod_receipts_counts:prepare(<<"a.test">>),
    Count = fun() -> mod_receipts_counts:text(<<"a.test">>) end,
    Before = Count(),
    details([within(<<"PT1M">>)]),
    ?assertEqual(Before, Count()),
    details([within(<<"soon">>)]),
    ?assertEqual(false, Count() == Before).

until_is_the_name_of_a_status_test_() ->
    [?_assertEqual(<<" within=60 until=displayed">>, details([within(<<"PT1M">>), until(<<"displayed">>)])),
     ?_assertEqual(<<" report=">>, details([until(<<"displayed">>)]))]
    ++ [?_assertEqual(<<" within=60">>, details([within(<<"PT1M">>), until(Status)]))
        || Status <- [<<>>, <<"a b">>, <<"a%">>, <<"a=b">>, <<"Displayed">>, <<"d\tm">>, <<"d\n">>, <<"displayed failed">>,
                      binary:copy(<<"d">>, 33)]].

who_only_waits_names_no_statuses_test_() ->
    [?_assertEqual(<<" report=">>, details([])),
     ?_assertEqual(<<" report=">>, details([statuses(<<>>)])),
     ?_assertEqual(<<" within=60">>, details([within(<<"PT1M">>)])),
     ?_assertEqual(<<" report= within=60">>, details([within(<<"PT1M">>), statuses(<<>>)])),
     ?_assertEqual(<<" report=stored,failed within=60 until=displayed">>,
                   details([statuses(<<" stored  failed ">>), within(<<"PT1M">>), until(<<"displayed">>)]))].
