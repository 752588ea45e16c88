%%% From whom does a session hide? What it does with their messages is reported as unseen.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_hidden).

-export([user_send_packet/1, c2s_self_presence/1, copy_session/2, is_from/2, note/6, note_sent/6, note_acked/5]).

-import(mod_receipts_hook, [watch/1, guarded/3]).
-import(mod_receipts_address, [party/1, address/1]).

-include("mod_receipts.hrl").

-define(MAX_HIDDEN, 1000). % contacts of one session
-define(MAX_UNSHOWN, 2000). % messages of one session

%% RFC 6121 section 4.6: to be told that the session is unavailable, without the others. The server
%% forgets it and tells that contact of the next presence again.
-spec user_send_packet({stanza() | drop, map()}) -> {stanza() | drop, map()}.
user_send_packet({#presence{type = Type, from = #jid{lserver = Host}, to = To} = Pres, C2SState} = Acc)
  when Type == available; Type == unavailable ->
    case watch(Host) of
        none -> Acc;
        _ -> guarded(Host, fun() -> {Pres, remember(Type, To, C2SState)} end, Acc)
    end;
user_send_packet(Acc) ->
    Acc.

-spec remember(available | unavailable, jid:jid() | undefined, map()) -> map().
remember(_, undefined, C2SState) ->
    maps:remove(receipts_hides_from, C2SState);
remember(Type, To, #{jid := Jid} = C2SState) ->
    Own = (party(Jid))#party.bare,
    case party(To) of
        #party{bare = Own} when To#jid.lresource == <<>> -> maps:remove(receipts_hides_from, C2SState);
        #party{bare = Own} -> C2SState;
        #party{bare = Contact} -> C2SState#{receipts_hides_from => change(Type, Contact, contacts(C2SState))}
    end.

-spec contacts(map()) -> #{bare() => true} | everybody.
contacts(C2SState) ->
    maps:get(receipts_hides_from, C2SState, #{}).

%% Whoever hides from more contacts than are remembered hides from all.
-spec change(available | unavailable, bare(), #{bare() => true} | everybody) -> #{bare() => true} | everybody.
change(_, _, everybody) -> everybody;
change(available, Contact, Contacts) -> maps:remove(Contact, Contacts);
change(unavailable, _, Contacts) when map_size(Contacts) >= ?MAX_HIDDEN -> everybody;
change(unavailable, Contact, Contacts) -> Contacts#{Contact => true}.

%% A session that is resumed goes on hiding.
-spec copy_session(map(), map()) -> map().
copy_session(C2SState, OldState) ->
    Kept = maps:with([receipts_hides_from, receipts_unshown], OldState),
    mod_receipts_entitled:copy_session(maps:merge(C2SState, Kept), OldState).

-spec is_from(map(), party()) -> boolean().
is_from(#{jid := #jid{luser = User, lserver = Server}}, #party{user = User, server = Server}) ->
    false;
is_from(C2SState, Party) ->
    not is_shown(C2SState, Party).

-spec is_shown(map(), party()) -> boolean().
is_shown(#{pres_last := _} = C2SState, Party) ->
    is_shown_to(C2SState, Party);
is_shown(#{pres_a := Directed}, #party{user = User, server = Server}) -> % RFC 6121 section 4.6.1
    lists:any(fun({U, S, _}) -> U == User andalso S == Server end, gb_sets:to_list(Directed));
is_shown(_, _) ->
    false.

%% Holds for a session that is available to others.
-spec is_shown_to(map(), party()) -> boolean().
is_shown_to(C2SState, #party{bare = Contact} = Party) ->
    case contacts(C2SState) of
        everybody -> false;
        #{Contact := _} -> false;
        _ -> not mod_receipts_entitled:is_taken_back(C2SState, Party) andalso is_let_out(C2SState, Party)
    end.

%% XEP-0126: a privacy list that lets no presence out makes invisible.
-spec is_let_out(map(), party()) -> boolean().
is_let_out(#{jid := #jid{lserver = Host} = Jid} = C2SState, Party) ->
    Presence = #presence{from = Jid, to = address(Party)},
    ejabberd_hooks:run_fold(privacy_check_packet, Host, allow, [C2SState, Presence, out]) == allow.

%% A fact of a session: a daemon that does not know what is unseen leaves it out.
-spec note(watch(), map(), parties(), binary(), kind(), iodata()) -> ok.
note(Watch, C2SState, {Sender, _} = Parties, Id, Kind, Details) ->
    case is_from(C2SState, Sender) of
        true -> mod_receipts_fact:note_unseen(Watch, Parties, Id, Kind, Details);
        false -> mod_receipts_fact:note(Watch, Parties, Id, Kind, Details)
    end.

%% If the archive has the message too, that may be told of a session that hides.
-spec note_sent(watch(), map(), parties(), binary(), iodata(), boolean()) -> ok.
note_sent(Watch, C2SState, {Sender, _} = Parties, Id, Details, IsArchived) ->
    case is_from(C2SState, Sender) of
        true ->
            mod_receipts_fact:note_unseen(Watch, Parties, Id, sent, [Details, [<<" archived=yes">> || IsArchived]]);
        false ->
            mod_receipts_fact:note(Watch, Parties, Id, sent, Details)
    end.

%% Clients fetch the archive before they send their first presence: what they have is told with it.
-spec note_acked(watch(), map(), parties(), binary(), iodata()) -> map().
note_acked(Watch, C2SState, {Sender, _} = Parties, Id, Details) ->
    note(Watch, C2SState, Parties, Id, acked, Details),
    Unshown = maps:get(receipts_unshown, C2SState, []),
    IsWaiting = not maps:is_key(pres_last, C2SState) andalso is_from(C2SState, Sender),
    case IsWaiting andalso length(Unshown) < ?MAX_UNSHOWN of
        true -> C2SState#{receipts_unshown => [{Parties, Id, iolist_to_binary(Details)} | Unshown]};
        false -> C2SState
    end.

%% The session becomes available: what it has is no secret any more, except from whom it hides.
-spec c2s_self_presence({presence(), map()}) -> {presence(), map()}.
c2s_self_presence({#presence{type = available} = Pres, #{receipts_unshown := Unshown, lserver := Host} = C2SState}) ->
    case watch(Host) of
        none -> ok;
        Watch -> guarded(Host, fun() -> note_shown(Watch, C2SState, lists:reverse(Unshown)) end, ok)
    end,
    {Pres, maps:remove(receipts_unshown, C2SState)};
c2s_self_presence(Acc) ->
    Acc.

-spec note_shown(watch(), map(), [{parties(), binary(), binary()}]) -> ok.
note_shown(Watch, C2SState, Unshown) ->
    [mod_receipts_fact:note(Watch, Parties, Id, acked, Details)
     || {{Sender, _} = Parties, Id, Details} <- Unshown, is_shown_to(C2SState, Sender)],
    ok.
