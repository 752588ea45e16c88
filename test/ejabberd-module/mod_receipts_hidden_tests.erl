%%% From whom a session hides. What a privacy list lets out is tested on a real server.
-module(mod_receipts_hidden_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-import(mod_receipts_hidden, [user_send_packet/1, copy_session/2, is_from/2]).

-define(HOST, <<"b.test">>).
-define(MAX_HIDDEN, 1000).

hiding_test_() ->
    {setup,
     fun serve/0,
     fun(_) -> persistent_term:erase({mod_receipts, ?HOST}), ets:delete(ejabberd_options) end,
     [{"a session hides from whom it has told that it is unavailable", fun hides_from_a_contact/0},
      {"a session hides from a contact when it tells one of the contact's devices so", fun hides_from_a_device/0},
      {"a session goes on hiding when it is resumed", fun hides_after_a_resumption/0},
      {"presence for all shows the session to all again", fun shows_itself_to_all/0},
      {"a session that is available to nobody hides from all but the user's own", fun hides_from_all/0},
      {"a session that is available to some alone hides from the others", fun is_available_to_some/0},
      {"a session that hides from more contacts than are remembered hides from all", fun hides_from_too_many/0}]}.

%% A server without a configuration file has its hosts in this table.
serve() ->
    ejabberd_options = ets:new(ejabberd_options, [named_table, public]),
    ets:insert(ejabberd_options, {{hosts, global}, [?HOST]}),
    persistent_term:put({mod_receipts, ?HOST}, #watch{host = ?HOST}).

hides_from_a_contact() ->
    ?assert(is_from(tell(unavailable, jid(<<"alice">>), session()), party(<<"alice">>))).

hides_from_a_device() ->
    Device = (jid(<<"alice">>))#jid{resource = <<"pc">>, lresource = <<"pc">>},
    ?assert(is_from(tell(unavailable, Device, session()), party(<<"alice">>))).

hides_after_a_resumption() ->
    Resumed = copy_session(session(), tell(unavailable, jid(<<"alice">>), session())),
    ?assert(is_from(Resumed, party(<<"alice">>))).

shows_itself_to_all() ->
    Hiding = tell(unavailable, jid(<<"alice">>), session()),
    [?assertEqual(session(), tell(available, To, Hiding)) || To <- [undefined, jid(<<"bob">>)]].

hides_from_all() ->
    Session = maps:remove(pres_last, session()),
    ?assert(is_from(Session, party(<<"alice">>))),
    ?assertNot(is_from(Session, party(<<"bob">>))).

is_available_to_some() ->
    Session = maps:remove(pres_last, session()),
    Some = Session#{pres_a := gb_sets:from_list([{<<"alice">>, ?HOST, <<"pc">>}])},
    ?assertNot(is_from(Some, party(<<"alice">>))),
    ?assert(is_from(Some, party(<<"carol">>))).

hides_from_too_many() ->
    Names = [integer_to_binary(Number) || Number <- lists:seq(1, ?MAX_HIDDEN + 1)],
    Session = lists:foldl(fun(Name, S) -> tell(unavailable, jid(Name), S) end, session(), Names),
    ?assert(is_from(Session, party(<<"alice">>))).

session() ->
    #{jid => (jid(<<"bob">>))#jid{resource = <<"phone">>, lresource = <<"phone">>},
      pres_a => gb_sets:new(), pres_last => #presence{}}.

tell(Type, To, #{jid := From} = Session) ->
    {#presence{}, Told} = user_send_packet({#presence{type = Type, from = From, to = To}, Session}),
    Told.

jid(Name) ->
    #jid{user = Name, server = ?HOST, luser = Name, lserver = ?HOST}.

party(Name) ->
    mod_receipts_address:party(jid(Name)).
