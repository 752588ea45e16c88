%%% What is written to clients, and what they acknowledge (XEP-0198).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_stream).

-export([c2s_handle_send/3, c2s_handle_recv/3, c2s_session_pending/1, c2s_copy_session/2, c2s_session_resumed/1, c2s_terminated/2]).

-import(mod_receipts_hook, [watch/1, guarded/3]).
-import(mod_receipts_address, [party/1, parties/1, encode/1, is_usable_id/1]).
-import(mod_receipts_message, [is_tracked_delivery/1, is_archived_for/2]).
-import(mod_receipts_fact, [note_failed/3, error_details/1]).

-include("mod_receipts.hrl").

-define(MAX_ARCHIVE_AGE, 30 * 24 * 60 * 60). % seconds

%% Is it in the archive, did it come out of it, is it a copy that the archive does not have, or an error
%% that nobody else will tell?
-type origin() :: boolean() | fetched | copied | {failed, binary()}.
-type awaited() :: {parties(), binary(), origin()}.
-type unacked() :: {non_neg_integer(), parties(), binary(), origin()}.

%% After mod_stream_mgmt (50), which has just counted the stanza.
-spec c2s_handle_send(map(), xmpp_element() | fxml:xmlel(), ok | {error, term()}) -> map().
c2s_handle_send(#{lserver := Host} = C2SState, #message{} = Msg, Result) ->
    case watch(Host) of
        none -> C2SState;
        Watch -> guarded(Host, fun() -> note_written(Watch, C2SState, Msg, Result) end, C2SState)
    end;
c2s_handle_send(C2SState, #iq{type = set, sub_els = [#roster_query{items = Items}]}, _) ->
    mod_receipts_entitled:note_roster_push(C2SState, Items);
c2s_handle_send(C2SState, _, _) ->
    C2SState.

-spec note_written(watch(), map(), message(), ok | {error, term()}) -> map().
note_written(_, C2SState, #message{from = undefined}, _) ->
    C2SState; % an administrator's command can write anything to a session
note_written(Watch, C2SState, #message{type = error} = Msg, Result) ->
    note_error_written(Watch, C2SState, Msg, Result),
    await_error(C2SState, Msg);
note_written(Watch, C2SState, #message{sub_els = [#mam_result{} = Found | _]} = Msg, _) ->
    note_fetched(Watch, C2SState, Msg, Found);
note_written(Watch, C2SState, #message{sub_els = [#carbons_received{forwarded = Forwarded} | _]} = Copy, Result) ->
    note_copied(Watch, C2SState, Copy, {Forwarded, Result});
note_written(Watch, #{jid := Jid} = C2SState, Msg, Result) ->
    case is_tracked_delivery(Msg) andalso not is_own_echo(Msg, Jid) of
        true -> note_delivery(Watch, C2SState, {Msg, Msg}, Result);
        false -> C2SState
    end.

%% A copy of what went to another session of the user (XEP-0280 section 6); anybody could send something
%% that looks like one.
-spec note_copied(watch(), map(), message(), {forwarded(), ok | {error, term()}}) -> map().
note_copied(Watch, #{jid := Jid} = C2SState, #message{from = From} = Copy, {#forwarded{sub_els = [Child | _]}, Result}) ->
    Msg = as_message(Child),
    IsOwn = jid:tolower(From) == jid:tolower(jid:remove_resource(Jid)),
    case IsOwn andalso is_record(Msg, message) andalso is_for_user_of(Jid, Msg) andalso is_tracked_delivery(Msg) of
        true -> note_delivery(Watch, C2SState, {Msg, Copy}, Result);
        false -> C2SState
    end;
note_copied(_, C2SState, _, _) ->
    C2SState.

-spec is_for_user_of(jid:jid(), message()) -> boolean().
is_for_user_of(Jid, Msg) ->
    {_, #party{bare = Recipient}} = parties(Msg),
    Recipient == (party(Jid))#party.bare andalso not is_own_echo(Msg, Jid).

%% A message to oneself comes back to the resource that sent it, which proves nothing.
-spec is_own_echo(message(), jid:jid()) -> boolean().
is_own_echo(#message{from = From}, Jid) ->
    jid:tolower(From) == jid:tolower(Jid).

%% Written is the message itself or what holds it.
-spec note_delivery(watch(), map(), {message(), Written :: message()}, ok | {error, term()}) -> map().
note_delivery(Watch, #{jid := Jid} = UpToNow, {#message{id = Id} = Msg, Written}, Result) ->
    {_, Recipient} = Parties = parties(Msg),
    C2SState = hide_if_late(Watch, UpToNow, Written, Parties),
    HasAcks = has_acks(C2SState),
    IsArchived = is_archived_for(Msg, Recipient),
    case Result of
        ok ->
            Details = [at_resource(Jid), [<<" sm=no">> || not HasAcks]],
            mod_receipts_hidden:note_sent(Watch, C2SState, Parties, Id, Details, IsArchived);
        _ when HasAcks -> note_kept(Watch, C2SState, {Parties, Id, IsArchived});
        _ -> note_lost(Watch, C2SState, Parties, Id, IsArchived)
    end,
    await_ack(C2SState, Written, {Parties, Id, origin(IsArchived, Msg == Written)}).

%% What a session that ends has not acknowledged is delivered anew, if it was not a copy.
-spec origin(boolean(), boolean()) -> origin().
origin(true, _) -> true;
origin(false, true) -> false;
origin(false, false) -> copied.

%% What the offline store hands out may be older than what its sender may know now.
-spec hide_if_late(watch(), map(), message(), parties()) -> map().
hide_if_late(Watch, C2SState, #message{meta = #{from_offline := true}}, Parties) ->
    mod_receipts_entitled:hide_if_taken_back(Watch, C2SState, Parties);
hide_if_late(_, C2SState, _, _) ->
    C2SState.

%% It waits in the queue of a session that is away. One that is just losing its connection will say
%% so of all that waits.
-spec note_kept(watch(), map(), awaited()) -> ok.
note_kept(Watch, #{mgmt_state := pending, jid := Jid} = C2SState, {Parties, Id, Kept})
  when is_boolean(Kept); Kept == fetched; Kept == copied ->
    Where = case Kept == true orelse Kept == fetched of true -> <<" where=archive">>; false -> <<" where=stream">> end,
    mod_receipts_hidden:note(Watch, C2SState, Parties, Id, kept, [at_resource(Jid), Where]);
note_kept(_, _, _) ->
    ok.

-spec note_lost(watch(), map(), parties(), binary(), boolean()) -> ok.
note_lost(Watch, #{jid := Jid} = C2SState, Parties, Id, true) ->
    mod_receipts_hidden:note(Watch, C2SState, Parties, Id, stored, [<<" where=archive">>, at_resource(Jid)]);
note_lost(Watch, #{jid := Jid} = C2SState, Parties, Id, false) ->
    mod_receipts_hidden:note(Watch, C2SState, Parties, Id, lost, at_resource(Jid)).

-spec at_resource(jid:jid()) -> iodata().
at_resource(#jid{lresource = Resource}) ->
    [<<" resource=">>, encode(Resource)].

-spec has_acks(map()) -> boolean().
has_acks(#{mgmt_state := active}) -> true;
has_acks(#{mgmt_state := pending}) -> true;
has_acks(_) -> false.

-spec note_error_written(watch(), map(), message(), ok | {error, term()}) -> ok.
note_error_written(Watch, _, Msg, ok) ->
    note_failed(Watch, Msg, <<" handed=yes">>);
note_error_written(Watch, C2SState, Msg, _) ->
    has_acks(C2SState) orelse note_failed(Watch, Msg, <<>>),
    ok.

%% An error that never arrives is of no use to the sender.
-spec await_error(map(), message()) -> map().
await_error(C2SState, #message{id = Id} = Msg) ->
    {Recipient, Sender} = parties(Msg),
    Kept = {failed, iolist_to_binary(error_details(xmpp:get_error(Msg)))},
    case mod_receipts_echoes:is_for_an_answer(Msg) of
        true -> C2SState;
        false -> await_ack(C2SState, Msg, {{Sender, Recipient}, Id, Kept})
    end.

%% The message in a result of the user's own archive (XEP-0313 section 4.2); anybody could send
%% something that looks like one.
-spec note_fetched(watch(), map(), message(), mam_result()) -> map().
note_fetched(Watch, #{jid := Jid} = C2SState, #message{from = From} = Result, #mam_result{sub_els = [#forwarded{} = Kept]}) ->
    #forwarded{sub_els = [Child | _], delay = Delay} = Kept,
    Msg = as_message(Child),
    IsOwn = jid:tolower(From) == jid:tolower(jid:remove_resource(Jid)),
    case IsOwn andalso is_recent(Delay) andalso is_record(Msg, message) andalso is_tracked_delivery(Msg) of
        true -> await_fetched(Watch, C2SState, Result, Msg);
        false -> C2SState
    end;
note_fetched(_, C2SState, _, _) ->
    C2SState.

-spec await_fetched(watch(), map(), message(), message()) -> map().
await_fetched(Watch, #{jid := Jid} = C2SState, Result, Msg) ->
    Parties = parties(Msg),
    case is_for_user_of(Jid, Msg) of
        true ->
            Hiding = mod_receipts_entitled:hide_if_taken_back(Watch, C2SState, Parties),
            await_ack(Hiding, Result, {Parties, Msg#message.id, fetched});
        false ->
            C2SState
    end.

-spec as_message(xmpp_element() | fxml:xmlel()) -> xmpp_element() | none.
as_message(#xmlel{} = Child) ->
    try xmpp:decode(Child, ?NS_CLIENT, [ignore_els])
    catch error:{xmpp_codec, _} -> none
    end;
as_message(Child) ->
    Child.

-spec is_recent(delay() | undefined) -> boolean().
is_recent(#delay{stamp = {Mega, Seconds, _}}) ->
    Mega * 1000000 + Seconds > os:system_time(second) - ?MAX_ARCHIVE_AGE;
is_recent(_) ->
    false.

%% What waits for an acknowledgement, by the number that the stream gave it. It is in the state of the
%% session and goes with it when it is resumed; it never holds more than the queue of the stream. An
%% upgrade finds what the older version has put there: its form has to stay.
-spec await_ack(map(), message(), awaited()) -> map().
await_ack(#{mgmt_stanzas_out := Number} = C2SState, #message{meta = Meta}, {Parties, Id, Kept}) ->
    case has_acks(C2SState) andalso not maps:get(mgmt_is_resent, Meta, false) of
        true ->
            Unacked = maps:get(receipts_unacked, C2SState, queue:new()),
            C2SState#{receipts_unacked => queue:in({Number, Parties, Id, Kept}, Unacked)};
        false ->
            C2SState
    end;
await_ack(C2SState, _, _) ->
    C2SState.

-spec unacked(queue:queue()) -> [unacked()].
unacked(Queue) ->
    [in_present_form(Awaited) || Awaited <- queue:to_list(Queue)].

%% COMPAT sessions that are older than an upgrade in place: the first version knew no nicknames
-spec in_present_form(tuple()) -> unacked().
in_present_form({Number, {Sender, Recipient}, Id, Kept}) ->
    {Number, {with_nick(Sender), with_nick(Recipient)}, Id, Kept}.

-spec with_nick(tuple()) -> party().
with_nick({party, Bare, User, Server}) -> #party{bare = Bare, user = User, server = Server};
with_nick(#party{} = Party) -> Party.

%% Before mod_stream_mgmt forgets what is acknowledged.
-spec c2s_handle_recv(map(), fxml:xmlel(), xmpp_element()) -> map().
c2s_handle_recv(#{receipts_unacked := _, mgmt_stanzas_out := Sent} = C2SState, _, #sm_a{h = Handled})
  when Handled =< Sent ->
    note_acked(C2SState, fun(Number) -> (Handled - Number) band 16#FFFFFFFF < 16#80000000 end);
c2s_handle_recv(C2SState, _, _) ->
    C2SState.

%% The session has lost its connection: what it did not acknowledge is kept until it resumes.
-spec c2s_session_pending(map()) -> map().
c2s_session_pending(#{lserver := Host, receipts_unacked := Queue} = C2SState) ->
    case watch(Host) of
        none -> ok;
        Watch -> guarded(Host, fun() -> note_all_kept(Watch, C2SState, unacked(Queue)) end, ok)
    end,
    C2SState;
c2s_session_pending(C2SState) ->
    C2SState.

-spec note_all_kept(watch(), map(), [unacked()]) -> ok.
note_all_kept(Watch, C2SState, Unacked) ->
    [note_kept(Watch, C2SState, {Parties, Id, Kept}) || {_, Parties, Id, Kept} <- Unacked],
    ok.

-spec c2s_copy_session(map(), map()) -> map().
c2s_copy_session(C2SState, #{receipts_unacked := Unacked} = OldState) ->
    mod_receipts_hidden:copy_session(C2SState#{receipts_unacked => Unacked}, OldState);
c2s_copy_session(C2SState, OldState) ->
    mod_receipts_hidden:copy_session(C2SState, OldState).

%% What the queue does not hold any more has been acknowledged by the resumption.
-spec c2s_session_resumed(map()) -> map().
c2s_session_resumed(#{receipts_unacked := _, mgmt_queue := Queue} = C2SState) ->
    Held = p1_queue:foldl(fun({Number, _, _}, Numbers) -> Numbers#{Number => true} end, #{}, Queue),
    note_acked(C2SState, fun(Number) -> not maps:is_key(Number, Held) end);
c2s_session_resumed(C2SState) ->
    C2SState.

-spec note_acked(map(), fun((non_neg_integer()) -> boolean())) -> map().
note_acked(#{lserver := Host} = C2SState, IsAcked) ->
    case watch(Host) of
        none -> maps:remove(receipts_unacked, C2SState);
        Watch -> guarded(Host, fun() -> pop_acked(Watch, C2SState, IsAcked) end, C2SState)
    end.

-spec pop_acked(watch(), map(), fun((non_neg_integer()) -> boolean())) -> map().
pop_acked(Watch, #{receipts_unacked := Queue, jid := Jid} = C2SState, IsAcked) ->
    case queue:peek(Queue) of
        {value, Oldest} ->
            {Number, Parties, Id, Kept} = in_present_form(Oldest),
            case IsAcked(Number) of
                true ->
                    C2SState1 = case is_tuple(Kept) of
                                    true ->
                                        C2SState;
                                    false ->
                                        mod_receipts_hidden:note_acked(Watch, C2SState, Parties, Id, at_resource(Jid))
                                end,
                    pop_acked(Watch, C2SState1#{receipts_unacked => queue:drop(Queue)}, IsAcked);
                false ->
                    C2SState
            end;
        empty ->
            maps:remove(receipts_unacked, C2SState)
    end.

%% Runs before mod_stream_mgmt (50) resends unacknowledged messages. If another resource is online, a
%% message in the archive is not sent again.
-spec c2s_terminated(map(), term()) -> map().
c2s_terminated(#{mgmt_state := resumed} = C2SState, _) ->
    C2SState;
c2s_terminated(#{lserver := Host, receipts_unacked := Queue} = C2SState, _) ->
    case watch(Host) of
        none -> ok;
        Watch ->
            end_in_good_order(),
            guarded(Host, fun() -> note_unacked(Watch, C2SState, unacked(Queue)) end, ok)
    end,
    C2SState;
c2s_terminated(C2SState, _) ->
    C2SState.

%% A server that stops tells its sessions to end, and kills those that are not done at once: also one
%% whose message the offline store has just taken, before our hook behind it sees that. One that handles
%% exit signals has five seconds.
-spec end_in_good_order() -> ok.
end_in_good_order() ->
    _ = process_flag(trap_exit, true),
    ok.

-spec note_unacked(watch(), map(), [unacked()]) -> ok.
note_unacked(#watch{delivered = Delivered} = Watch, C2SState, Unacked) ->
    [note_lost(Watch, C2SState, Parties, Id, Origin == true)
     || {_, Parties, Id, Origin} <- Unacked, Origin == true orelse Origin == copied],
    [mod_receipts_fact:note(Watch, Parties, Id, failed, Details) || {_, Parties, Id, {failed, Details}} <- Unacked,
                                                is_usable_id(Id), not ets:member(Delivered, Id)],
    ok.
