%%% How addresses and ids stand in a field of a line.
-module(mod_receipts_address_tests).

-include("expect.hrl").
-include("mod_receipts.hrl").

-import(mod_receipts_address, [party/1, parties/1, encode/1, decode/1, is_usable_id/1]).

addresses_test_() ->
    Bob = #jid{user = <<"Bob">>, server = <<"B.test">>, luser = <<"bob">>, lserver = <<"b.test">>},
    Room = #jid{user = <<>>, server = <<"room.test">>, luser = <<>>, lserver = <<"room.test">>},
    [{"a user is known by the prepared bare address",
      ?_assertEqual(#party{bare = <<"bob@b.test">>, user = <<"bob">>, server = <<"b.test">>}, party(Bob))},
     {"a host is known by its domain",
      ?_assertEqual(#party{bare = <<"room.test">>, user = <<>>, server = <<"room.test">>}, party(Room))},
     {"a message without 'to' is a message to oneself",
      ?_assertEqual({party(Bob), party(Bob)}, parties(#message{from = Bob}))}].

ids_test_() ->
    [{"an id of 256 bytes is usable", ?_assert(is_usable_id(binary:copy(<<"x">>, 256)))},
     {"an id of 257 bytes is not usable", ?_assertNot(is_usable_id(binary:copy(<<"x">>, 257)))},
     {"an empty id is not usable", ?_assertNot(is_usable_id(<<>>))}].

fields_test_() ->
    [{"what separates lines, fields and details never stands in a field",
      ?_assertEqual(<<"a%0Ab%09c%20d%25e%7F">>, encode(<<"a\nb\tc d%e", 127>>))},
     {"every byte comes back as it was",
      fun() -> All = list_to_binary(lists:seq(0, 255)), ?assertEqual(All, decode(encode(All))) end},
     {"text that needs no escape stays as it is",
      ?_assertEqual(<<"empfänger@b.test"/utf8>>, encode(<<"empfänger@b.test"/utf8>>))}
     | [{"only what encode writes is an escape, not " ++ binary_to_list(Text), ?_assertEqual(Text, decode(Text))}
        || Text <- [<<"%0a">>, <<"%7f">>, <<"%2 ">>, <<"%+1">>, <<"%8F">>, <<"%G0">>, <<"%2">>, <<"%">>, <<"100%">>]]].
