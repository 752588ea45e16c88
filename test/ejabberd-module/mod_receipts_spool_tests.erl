%%% The spool, on a real disk and without a server.
-module(mod_receipts_spool_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-import(mod_receipts_spool, [store/4, retry/1, take/1, keep_within_limit/1, acknowledge/2, save_position/1, take_gap/1]).

-define(STAMP, 1000000).
-define(SECONDS, 60). % for a test: thousands of writes take long on a loaded machine

spool_test_() ->
    {foreach, fun make_spool/0, fun remove/1,
     [in_spool(Title, Test)
      || {Title, Test} <-
             [{"gives what it was given, in order", fun gives_in_order/1},
              {"gives the same after a restart that lost what was in memory", fun gives_after_a_crash/1},
              {"gives again what was taken and not acknowledged before a restart", fun gives_again/1},
              {"does not give again what was acknowledged", fun forgets_what_is_acknowledged/1},
              {"leaves out half a line that a crash has left, and no more", fun leaves_out_half_a_line/1},
              {"never gives a batch of more than 100 lines or 60 KB", fun keeps_batches_small/1},
              {"above its limit drops the oldest and counts exactly what it dropped", fun drops_the_oldest/1},
              {"above its limit drops nothing while all is taken", fun drops_nothing_of_what_is_taken/1},
              {"deletes the files of what was acknowledged", fun deletes_files/1},
              {"keeps in memory what the disk does not take, and writes it once it does", fun survives_a_full_disk/1},
              {"counts one line for a file that cannot be read", fun counts_an_unreadable_file/1},
              {"remembers the newest stamp over a restart, by its position and by its lines", fun remembers_stamps/1},
              {"gives all that it has where its position is damaged", fun survives_a_damaged_position/1},
              {"reports a gap once", fun reports_a_gap_once/1},
              {"gives each gap a stamp of its own", fun gives_each_gap_its_stamp/1},
              {"knows its newest gap after it was reported, and after a restart", fun remembers_its_gap/1},
              {"opens the files of version 0.1.0 as that one has left them", fun opens_older_files/1}]]}.

in_spool(Title, Test) ->
    fun(Spool) -> {"the spool " ++ Title, {timeout, ?SECONDS, fun() -> Test(Spool) end}} end.

make_spool() ->
    Name = "spool-" ++ integer_to_list(erlang:unique_integer([positive])) ++ "-" ++ os:getpid(),
    Folder = filename:join(os:getenv("TMPDIR", "/tmp"), Name),
    ok = file:make_dir(Folder),
    #spool{folder = Folder, limit = 10000000}.

remove(#spool{folder = Folder}) ->
    ok = file:del_dir_r(Folder).

%% Nothing is left of it but the files.
restarted(#spool{folder = Folder, limit = Limit}) ->
    mod_receipts_recovery:recover(#spool{folder = Folder, limit = Limit}).

fill(Texts, Spool) ->
    lists:foldl(fun(Text, S) -> keep_within_limit(store(Text, count(Text), ?STAMP, S)) end, Spool, Texts).

count(Text) ->
    length(binary:split(Text, <<"\n">>, [global])).

take_all(Spool) ->
    case take(Spool) of
        none -> {[], Spool};
        {#batch{text = Text}, Rest} ->
            {Lines, End} = take_all(Rest),
            {binary:split(Text, <<"\n">>, [global]) ++ Lines, End}
    end.

lines(Spool) ->
    element(1, take_all(Spool)).

numbered(Count) ->
    [<<"line ", (integer_to_binary(N))/binary>> || N <- lists:seq(1, Count)].

gives_in_order(Spool) ->
    Filled = fill(numbered(30), Spool),
    ?assertEqual(30, Filled#spool.waiting),
    {Lines, Taken} = take_all(Filled),
    ?assertEqual(numbered(30), Lines),
    ?assertEqual(0, Taken#spool.waiting).

gives_after_a_crash(Spool) ->
    Again = restarted(fill(numbered(30), Spool)),
    ?assertEqual(30, Again#spool.waiting),
    ?assertEqual(numbered(30), lines(Again)).

gives_again(Spool) ->
    {_, Taken} = take_all(fill(numbered(30), Spool)),
    ?assertEqual(numbered(30), lines(restarted(save_position(Taken)))).

forgets_what_is_acknowledged(Spool) ->
    {#batch{ends = Ends}, Taken} = take(fill(numbered(30), Spool)),
    Again = restarted(save_position(acknowledge(Ends, Taken))),
    ?assertEqual(tl(numbered(30)), lines(Again)).

leaves_out_half_a_line(#spool{folder = Folder} = Spool) ->
    fill(numbered(3), Spool),
    [File] = filelib:wildcard(filename:join(Folder, "*.facts")),
    ok = file:write_file(File, <<"half a li">>, [append]),
    Again = restarted(Spool),
    ?assertEqual(numbered(3) ++ [<<"next">>], lines(fill([<<"next">>], Again))),
    ?assertEqual(numbered(3) ++ [<<"next">>], lines(restarted(Spool))).

keeps_batches_small(Spool) ->
    Long = [binary:copy(<<"x">>, 5000) || _ <- lists:seq(1, 40)],
    Again = restarted(fill(numbered(300) ++ Long, Spool)),
    Batches = batches(Again),
    ?assertEqual([], [Batch || #batch{items = Items, text = Text} = Batch <- Batches,
                               Items > 100 orelse byte_size(Text) > 61440]),
    ?assertEqual(340, lists:sum([Items || #batch{items = Items} <- Batches])).

batches(Spool) ->
    case take(Spool) of
        none -> [];
        {Batch, Rest} -> [Batch | batches(Rest)]
    end.

survives_a_damaged_position(#spool{folder = Folder} = Spool) ->
    Lines = numbered(3),
    _ = fill(Lines, Spool),
    [begin
         ok = file:write_file(filename:join(Folder, "position"), Damaged),
         ?assertEqual(Lines, lines(restarted(Spool)))
     end || Damaged <- [<<>>, <<"12">>, <<"x y\n">>, <<255, 0>>]].

drops_the_oldest(Spool) ->
    Filled = fill(numbered(3000), Spool#spool{limit = 8000}),
    ?assert(Filled#spool.size =< 8000),
    Kept = lines(Filled),
    ?assertEqual(lists:nthtail(3000 - length(Kept), numbered(3000)), Kept),
    ?assertEqual(3000 - length(Kept), Filled#spool.gap),
    ?assertEqual(length(Kept), Filled#spool.waiting).

drops_nothing_of_what_is_taken(Spool) ->
    Take = fun(Text, S) -> {_, Taken} = take_all(store(Text, 1, ?STAMP, S)), keep_within_limit(Taken) end,
    Taken = lists:foldl(Take, Spool#spool{limit = 8000}, numbered(3000)),
    ?assertEqual(0, Taken#spool.gap),
    ?assertEqual(numbered(3000), lines(restarted(Taken))).

deletes_files(#spool{folder = Folder} = Spool) ->
    Filled = fill(numbered(3000), Spool#spool{limit = 200000}),
    {_, Taken} = take_all(Filled),
    Done = acknowledge(Taken#spool.written, Taken),
    ?assertMatch([_], filelib:wildcard(filename:join(Folder, "*.facts"))),
    ?assert(Done#spool.size < Filled#spool.size).

%% A folder where the next file would be.
survives_a_full_disk(#spool{folder = Folder} = Spool) ->
    Obstacle = filename:join(Folder, "0000000000000000.facts"),
    ok = file:make_dir(Obstacle),
    Held = fill(numbered(3), Spool),
    ?assertMatch([_, _, _], Held#spool.unwritten),
    ?assertMatch(#spool{unwritten = [_, _, _]}, retry(Held)),
    ok = file:del_dir(Obstacle),
    Written = retry(Held),
    ?assertEqual([], Written#spool.unwritten),
    ?assertEqual(numbered(3), lines(Written)),
    ?assertEqual(numbered(3), lines(restarted(Written))).

counts_an_unreadable_file(#spool{folder = Folder} = Spool) ->
    fill(numbered(3), Spool),
    ok = file:make_dir(filename:join(Folder, "0000000000099999.facts")),
    Again = restarted(Spool),
    ?assertEqual(1, Again#spool.gap),
    ?assertEqual(numbered(3), lines(Again)).

remembers_stamps(Spool) ->
    Line = <<"message\tm1\ta@a.test\tb@b.test\taccepted 77000000 type=chat">>,
    ?assertMatch(#spool{newest = 77000000}, restarted(store(Line, 1, 77000000, Spool))),
    save_position(mod_receipts_spool:note_newest(99000000, restarted(Spool))),
    ?assertMatch(#spool{newest = 99000000}, restarted(Spool)).

reports_a_gap_once(Spool) ->
    Dropped = mod_receipts_spool:note_dropped(2, 7, mod_receipts_spool:note_dropped(3, 9, Spool)),
    {Gap, Rest} = take_gap(Dropped),
    ?assertEqual({9, 5}, Gap),
    ?assertEqual({none, Rest}, take_gap(Rest)).

gives_each_gap_its_stamp(Spool) ->
    {{9, 5}, Reported} = take_gap(mod_receipts_spool:note_dropped(5, 9, Spool)),
    ?assertMatch({{10, 5}, _}, take_gap(mod_receipts_spool:note_dropped(5, 9, Reported))).

remembers_its_gap(Spool) ->
    {{9, 5}, Reported} = take_gap(mod_receipts_spool:note_dropped(5, 9, Spool)),
    ?assertEqual(9, Reported#spool.gap_stamp),
    ?assertEqual(9, (restarted(store(<<"gap\t9\t5">>, 1, ?STAMP, Reported)))#spool.gap_stamp).

opens_older_files(#spool{folder = Folder} = Spool) ->
    First = <<"message\tm1\ta@a.test\tb@a.test\taccepted 1795338025465001 type=chat\n">>,
    Second = <<"gap\t1795338025465002\t3\ndeleted\t1795338025465003\tb@a.test\n">>,
    ok = file:write_file(filename:join(Folder, "0000000000001000.facts"), [First, Second]),
    Position = io_lib:format("~B ~B~n", [1000 + byte_size(First), 1795338025465000]),
    ok = file:write_file(filename:join(Folder, "position"), Position),
    Again = restarted(Spool),
    ?assertEqual(1795338025465003, Again#spool.newest),
    ?assertEqual(binary:split(string:trim(Second), <<"\n">>), lines(Again)).
