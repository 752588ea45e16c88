%%% Policies, in memory and on a real disk, without a server.
-module(mod_receipts_policies_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-define(HOST, <<"a.test">>).

policies_test_() ->
    {foreach, fun make_path/0, fun remove/1,
     [with_policies(Title, Test)
      || {Title, Test} <-
             [{"without any policy everything is left to the clients", fun client_by_default/1},
              {"an exception for a contact comes before one for a domain, and that before one's own", fun exceptions/1},
              {"a locked default holds for everybody", fun locked_default/1},
              {"everybody may answer themselves", fun oneself/1},
              {"no answer is let out while the tables are gone with their process", fun tables_are_gone/1},
              {"half a set changes nothing, a whole one replaces all", fun sets_are_whole/1},
              {"a part that does not follow the one before is refused", fun parts_follow/1},
              {"a change of another version is refused", fun changes_follow/1},
              {"what is confirmed is on the disk already", fun confirmed_is_on_disk/1},
              {"what the disk does not take is in force, has no version and is not confirmed", fun disk_fails/1},
              {"a file with half an order has no version, and the rest is in force", fun torn_file/1},
              {"a deleted account has no policy, also after a restart", fun deleted_account/1},
              {"changes that outweigh the whole make the version unknown", fun outgrown/1},
              {"an order of more than 60 KB is refused", fun too_long/1},
              {"who asks learns every account with its exceptions, and the version", fun tells_all/1},
              {"a long list comes in parts that an order may have", fun tells_in_parts/1},
              {"of half an order nobody knows the version", fun tells_no_version_of_half_an_order/1},
              {"a set of a store that does not know what is held replaces nothing", fun keeps_what_is_not_known/1},
              {"a set that names what it replaces replaces nothing else", fun replaces_what_was_read/1},
              {"the file of version 0.1.0 is opened as that version has left it", fun opens_older_file/1}]]}.

with_policies(Title, Test) ->
    fun(Path) -> {Title, fun() -> Test(new(Path)) end} end.

make_path() ->
    Name = "policies-" ++ integer_to_list(erlang:unique_integer([positive])) ++ "-" ++ os:getpid(),
    Folder = filename:join(os:getenv("TMPDIR", "/tmp"), Name),
    ok = file:make_dir(Folder),
    filename:join(Folder, "policies.list").

%% The process that asks it for tables has to be the one that writes them.
new(Path) ->
    #policies{host = ?HOST, path = Path, tables = mod_receipts_policies:new_tables(),
              counters = atomics:new(?COUNTERS, [{signed, true}])}.

remove(Path) ->
    ok = file:del_dir_r(filename:dirname(Path)).

restarted(#policies{path = Path}) ->
    mod_receipts_policy_file:load(new(Path)).

order(Attrs, Lines, Policies) ->
    Whole = maps:merge(#{<<"default">> => <<"client">>}, Attrs),
    Text = iolist_to_binary(lists:join($\n, Lines)),
    mod_receipts_policy_orders:take_order(
      #xmlel{name = <<"policies">>, attrs = maps:to_list(Whole), children = [{xmlcdata, Text}]}, Policies).

whole(Version, Lines, Policies) ->
    whole(#{<<"version">> => Version}, Version, Lines, Policies).

whole(Attrs, Version, Lines, Policies) ->
    {#xmlel{}, Set} = order(Attrs#{<<"version">> => Version, <<"part">> => <<"1">>, <<"last">> => <<"yes">>}, Lines, Policies),
    Set.

change(Since, Version, Lines, Policies) ->
    order(#{<<"since">> => Since, <<"version">> => Version}, Lines, Policies).

%% As a hook sees it.
policy(Account, Contact, #policies{tables = Tables, counters = Counters}) ->
    mod_receipts_policies:policy(#watch{host = ?HOST, policies = Tables, counters = Counters}, party(Account), party(Contact)).

party(Bare) ->
    [User, Server] = binary:split(Bare, <<"@">>),
    #party{bare = Bare, user = User, server = Server}.

version(Policies) ->
    mod_receipts_policy_file:held_version(Policies).

client_by_default(Policies) ->
    ?assertEqual(client, policy(<<"b@a.test">>, <<"x@x.test">>, Policies)).

exceptions(Policies) ->
    Line = <<"b@a.test\tautomatic\tmanual x.test\trefuse y@x.test">>,
    Set = whole(<<"1">>, [Line, <<"c@a.test\tdefault\tmanual x.test">>], Policies),
    ?assertEqual(automatic, policy(<<"b@a.test">>, <<"z@z.test">>, Set)),
    ?assertEqual(manual, policy(<<"b@a.test">>, <<"z@x.test">>, Set)),
    ?assertEqual(refuse, policy(<<"b@a.test">>, <<"y@x.test">>, Set)),
    ?assertEqual(client, policy(<<"c@a.test">>, <<"z@z.test">>, Set)).

locked_default(Policies) ->
    Attrs = #{<<"default">> => <<"refuse">>, <<"locked">> => <<"yes">>},
    Set = whole(Attrs, <<"1">>, [<<"b@a.test\tautomatic">>], Policies),
    ?assertEqual(refuse, policy(<<"b@a.test">>, <<"x@x.test">>, Set)).

oneself(Policies) ->
    Set = whole(<<"1">>, [<<"b@a.test\trefuse">>], Policies),
    ?assertEqual(client, policy(<<"b@a.test">>, <<"b@a.test">>, Set)).

tables_are_gone(#policies{tables = {One, Other} = Tables, counters = Counters}) ->
    true = ets:delete(One) andalso ets:delete(Other),
    Watch = #watch{host = ?HOST, policies = Tables, counters = Counters},
    Bob = #party{bare = <<"b@a.test">>, user = <<"b">>, server = ?HOST},
    Ann = #party{bare = <<"x@x.test">>, user = <<"x">>, server = <<"x.test">>},
    ?assertEqual(refuse, mod_receipts_policies:policy_for_answer(Watch, Bob, Ann)).

sets_are_whole(Policies) ->
    First = whole(<<"1">>, [<<"b@a.test\trefuse">>], Policies),
    {#xmlel{}, Half} = order(#{<<"version">> => <<"2">>, <<"part">> => <<"1">>}, [<<"c@a.test\tmanual">>], First),
    ?assertEqual([refuse, client], [policy(Who, <<"x@x.test">>, Half) || Who <- [<<"b@a.test">>, <<"c@a.test">>]]),
    ?assertEqual(<<"1">>, version(Half)),
    {#xmlel{}, Whole} = order(#{<<"version">> => <<"2">>, <<"part">> => <<"2">>, <<"last">> => <<"yes">>}, [], Half),
    ?assertEqual([client, manual], [policy(Who, <<"x@x.test">>, Whole) || Who <- [<<"b@a.test">>, <<"c@a.test">>]]),
    ?assertEqual(<<"2">>, version(restarted(Whole))).

parts_follow(Policies) ->
    {#xmlel{}, Half} = order(#{<<"version">> => <<"2">>, <<"part">> => <<"1">>}, [], Policies),
    ?assertMatch({#stanza_error{reason = 'unexpected-request'}, _},
                 order(#{<<"version">> => <<"2">>, <<"part">> => <<"3">>}, [], Half)),
    ?assertMatch({#stanza_error{reason = 'unexpected-request'}, _},
                 order(#{<<"version">> => <<"3">>, <<"part">> => <<"2">>}, [], Half)).

changes_follow(Policies) ->
    Set = whole(<<"1">>, [], Policies),
    ?assertMatch({#stanza_error{reason = 'item-not-found'}, Set}, change(<<"0">>, <<"2">>, [<<"b@a.test\trefuse">>], Set)),
    {#xmlel{}, Changed} = change(<<"1">>, <<"2">>, [<<"b@a.test\trefuse">>], Set),
    ?assertEqual(refuse, policy(<<"b@a.test">>, <<"x@x.test">>, Changed)),
    ?assertEqual(<<"2">>, version(Changed)).

confirmed_is_on_disk(Policies) ->
    Set = whole(<<"1">>, [<<"b@a.test\trefuse">>], Policies),
    ?assertEqual(<<"1">>, version(restarted(Set))),
    {#xmlel{}, Changed} = change(<<"1">>, <<"2">>, [<<"b@a.test\tmanual">>], Set),
    Again = restarted(Changed),
    ?assertEqual(<<"2">>, version(Again)),
    ?assertEqual(manual, policy(<<"b@a.test">>, <<"x@x.test">>, Again)).

%% A folder where the file would be.
disk_fails(#policies{path = Path} = Policies) ->
    Set = whole(<<"1">>, [], Policies),
    ok = file:delete(Path),
    ok = file:make_dir(Path),
    {#stanza_error{reason = 'resource-constraint'}, Changed} = change(<<"1">>, <<"2">>, [<<"b@a.test\trefuse">>], Set),
    ?assertEqual(refuse, policy(<<"b@a.test">>, <<"x@x.test">>, Changed)),
    ?assertEqual(<<>>, version(Changed)).

torn_file(#policies{path = Path} = Policies) ->
    Set = whole(<<"1">>, [<<"b@a.test\trefuse">>], Policies),
    ok = file:write_file(Path, <<"c@a.test\tman">>, [append]),
    Again = restarted(Set),
    ?assertEqual(<<>>, version(Again)),
    ?assertEqual(refuse, policy(<<"b@a.test">>, <<"x@x.test">>, Again)),
    Next = whole(<<"2">>, [<<"b@a.test\tmanual">>], Again),
    ?assertEqual(<<"2">>, version(restarted(Next))).

deleted_account(Policies) ->
    Set = whole(<<"1">>, [<<"b@a.test\trefuse">>], Policies),
    Forgotten = mod_receipts_policy_orders:forget_account(<<"b@a.test">>, Set),
    ?assertEqual(client, policy(<<"b@a.test">>, <<"x@x.test">>, Forgotten)),
    ?assertEqual(client, policy(<<"b@a.test">>, <<"x@x.test">>, restarted(Forgotten))),
    ?assertEqual(<<"1">>, version(restarted(Forgotten))).

outgrown(Policies) ->
    Set = whole(<<"0">>, [<<"b@a.test\trefuse">>], Policies),
    Text = [lists:join($\t, [<<"b@a.test\tmanual">> | [<<"refuse contact@long.domain.test">> || _ <- lists:seq(1, 1800)]])],
    Changed = lists:foldl(fun(N, P) -> element(2, change(integer_to_binary(N), integer_to_binary(N + 1), Text, P)) end,
                          Set, lists:seq(0, 19)),
    ?assertEqual(<<>>, version(Changed)),
    ?assertEqual(<<>>, version(restarted(Changed))).

too_long(Policies) ->
    Long = [binary:copy(<<"x">>, 61441)],
    ?assertMatch({#stanza_error{reason = 'bad-request'}, Policies},
                 order(#{<<"version">> => <<"1">>, <<"part">> => <<"1">>}, Long, Policies)).

opens_older_file(#policies{path = Path} = Policies) ->
    ok = file:write_file(Path, <<"b@a.test\tmanual\trefuse y@x.test\n=\tx7Fq:57\tautomatic\tno\tdomain\n"
                                 "c@a.test\trefuse\n=\tx7Fq:58\tclient\tno\tsubscribers\n">>),
    Again = restarted(Policies),
    ?assertEqual(<<"x7Fq:58">>, version(Again)),
    ?assertEqual([manual, refuse, refuse],
                 [policy(Who, Contact, Again) || {Who, Contact} <- [{<<"b@a.test">>, <<"z@z.test">>},
                                                                    {<<"b@a.test">>, <<"y@x.test">>},
                                                                    {<<"c@a.test">>, <<"z@z.test">>}]]).

query(Part, Policies) ->
    mod_receipts_policy_list:take_query(
      #xmlel{name = <<"policies">>, attrs = [{<<"part">>, integer_to_binary(Part)}]}, Policies).

lines(Answer) ->
    lists:sort(binary:split(fxml:get_tag_cdata(Answer), <<"\n">>, [global])).

tells_all(Policies) ->
    Lines = [<<"b@a.test\tmanual\trefuse y%201@x.test">>, <<"c@a.test\tdefault\tclient x.test">>, <<"d@a.test\trefuse">>],
    Set = whole(<<"e:1">>, Lines, Policies),
    {Answer, _} = query(1, Set),
    ?assertEqual(Lines, lines(Answer)),
    ?assertEqual([<<"yes">>, <<"e:1">>], [fxml:get_tag_attr_s(Name, Answer) || Name <- [<<"last">>, <<"version">>]]),
    {Empty, _} = query(1, whole(<<"e:2">>, [], Set)),
    ?assertEqual([<<>>], lines(Empty)).

tells_in_parts(Policies) ->
    Account = fun(N) -> <<(binary:copy(<<"u">>, 40))/binary, (integer_to_binary(N))/binary, "@a.test\trefuse">> end,
    Set = whole(<<"e:1">>, [Account(N) || N <- lists:seq(1, 900)], Policies),
    More = element(2, change(<<"e:1">>, <<"e:2">>, [Account(N) || N <- lists:seq(901, 1800)], Set)),
    {First, Policies1} = query(1, More),
    ?assertEqual(<<"no">>, fxml:get_tag_attr_s(<<"last">>, First)),
    ?assert(byte_size(fxml:get_tag_cdata(First)) =< 61440),
    {Second, Policies2} = query(2, Policies1),
    ?assertEqual(<<"yes">>, fxml:get_tag_attr_s(<<"last">>, Second)),
    ?assertEqual(1800, length(lists:usort(lines(First) ++ lines(Second)))),
    ?assertMatch({#stanza_error{reason = 'unexpected-request'}, _}, query(3, Policies2)),
    ?assertMatch({#stanza_error{reason = 'unexpected-request'}, _}, query(3, Policies1)).

tells_no_version_of_half_an_order(#policies{path = Path} = Policies) ->
    Set = whole(<<"e:1">>, [<<"b@a.test\trefuse">>], Policies),
    ok = file:write_file(Path, <<"nonsense\n=\te:2\tclient\tno\tsubscribers\n">>, [append]),
    {Known, _} = query(1, restarted(Set)),
    ?assertEqual(<<"e:2">>, fxml:get_tag_attr_s(<<"version">>, Known)),
    ok = file:write_file(Path, <<"c@a.test\trefuse\n">>, [append]),
    {Half, _} = query(1, restarted(Set)),
    ?assertEqual(false, fxml:get_tag_attr(<<"version">>, Half)).

keeps_what_is_not_known(Policies) ->
    Set = whole(<<"e:5">>, [<<"b@a.test\trefuse">>], Policies),
    [begin
         {Error, Kept} = order(#{<<"version">> => Version, <<"part">> => <<"1">>, <<"last">> => <<"yes">>}, [], Set),
         ?assertMatch(#stanza_error{reason = conflict}, Error),
         ?assertEqual(refuse, policy(<<"b@a.test">>, <<"x@x.test">>, Kept))
     end || Version <- [<<"f:9">>, <<"e:4">>]],
    Next = whole(<<"e:6">>, [], Set),
    ?assertEqual(client, policy(<<"b@a.test">>, <<"x@x.test">>, Next)),
    ?assertEqual(<<"f:1">>, version(whole(<<"f:1">>, [], Next))).

replaces_what_was_read(Policies) ->
    Set = whole(<<"e:5">>, [<<"b@a.test\trefuse">>], Policies),
    Part = #{<<"version">> => <<"f:1">>, <<"part">> => <<"1">>, <<"last">> => <<"yes">>},
    ?assertMatch({#stanza_error{reason = conflict}, _}, order(Part#{<<"instead">> => <<"e:4">>}, [], Set)),
    ?assertMatch({#stanza_error{reason = conflict}, _}, order(Part#{<<"instead">> => <<>>}, [], Set)),
    {#xmlel{}, Replaced} = order(Part#{<<"instead">> => <<"e:5">>}, [], Set),
    ?assertEqual(<<"f:1">>, version(Replaced)).
