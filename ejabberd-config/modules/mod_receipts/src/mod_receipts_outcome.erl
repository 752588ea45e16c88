%%% What becomes of messages and accounts elsewhere: stored, relayed, deleted.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_outcome).

-export([offline_message/1, s2s_handle_send/3, remove_user/2]).

-import(mod_receipts_hook, [watch/1, guarded/3]).
-import(mod_receipts_address, [parties/1]).
-import(mod_receipts_message, [is_tracked_delivery/1]).

-include("mod_receipts.hrl").

%% Runs after mod_mam (49) and mod_offline (50), because they decide what becomes of the message.
-spec offline_message({term(), message()}) -> {term(), message()}.
offline_message({Action, #message{to = #jid{lserver = Host}} = Msg} = Acc)
  when Action == offlined; Action == archived ->
    case watch(Host) of
        none -> Acc;
        Watch -> guarded(Host, fun() -> note_stored(Watch, Msg, Action), Acc end, Acc)
    end;
offline_message(Acc) ->
    Acc.

-spec note_stored(watch(), message(), offlined | archived) -> ok.
note_stored(Watch, Msg, Action) ->
    case is_tracked_delivery(Msg) of
        true -> note_stores(Watch, Msg, mod_receipts_stores:of_message(Msg, Action));
        false -> ok
    end.

%% One fact for each store that holds it, because each can be emptied by itself.
-spec note_stores(watch(), message(), [binary()]) -> ok.
note_stores(Watch, #message{id = Id, to = #jid{luser = User, lserver = Host}} = Msg, Stores) ->
    Parties = parties(Msg),
    [mod_receipts_fact:note(Watch, Parties, Id, stored, [<<" where=">>, Store]) || Store <- Stores],
    mod_receipts_emptied:note_held(Host, User).

-spec s2s_handle_send(map(), xmpp_element() | fxml:xmlel(), ok | {error, term()}) -> map().
s2s_handle_send(S2SState, #message{type = Type, from = #jid{lserver = Host}} = Msg, ok) when ?is_conversation(Type) ->
    case watch(Host) of
        none -> S2SState;
        Watch -> guarded(Host, fun() -> note_relayed(Watch, Msg), S2SState end, S2SState)
    end;
s2s_handle_send(S2SState, _, _) ->
    S2SState.

-spec note_relayed(watch(), message()) -> ok.
note_relayed(Watch, #message{id = Id} = Msg) ->
    case is_tracked_delivery(Msg) of
        true -> mod_receipts_fact:note(Watch, parties(Msg), Id, relayed, <<>>);
        false -> ok
    end.

-spec remove_user(binary(), binary()) -> ok.
remove_user(User, Server) ->
    Host = jid:nameprep(Server),
    case watch(Host) of
        none -> ok;
        Watch ->
            Bare = <<(jid:nodeprep(User))/binary, $@, Host/binary>>,
            gen_server:cast(Watch#watch.process, {deleted, os:system_time(microsecond), Bare})
    end.
