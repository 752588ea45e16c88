%%% Addresses and ids, and how they stand in a field of a line.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_address).

-export([party/1, read_party/1, parties/1, pair/1, address/1, is_local/1, is_usable_id/1, encode/1, decode/1]).

-include("mod_receipts.hrl").

-spec party(jid:jid()) -> party().
party(#jid{luser = <<>>, lserver = Server}) ->
    #party{bare = Server, user = <<>>, server = Server};
party(#jid{luser = User, lserver = Server} = Jid) ->
    #party{bare = <<User/binary, $@, Server/binary>>, user = User, server = Server,
           nick = mod_receipts_rooms:nick(Jid)}.

-spec read_party(binary()) -> party() | unreadable.
read_party(Text) ->
    try party(jid:decode(Text))
    catch error:{bad_jid, _} -> unreadable
    end.

%% A message to oneself has no 'to' (RFC 6120 section 10.3.1).
-spec parties(message()) -> parties().
parties(#message{from = From, to = undefined}) ->
    {party(From), party(From)};
parties(#message{from = From, to = To}) ->
    {party(From), party(To)}.

%% Both addresses, to see whether they are still the same.
-spec pair(message()) -> {binary(), binary(), binary(), binary()}.
pair(#message{from = From, to = undefined}) ->
    {From#jid.luser, From#jid.lserver, From#jid.luser, From#jid.lserver};
pair(#message{from = From, to = To}) ->
    {From#jid.luser, From#jid.lserver, To#jid.luser, To#jid.lserver}.

%% Without jid:make, which prepares again what is prepared.
-spec address(party()) -> jid:jid().
address(#party{user = User, server = Server}) ->
    #jid{user = User, server = Server, luser = User, lserver = Server}.

%% Nearly all that is asked here is about a host that is watched, and the list of hosts is copied each time.
-spec is_local(binary()) -> boolean().
is_local(Server) ->
    mod_receipts_hook:watch(Server) =/= none orelse lists:member(Server, ejabberd_option:hosts()).

-spec is_usable_id(term()) -> boolean().
is_usable_id(Id) ->
    is_binary(Id) andalso Id =/= <<>> andalso byte_size(Id) =< ?MAX_ID_BYTES.

-spec encode(binary()) -> binary().
encode(Text) ->
    case is_plain(Text) of
        true -> Text;
        false -> << <<(encode_byte(Byte))/binary>> || <<Byte>> <= Text >>
    end.

-spec is_plain(binary()) -> boolean().
is_plain(<<Byte, Rest/binary>>) when Byte > 32, Byte =/= $%, Byte =/= 127 -> is_plain(Rest);
is_plain(Rest) -> Rest =:= <<>>.

-spec encode_byte(byte()) -> binary().
encode_byte(Byte) when Byte =< 32; Byte == $%; Byte == 127 ->
    iolist_to_binary(io_lib:format("%~2.16.0B", [Byte]));
encode_byte(Byte) ->
    <<Byte>>.

-spec decode(binary()) -> binary().
decode(Text) ->
    case binary:match(Text, <<"%">>) of
        nomatch -> Text;
        _ -> decode(Text, <<>>)
    end.

-spec decode(binary(), binary()) -> binary().
decode(<<$%, High, Low, Rest/binary>>, Done) when High >= $0, High =< $7, Low >= $0, Low =< $9 ->
    decode(Rest, <<Done/binary, (High - $0):4, (Low - $0):4>>);
decode(<<$%, High, Low, Rest/binary>>, Done) when High >= $0, High =< $7, Low >= $A, Low =< $F ->
    decode(Rest, <<Done/binary, (High - $0):4, (Low - $A + 10):4>>);
decode(<<Byte, Rest/binary>>, Done) ->
    decode(Rest, <<Done/binary, Byte>>);
decode(<<>>, Done) ->
    Done.
