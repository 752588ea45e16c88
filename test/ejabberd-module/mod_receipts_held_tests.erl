%%% What waits for a component that knows it, on a real disk and without a server.
-module(mod_receipts_held_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-import(mod_receipts_held, [keep/3, count/1, take/2, forget/1, rewind/1]).
-import(mod_receipts_restricting, [is_known/2, part_of/1]).

-define(KNOWN, [<<"unseen">>, <<"kept">>, <<"emptied">>, <<"restarted">>]).
-define(STAMP, 1795338025000009).
-define(ACCEPTED, "\taccepted 1795338025000000 type=chat").
-define(UNSEEN, "\tunseen 1795338025000001 of=sent resource=phone").

restricting_test_() ->
    Head = <<"message\tm1\talice@example.org\tbob@example.org">>,
    InRoom = <<Head/binary, "\toccupant 0 nick=thirdwitch">>,
    Lines = [<<"deleted\t3\tann@example.org">>, <<"emptied\t17\tbob@example.org\toffline">>,
             <<Head/binary, ?ACCEPTED>>, <<"gap\t5\t1">>, <<"restarted\t18">>,
             <<"node-restarted\t19">>],
    [{"a component that does not know each word does not know all",
      fun() -> ?assertEqual([false, false], [is_known([], true), is_known([<<"unseen">>, <<"kept">>, <<"emptied">>], true)]) end},
     {"a component that knows each word, and others, knows all",
      ?_assert(is_known([<<"later">> | ?KNOWN], true))},
     {"where there are several nodes it has to know of nodes, too",
      fun() -> ?assertEqual([false, true], [is_known(?KNOWN, false), is_known([<<"nodes">> | ?KNOWN], false)]) end},
     {"of a message its key and what restricts is kept, and nothing else",
      ?_assertEqual({<<Head/binary, ?UNSEEN, "\n">>, 1}, part_of(<<Head/binary, ?ACCEPTED, ?UNSEEN, "\tsent 2">>))},
     {"of a message in a room the occupant is kept",
      ?_assertEqual({<<InRoom/binary, ?UNSEEN, "\n">>, 1}, part_of(<<InRoom/binary, ?ACCEPTED, ?UNSEEN>>))},
     {"lines that restrict are kept whole, and others are not",
      ?_assertEqual({<<"emptied\t17\tbob@example.org\toffline\nrestarted\t18\nnode-restarted\t19\n">>, 3},
                    part_of(iolist_to_binary(lists:join($\n, Lines))))},
     {"an id that looks like one of the words restricts nothing",
      ?_assertEqual({<<>>, 0}, part_of(<<"message\tkept\talice@example.org\tbob@example.org", ?ACCEPTED>>))}].

held_test_() ->
    {foreach, fun make_folder/0, fun(Folder) -> ok = file:del_dir_r(Folder) end,
     [fun(Folder) -> {"what is held " ++ Title, fun() -> Test(Folder) end} end
      || {Title, Test} <-
             [{"is given in its order, also after a restart", fun gives_in_order/1},
              {"is given again until it was taken, and then no more", fun gives_until_taken/1},
              {"is given with what came meanwhile", fun gives_what_comes_meanwhile/1},
              {"is given in batches of 100 lines at most", fun keeps_batches_small/1},
              {"loses its older half above its limit, and a gap tells how much", fun tells_of_a_gap/1},
              {"begins anew after half a line that a crash has left", fun leaves_out_half_a_line/1}]]}.

make_folder() ->
    Name = "held-" ++ integer_to_list(erlang:unique_integer([positive])) ++ "-" ++ os:getpid(),
    Folder = filename:join(os:getenv("TMPDIR", "/tmp"), Name),
    ok = file:make_dir(Folder),
    Folder.

new(Folder) -> new(Folder, 8000000).

new(Folder, SpoolLimit) -> mod_receipts_held:recover(mod_receipts_held:new(Folder, SpoolLimit)).

line(Id) -> <<"message\t", Id/binary, "\talice@example.org\tbob@example.org", ?UNSEEN>>.

text(Ids) -> iolist_to_binary(lists:join($\n, [line(Id) || Id <- Ids])).

give(Held) ->
    case take(?STAMP, Held) of
        none -> {[], Held};
        {#batch{text = Text, is_held = true}, Rest} ->
            {Texts, End} = give(Rest),
            {[Text | Texts], End}
    end.

gives_in_order(Folder) ->
    _ = keep(line(<<"m3">>), ?STAMP, keep(text([<<"m1">>, <<"m2">>]), ?STAMP, new(Folder))),
    Held = new(Folder),
    ?assertEqual(3, count(Held)),
    Text = text([<<"m1">>, <<"m2">>, <<"m3">>]),
    {[Given], End} = give(Held),
    ?assertEqual({Text, 0}, {Given, count(End)}).

gives_until_taken(Folder) ->
    {[Given], OnItsWay} = give(keep(line(<<"m1">>), ?STAMP, new(Folder))),
    {[Again], Taken} = give(rewind(OnItsWay)),
    ?assertEqual({line(<<"m1">>), line(<<"m1">>)}, {Given, Again}),
    ?assertEqual({0, 0}, {count(forget(Taken)), count(new(Folder))}).

gives_what_comes_meanwhile(Folder) ->
    {_, OnItsWay} = give(keep(line(<<"m1">>), ?STAMP, new(Folder))),
    {[Given], _} = give(forget(keep(line(<<"m2">>), ?STAMP, OnItsWay))),
    ?assertEqual(text([<<"m1">>, <<"m2">>]), Given).

keeps_batches_small(Folder) ->
    Ids = [integer_to_binary(Number) || Number <- lists:seq(1, 250)],
    {Texts, OnItsWay} = give(keep(text(Ids), ?STAMP, new(Folder))),
    ?assertEqual(3, length(Texts)),
    ?assertEqual(0, count(forget(forget(forget(OnItsWay))))).

tells_of_a_gap(Folder) ->
    Ids = [integer_to_binary(Number) || Number <- lists:seq(10, 20)],
    Limit = 8 * (10 * (byte_size(line(<<"10">>)) + 1)),
    Held = lists:foldl(fun(Id, H) -> keep(line(Id), ?STAMP, H) end, new(Folder, Limit), Ids),
    {[Text], _} = give(Held),
    [<<"gap\t", Gap/binary>> | Rest] = binary:split(Text, <<"\n">>, [global]),
    [Stamp, Dropped] = binary:split(Gap, <<"\t">>),
    ?assertEqual({?STAMP, 11}, {binary_to_integer(Stamp), binary_to_integer(Dropped) + length(Rest)}),
    ?assertEqual(line(<<"20">>), lists:last(Rest)).

leaves_out_half_a_line(Folder) ->
    ok = file:write_file(filename:join(Folder, "held"), [line(<<"m1">>), $\n, <<"message\tm2\tali">>]),
    {[Given], _} = give(keep(line(<<"m3">>), ?STAMP, new(Folder))),
    ?assertEqual(text([<<"m1">>, <<"m3">>]), Given).
