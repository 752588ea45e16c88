%%% Counts, without a server.
-module(mod_receipts_counts_tests).

-include("expect.hrl").

-define(HOST, <<"counts.test">>).

counts_test_() ->
    {foreach, fun() -> persistent_term:erase({mod_receipts_counts, ?HOST}) end, fun(_) -> ok end,
     [{"all are told from the start on, so that an operator sees what is counted", fun from_zero/0},
      {"what is counted is told, also when the process of the host begins anew", fun told/0},
      {"the counts of another version of the module are begun anew, and until then nothing fails", fun other_version/0}]}.

from_zero() ->
    ok = mod_receipts_counts:prepare(?HOST),
    ?assertEqual(0, count(<<"stopped-manual">>)),
    ?assertEqual(0, count(<<"orders-refused">>)).

told() ->
    ok = mod_receipts_counts:prepare(?HOST),
    [ok = mod_receipts_counts:add('untracked-no-content', ?HOST) || _ <- [1, 2, 3]],
    ok = mod_receipts_counts:prepare(?HOST),
    ok = mod_receipts_counts:add('stopped-refuse-named', ?HOST),
    ?assertEqual(3, count(<<"untracked-no-content">>)),
    ?assertEqual(1, count(<<"stopped-refuse-named">>)),
    ?assertEqual(0, count(<<"stopped-refuse">>)).

other_version() ->
    persistent_term:put({mod_receipts_counts, ?HOST}, {['other'], atomics:new(1, [])}),
    ok = mod_receipts_counts:add('orders-refused', ?HOST),
    ?assertEqual(<<>>, mod_receipts_counts:text(?HOST)),
    ok = mod_receipts_counts:prepare(?HOST),
    ok = mod_receipts_counts:add('orders-refused', ?HOST),
    ?assertEqual(1, count(<<"orders-refused">>)).

count(Name) ->
    Words = [binary:split(Word, <<"=">>) || Word <- binary:split(mod_receipts_counts:text(?HOST), <<" ">>, [global])],
    [Count] = [binary_to_integer(Text) || [Other, Text] <- Words, Other == Name],
    Count.
