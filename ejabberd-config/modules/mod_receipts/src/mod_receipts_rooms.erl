%%% Rooms: there the occupant is the recipient (XEP-0045 section 7.5).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Of rooms on other servers nothing is known but what our clients say: they enter them (section 7.2),
%%% or write privately in them.

-module(mod_receipts_rooms).

-export([open/0, learn/1, hear_of/1, nick/1]).

-include("mod_receipts.hrl").

-define(TABLE, receipts_rooms).
-define(MAX_ROOMS, 4000).

%% One table for all hosts. It goes with the process that made it, and the next one makes it anew:
%% until a room is learned again, its occupants count as one recipient.
-spec open() -> ok.
open() ->
    try ets:new(?TABLE, [named_table, public, set, {read_concurrency, true}]) of
        ?TABLE -> ok
    catch error:badarg -> ok % there is one
    end.

-spec learn(jid:jid()) -> ok.
learn(#jid{luser = User, lserver = Server, lresource = Nick}) when User =/= <<>>, Nick =/= <<>> ->
    case mod_receipts_address:is_local(Server) of
        true -> ok;
        false -> insert({User, Server})
    end;
learn(_) ->
    ok.

%% What the room's server sends may come in on any node of a cluster.
-spec insert({binary(), binary()}) -> ok.
insert(Room) ->
    hear_of(Room) andalso mod_receipts_cluster:tell_from_hook({room, Room}),
    ok.

%% Is it a new one?
-spec hear_of({binary(), binary()}) -> boolean().
hear_of(Room) ->
    try
        ets:info(?TABLE, size) < ?MAX_ROOMS orelse ets:delete_all_objects(?TABLE),
        ets:insert_new(?TABLE, {Room})
    catch error:badarg -> false
    end.

%% Empty if the address is not an occupant's.
-spec nick(jid:jid()) -> binary().
nick(#jid{luser = <<>>}) ->
    <<>>;
nick(#jid{lresource = <<>>}) ->
    <<>>;
nick(#jid{luser = User, lserver = Server, lresource = Nick}) ->
    case not mod_receipts_address:is_local(Server) andalso (is_known({User, Server}) orelse is_service(Server)) of
        true -> Nick;
        false -> <<>>
    end.

-spec is_known({binary(), binary()}) -> boolean().
is_known(Room) ->
    try ets:member(?TABLE, Room)
    catch error:badarg -> false
    end.

-spec is_service(binary()) -> boolean().
is_service(Server) ->
    try lists:member(Server, gen_mod:get_module_opt_hosts(ejabberd_router:host_of_route(Server), mod_muc))
    catch
        error:{unregistered_route, _} -> false;
        error:{module_not_loaded, _, _} -> false
    end.
