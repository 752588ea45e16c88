%%% What may a sender know of the recipient's presence now?
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% A recipient can take back that a contact sees presence. Then a session hides from that contact:
%%% if it is told so while it is there, and if it gets a message later that the contact sent before.

-module(mod_receipts_entitled).

-export([is_entitled/2, hide_if_taken_back/3, note_roster_push/2, is_taken_back/2, copy_session/2]).

-import(mod_receipts_hook, [watch/1, guarded/3]).
-import(mod_receipts_address, [party/1]).

-include("mod_receipts.hrl").

-define(MAX_HIDDEN, 1000). % contacts of one session

%% Does it reveal no more than the sender may know?
-spec is_entitled(watch(), parties()) -> boolean().
is_entitled(Watch, {#party{server = From} = Sender, #party{server = To} = Recipient}) ->
    case mod_receipts_policies:disclosure(Watch) of
        <<"everyone">> -> true;
        <<"domain">> when From == To -> true;
        _ -> mod_receipts_accepted:may_see(Watch, Sender, Recipient) == true
    end.

-spec hide_if_taken_back(watch(), map(), parties()) -> map().
hide_if_taken_back(Watch, C2SState, {#party{bare = Contact}, _} = Parties) ->
    Hidden = maps:get(receipts_taken_back, C2SState, #{}),
    case {is_entitled(Watch, Parties), Hidden} of
        {true, #{Contact := _}} -> C2SState#{receipts_taken_back := maps:remove(Contact, Hidden)};
        {true, _} -> C2SState;
        {false, everybody} -> C2SState;
        {false, _} -> C2SState#{receipts_taken_back => add(Contact, Hidden)}
    end.

%% Whoever hides from more contacts than are remembered hides from all.
-spec add(bare(), #{bare() => true}) -> #{bare() => true} | everybody.
add(_, Contacts) when map_size(Contacts) >= ?MAX_HIDDEN -> everybody;
add(Contact, Contacts) -> Contacts#{Contact => true}.

%% RFC 6121 section 2.1.6: each session is told of a change, also one that sleeps.
-spec note_roster_push(map(), [roster_item()]) -> map().
note_roster_push(#{lserver := Host, jid := Jid} = C2SState, Items) ->
    case watch(Host) of
        none -> C2SState;
        Watch ->
            Note = fun(#roster_item{jid = Contact}, State) -> hide_if_taken_back(Watch, State, {party(Contact), party(Jid)}) end,
            guarded(Host, fun() -> lists:foldl(Note, C2SState, Items) end, C2SState)
    end.

-spec is_taken_back(map(), party()) -> boolean().
is_taken_back(#{receipts_taken_back := everybody}, _) -> true;
is_taken_back(#{receipts_taken_back := Contacts}, #party{bare = Contact}) -> maps:is_key(Contact, Contacts);
is_taken_back(_, _) -> false.

%% A session that is resumed goes on hiding.
-spec copy_session(map(), map()) -> map().
copy_session(C2SState, OldState) ->
    maps:merge(C2SState, maps:with([receipts_taken_back], OldState)).
