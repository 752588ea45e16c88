%%% What holds on several nodes, without a server.
-module(mod_receipts_cluster_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-import(mod_receipts_cluster_policies, [relation/2, merged/2]).

-define(HOST, <<"a.test">>).
-define(N2, 'ejabberd@n2').
-define(N3, 'ejabberd@n3').

%% ---- Which policies are newer

held(Known) ->
    #{settings => settings(Known, client), ordered => 0, instead => none, is_empty => false, digest => none}.

settings(Known, Default) ->
    {Known, Known, Default, false, <<"subscribers">>}.

relation_test_() ->
    Empty = (held(none))#{is_empty := true, digest := 0},
    Torn = (held(none))#{digest := 7},
    Stricter = (held(<<"e:5">>))#{settings := settings(<<"e:5">>, refuse)},
    [{"of one store the higher number is newer, as a number",
      fun() -> ?assertEqual([older, newer], [relation(held(<<"e:9">>), held(<<"e:10">>)), relation(held(<<"e:10">>), held(<<"e:9">>))]) end},
     {"the same version with the same settings is the same", ?_assertEqual(same, relation(held(<<"e:5">>), held(<<"e:5">>)))},
     {"of the same version the settings that were ordered last are newer",
      fun() -> ?assertEqual([newer, older, other], [relation(Stricter#{ordered := 8}, held(<<"e:5">>)),
                                                    relation(held(<<"e:5">>), Stricter#{ordered := 8}),
                                                    relation(Stricter, held(<<"e:5">>))]) end},
     {"nothing is older than something",
      fun() -> ?assertEqual([older, newer], [relation(Empty, held(<<"e:5">>)), relation(held(<<"e:5">>), Empty)]) end},
     {"two stores are neither older nor newer, unless a whole set has replaced the other's",
      fun() -> ?assertEqual([other, older, newer, other],
                            [relation(held(<<"e:5">>), held(<<"f:1">>)),
                             relation(held(<<"e:5">>), (held(<<"f:1">>))#{instead := <<"e:6">>}),
                             relation((held(<<"f:1">>))#{instead := <<"e:5">>}, held(<<"e:5">>)),
                             relation(held(<<"e:7">>), (held(<<"f:1">>))#{instead := <<"e:6">>})]) end},
     {"policies without a version are the same only if they say the same",
      fun() -> ?assertEqual([same, other, other, older],
                            [relation(Torn, Torn), relation(Torn, Torn#{digest := 8}), relation(Torn, held(<<"e:5">>)),
                             relation(Torn, (held(<<"e:5">>))#{instead := <<>>})]) end},
     {"two that hold nothing agree on one of them", fun two_empty_ones_agree/0}].

two_empty_ones_agree() ->
    One = (held(<<"e:5">>))#{is_empty := true},
    Other = (held(<<"f:5">>))#{is_empty := true},
    ?assertEqual([newer, older], lists:sort([relation(One, Other), relation(Other, One)])).

%% ---- The stricter of both

merge_test_() ->
    Bob = <<"bob@a.test">>,
    Free = #settings{default = automatic, disclosure = <<"everyone">>},
    Locked = #settings{default = manual, locked = true},
    Set = fun(Settings, Policy) -> {Settings, #{Bob => Policy}} end,
    Policy = fun(One, Other) -> {_, #{Bob := Merged}} = merged(One, Other), Merged end,
    [{"for each account the stricter policy holds, in either order",
      fun() -> ?assertEqual([refuse, refuse], [Policy(Set(Free, refuse), Set(Free, client)), Policy(Set(Free, client), Set(Free, refuse))]) end},
     {"an account that only one knows has the stricter of its policy and the other's default",
      fun() -> ?assertEqual([client, refuse], [Policy(Set(Free, automatic), {#settings{}, #{}}), Policy({Free, #{}}, Set(Free, refuse))]) end},
     {"an exception for a contact meets the other's for the contact's domain",
      ?_assertEqual({client, #{<<"c@b.test">> => refuse, <<"b.test">> => refuse}},
                    Policy(Set(Free, {client, #{<<"c@b.test">> => automatic}}), Set(Free, {automatic, #{<<"b.test">> => refuse}})))},
     {"under a locked default nobody is freer than that", ?_assertEqual(manual, Policy(Set(Locked, automatic), Set(Free, automatic)))},
     {"the default, the lock and the disclosure are the stricter ones, and there is no version",
      fun() ->
              {Merged, _} = merged({Free, #{}}, {Locked#settings{version = <<"e:1">>, known = <<"e:1">>}, #{}}),
              ?assertEqual(#settings{default = manual, locked = false, disclosure = <<"subscribers">>}, Merged)
      end},
     {"merging again changes nothing",
      fun() ->
              One = merged(Set(Free, {default, #{<<"b.test">> => refuse}}), Set(Locked, client)),
              ?assertEqual(One, merged(One, One))
      end}].

%% ---- Orders and doubt

cluster_test_() ->
    {foreach, fun make_folder/0, fun file:del_dir_r/1,
     [fun(Folder) -> {Title, fun() -> Test(state(Folder)) end} end
      || {Title, Test} <-
             [{"a node that starts refuses everything until somebody who is sure says what holds", fun doubt_ends_with_one/1},
              {"nodes that all start at once are sure together", fun doubt_ends_together/1},
              {"the component ends the doubt, also with what was held already", fun component_ends_doubt/1},
              {"nobody is sure beside a node that holds more", fun no_end_beside_newer/1},
              {"an order is missing where it is not enforced, not heard of, or in doubt", fun missing_nodes/1},
              {"settings that change and change back are enforced only when that was said again", fun change_and_change_back/1},
              {"what a dropped node had not told is a gap, kept on disk", fun drops_leave_a_gap/1},
              {"a dropped node that had told all leaves no gap", fun drops_after_all_was_told/1}]]}.

make_folder() ->
    Name = "cluster-" ++ integer_to_list(erlang:unique_integer([positive])) ++ "-" ++ os:getpid(),
    Folder = filename:join(os:getenv("TMPDIR", "/tmp"), Name),
    ok = file:make_dir(Folder),
    Folder.

%% A node that has started with what it held before.
state(Folder) ->
    Tables = mod_receipts_policies:new_tables(),
    Counters = atomics:new(?COUNTERS, [{signed, true}]),
    Policies = #policies{host = ?HOST, path = filename:join(Folder, "policies.list"), tables = Tables, counters = Counters,
                         is_sure = false},
    Held = #settings{version = <<"e:5">>, known = <<"e:5">>},
    #state{watch = #watch{host = ?HOST, component = <<"r.a.test">>, counters = Counters, policies = Tables},
           tick_length = 20, present_tick_length = 20, result_timeout = 1000,
           spool = #spool{folder = Folder, limit = 1000000},
           held = mod_receipts_held:new(Folder, 1000000),
           policies = mod_receipts_policies:put_settings(Held, Policies)}.

peer(Held, IsSure) ->
    #peer{state = up, since = 0, heard = 0, report = #{held => Held, is_sure => IsSure}}.

with(Peers, #state{cluster = Cluster} = State) ->
    State#state{cluster = Cluster#cluster{peers = Peers}}.

policy(#state{watch = Watch}) ->
    mod_receipts_policies:policy(Watch, #party{bare = <<"bob@a.test">>, server = ?HOST}, #party{bare = <<"ann@b.test">>, server = <<"b.test">>}).

settled(Peers, State) ->
    policy(mod_receipts_cluster_doubt:settle(with(Peers, State))).

doubt_ends_with_one(State) ->
    Away = #peer{state = down, since = 0, heard = 0},
    ?assertEqual(refuse, policy(State)),
    ?assertEqual(refuse, settled(#{?N2 => Away, ?N3 => peer(held(<<"e:5">>), false)}, State)),
    ?assertEqual(client, settled(#{?N2 => Away, ?N3 => peer(held(<<"e:5">>), true)}, State)).

doubt_ends_together(State) ->
    ?assertEqual(client, settled(#{?N2 => peer(held(<<"e:4">>), false), ?N3 => peer(held(<<"e:5">>), false)}, State)).

no_end_beside_newer(State) ->
    ?assertEqual(refuse, settled(#{?N2 => peer(held(<<"e:5">>), true), ?N3 => peer(held(<<"e:6">>), true)}, State)).

component_ends_doubt(#state{policies = Policies} = State) ->
    Order = #xmlel{name = <<"policies">>, attrs = [{<<"since">>, <<"e:5">>}, {<<"version">>, <<"e:5">>}, {<<"default">>, <<"client">>},
                                                   {<<"locked">>, <<"no">>}, {<<"disclosure">>, <<"subscribers">>}]},
    {#xmlel{}, Sure} = mod_receipts_policy_orders:take_order(Order, Policies),
    ?assertEqual(client, policy(State#state{policies = Sure})).

sure(#state{policies = Policies} = State) ->
    State#state{policies = mod_receipts_policies:be_sure(Policies)}.

missing(Peers, State) ->
    mod_receipts_cluster_gate:missing(with(Peers, sure(State))).

missing_nodes(State) ->
    ?assertEqual([], missing(#{?N2 => peer(held(<<"e:5">>), true)}, State)),
    ?assertEqual([?N2], missing(#{?N2 => peer(held(<<"e:5">>), false)}, State)),
    ?assertEqual([?N2], missing(#{?N2 => peer(held(<<"e:4">>), true), ?N3 => peer(held(<<"e:5">>), true)}, State)),
    ?assertEqual([?N3], missing(#{?N3 => #peer{state = down, since = 0, heard = 0}}, State)).

change_and_change_back(#state{policies = Policies} = State) ->
    Again = State#state{policies = Policies#policies{ordered = 9}},
    ?assertEqual([?N2], missing(#{?N2 => peer((held(<<"e:5">>))#{ordered := 7}, true)}, Again)),
    ?assertEqual([], missing(#{?N2 => peer((held(<<"e:5">>))#{ordered := 9}, true)}, Again)).

%% Without a server no other node is known.
dropped(Peer, State) ->
    mod_receipts_cluster_peers:refresh(with(#{?N2 => Peer}, State)).

said_of_itself(Attrs) ->
    #peer{state = up, since = 0, heard = 0, report = #{attrs => Attrs}}.

drops_leave_a_gap(State) ->
    Now = os:system_time(microsecond),
    Left = [#peer{state = down, since = 0, heard = 0}, (said_of_itself([{<<"waiting">>, <<"0">>}]))#peer{state = silent},
            said_of_itself([{<<"waiting">>, <<"3">>}]), said_of_itself([])],
    [begin
         #state{spool = #spool{gap = Items, gap_stamp = Stamp}} = dropped(Peer, State),
         ?assertEqual(1, Items),
         ?assert(Stamp >= Now)
     end || Peer <- Left],
    #state{spool = #spool{folder = Folder}} = mod_receipts_process:flush(dropped(hd(Left), State)),
    #spool{gap_stamp = Kept} = mod_receipts_recovery:recover(#spool{folder = Folder, limit = 1000000}),
    ?assert(Kept >= Now).

drops_after_all_was_told(State) ->
    ?assertMatch(#state{spool = #spool{gap = 0, gap_stamp = 0}}, dropped(said_of_itself([{<<"waiting">>, <<"0">>}]), State)).
