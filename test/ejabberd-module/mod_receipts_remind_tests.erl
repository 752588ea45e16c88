%%% May the bot remind? Whether an account is active and whom it blocks is tested on a real server.
-module(mod_receipts_remind_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-define(HOST, <<"a.test">>).
-define(ORDER, <<"alice@a.test\tbob@a.test">>).

remind_test_() ->
    {foreach, fun begin_host/0, fun(_) -> end_host() end,
     [{"yes, under every policy but refuse", fun every_policy/0},
      {"no, to one sender or to a whole domain that is refused", fun exceptions/0},
      {"no, as long as nobody can say what holds", fun not_sure/0},
      {"no, if the account is not active", fun not_active/0},
      {"no, if the recipient blocks the sender", fun blocks/0},
      {"an address is read as the server writes it, however it was written", fun other_spellings/0},
      {"no, by what cannot be read", fun unreadable/0},
      {"no, if something fails, which is logged", fun failure/0}]}.

begin_host() ->
    {ok, _} = application:ensure_all_started(stringprep),
    ok = jid:start(),
    ets:new(ejabberd_options, [named_table, public]),
    ets:insert(ejabberd_options, {{hosts, global}, [?HOST]}),
    load_account("is_active(_, _) -> get(is_active).", "is_blocked(_, _) -> get(is_blocked).").

end_host() ->
    ets:delete(ejabberd_options),
    code:purge(mod_receipts_account),
    {module, _} = code:load_file(mod_receipts_account),
    ok.

load_account(IsActive, IsBlocked) ->
    Lines = ["-module(mod_receipts_account).", "-export([is_active/2, is_blocked/2]).", IsActive, IsBlocked],
    {ok, Module, Code} = compile:forms([form(Line) || Line <- Lines]),
    code:purge(Module),
    {module, Module} = code:load_binary(Module, "test", Code).

form(Line) ->
    {ok, Tokens, _} = erl_scan:string(Line),
    {ok, Form} = erl_parse:parse_form(Tokens),
    Form.

%% With these policies of accounts.
allow(Lines) ->
    {_, #watch{policies = {Table, _}}} = new_host(),
    [?assert(mod_receipts_policies:read_line(Table, Line, ?HOST)) || Line <- Lines],
    ok.

new_host() ->
    Policies = #policies{host = ?HOST, tables = mod_receipts_policies:new_tables(),
                         counters = atomics:new(?COUNTERS, [{signed, true}])},
    Watch = #watch{host = ?HOST, policies = Policies#policies.tables, counters = Policies#policies.counters},
    [put(Name, Value) || {Name, Value} <- [{watch, Watch}, {is_active, true}, {is_blocked, false}]],
    {Policies, Watch}.

ask(Line) ->
    ask_element(#xmlel{name = <<"may-remind">>, attrs = [{<<"xmlns">>, ?NS_FEED}], children = [{xmlcdata, Line}]}).

ask_element(Order) ->
    #xmlel{name = <<"may-remind">>, attrs = Attrs, children = [{xmlcdata, Word}]} =
        mod_receipts_remind:take_order(Order, get(watch)),
    {Word, proplists:get_value(<<"because">>, Attrs)}.

may_remind() -> ask(?ORDER).

yes() -> {<<"yes">>, undefined}.
no(Because) -> {<<"no">>, Because}.

every_policy() ->
    Allowed = [begin allow([<<"bob@a.test\t", Policy/binary>>]), may_remind() end
               || Policy <- [<<"client">>, <<"automatic">>, <<"manual">>, <<"refuse">>]],
    ?assertEqual([yes(), yes(), yes(), no(<<"policy">>)], Allowed).

exceptions() ->
    allow([<<"bob@a.test\tautomatic\trefuse alice@a.test">>]),
    ?assertEqual(no(<<"policy">>), may_remind()),
    ?assertEqual(yes(), ask(<<"eve@a.test\tbob@a.test">>)),
    allow([<<"bob@a.test\tautomatic\trefuse a.test\tmanual eve@a.test">>]),
    ?assertEqual(no(<<"policy">>), may_remind()),
    ?assertEqual(yes(), ask(<<"eve@a.test\tbob@a.test">>)).

not_sure() ->
    {Policies, _} = new_host(),
    Unsure = mod_receipts_policies:put_settings(#settings{default = client}, Policies#policies{is_sure = false}),
    ?assertEqual(no(<<"policy">>), may_remind()),
    _ = mod_receipts_policies:be_sure(Unsure),
    ?assertEqual(yes(), may_remind()).

not_active() ->
    allow([]),
    put(is_active, false),
    ?assertEqual(no(<<"no-account">>), may_remind()).

blocks() ->
    allow([]),
    put(is_blocked, true),
    ?assertEqual(no(<<"blocked">>), may_remind()).

other_spellings() ->
    allow([<<"bob@a.test\tclient\trefuse alice@a.test">>]),
    ?assertEqual(no(<<"policy">>), ask(<<"Alice@A.test/pc\tBOB@a.test">>)).

unreadable() ->
    allow([]),
    Line = ?ORDER,
    Lines = [<<>>, <<"\t">>, <<"alice@a.test">>, <<"alice@a.test\t">>, <<"\tbob@a.test">>, <<Line/binary, "\tx">>,
             <<Line/binary, "\n">>, <<Line/binary, "\n", Line/binary>>, <<"alice@a.test bob@a.test">>,
             <<"alice@a.test\tbob@b.test">>, <<"alice@a.test\ta.test">>, <<"alice@a.test\t@a.test">>, <<"@\tbob@a.test">>,
             <<"alice@a.test\tb%00b@a.test">>, <<(binary:copy(<<"a">>, 8000))/binary, "\tbob@a.test">>],
    [?assertEqual({Unreadable, no(<<"bad-order">>)}, {Unreadable, ask(Unreadable)}) || Unreadable <- Lines],
    Nested = #xmlel{name = <<"may-remind">>, children = [#xmlel{name = <<"x">>}, {xmlcdata, Line}]},
    ?assertEqual(no(<<"bad-order">>), ask_element(Nested)).

failure() ->
    allow([]),
    true = register(gen_mod:get_module_proc(?HOST, mod_receipts), self()),
    put(is_active, not_a_boolean),
    ?assertEqual(no(<<"failed">>), may_remind()),
    receive {'$gen_cast', {complaint, _}} -> ok after 0 -> error(not_logged) end.
