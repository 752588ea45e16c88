%%% What the router passes on: accepted, answered, relayed to a component, failed.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_router).

-export([filter_packet/1]).

-import(mod_receipts_hook, [watch/1, guarded/3]).
-import(mod_receipts_address, [parties/1, pair/1, is_local/1]).
-import(mod_receipts_message, [survey/1, mark/2, is_tracked/2, why_untracked/2, is_tracked_delivery/1,
                               is_tracked_delivery/2]).

-include("mod_receipts.hrl").

%% A message comes by here once more for each attempt to deliver it: its mark says that it is known.
-spec filter_packet(stanza() | drop) -> stanza() | drop.
filter_packet(#message{type = Type, meta = #{receipts := {client, Look}}, from = #jid{lserver = Host}} = Msg)
  when ?is_conversation(Type) ->
    guarded(Host, fun() -> pass_from_client(Msg, Look) end, Msg);
filter_packet(#message{meta = #{receipts := {passed, _, Pair}} = Meta, type = Type} = Msg) when Type =/= error ->
    case pair(Msg) == Pair of
        true -> Msg;
        false -> filter_packet(Msg#message{meta = maps:remove(receipts, Meta)})
    end;
filter_packet(#message{meta = #{receipts := Mark}, type = Type} = Msg)
  when Type =/= error, (Mark == untracked orelse Mark == delivered) ->
    Msg;
filter_packet(#message{type = Type, to = #jid{lserver = Host}} = Msg) when ?is_conversation(Type) ->
    case watch(Host) of
        none -> filter_from_server(Msg);
        Watch -> guarded(Host, fun() -> pass_from_elsewhere(Watch, Msg) end, Msg)
    end;
filter_packet(#message{type = error, meta = Meta, to = #jid{lserver = Host}} = Msg) ->
    case Meta of
        #{receipts := Mark} when Mark == failed; Mark == delivered -> Msg;
        _ -> guarded(Host, fun() -> pass_error(Msg) end, Msg)
    end;
filter_packet(Acc) ->
    Acc.

%% What the server itself sends to another one for a user of ours, for instance by the command
%% send_stanza, has passed no session.
-spec filter_from_server(message()) -> message().
filter_from_server(#message{from = #jid{luser = User, lserver = Host}} = Msg) when User =/= <<>> ->
    case watch(Host) of
        none -> Msg;
        _ -> guarded(Host, fun() -> pass_from_client(Msg, survey(Msg)) end, Msg)
    end;
filter_from_server(Msg) ->
    Msg.

-spec pass_from_client(message(), look()) -> message().
pass_from_client(#message{from = #jid{lserver = Host}, to = To} = Msg, Look) ->
    Look#look.in_room andalso mod_receipts_rooms:learn(To),
    {_, #party{server = Server}} = Parties = parties(Msg),
    Here = watch(Host),
    note_passing(Here, Msg, Look, Parties),
    IsTracked = is_tracked(Msg, Look),
    case Server =/= Host andalso watch(Server) of
        false -> ok;
        none -> IsTracked andalso note_taken_by_component(Here, Msg, Parties);
        There -> note_passing(There, Msg, Look, Parties)
    end,
    mark(Msg, {passed, IsTracked, pair(Msg)}).

-spec pass_from_elsewhere(watch(), message()) -> message().
pass_from_elsewhere(_Watch, #message{meta = #{from_offline := true}} = Msg) ->
    mark(Msg, {passed, is_tracked_delivery(Msg), pair(Msg)});
pass_from_elsewhere(Watch, Msg) ->
    case is_delivered_by_us(Msg) of
        true -> mark(Msg, delivered);
        false -> pass_newcomer(Watch, Msg, survey(Msg))
    end.

%% What a BOSH client never asked for is routed once more when its session ends, as it was written:
%% without our marks.
-spec is_delivered_by_us(message()) -> boolean().
is_delivered_by_us(#message{id = Id, from = #jid{lserver = Host}}) ->
    case watch(Host) of
        none -> false;
        #watch{delivered = Delivered} -> ets:member(Delivered, Id)
    end.

-spec pass_newcomer(watch(), message(), look()) -> message().
pass_newcomer(_, Msg, #look{asks = false, answers = []}) ->
    mark(Msg, untracked);
pass_newcomer(Watch, Msg, Look) ->
    note_passing(Watch, Msg, Look, parties(Msg)),
    mark(Msg, {passed, is_tracked_delivery(Msg, Look), pair(Msg)}).

-spec note_passing(watch() | none, message(), look(), parties()) -> ok.
note_passing(none, _, _, _) ->
    ok;
note_passing(_, _, #look{asks = false, answers = []}, _) ->
    ok;
note_passing(Watch, Msg, #look{answers = []} = Look, Parties) ->
    case why_untracked(Msg, Look) of
        none -> mod_receipts_accepted:note(Watch, Msg, Look, Parties);
        Why -> count_untracked(Watch, Why)
    end;
note_passing(Watch, Msg, #look{answers = Answers} = Look, {Recipient, Sender}) ->
    Look#look.asks andalso count_untracked(Watch, why_untracked(Msg, Look)),
    mod_receipts_fact:note_answers(Watch, {Sender, Recipient}, Answers). % what is answered went the other way

-spec count_untracked(watch(), untracked()) -> ok.
count_untracked(#watch{host = Host}, Why) ->
    mod_receipts_counts:add(count_name(Why), Host).

-spec count_name(untracked()) -> count_name().
count_name(exempt) -> 'untracked-exempt';
count_name(answers) -> 'untracked-answers';
count_name('no-content') -> 'untracked-no-content';
count_name('no-id') -> 'untracked-no-id';
count_name('from-room') -> 'untracked-from-room'.

%% Another component of this server: an internal one takes every stanza, an external one only while
%% it is connected.
-spec note_taken_by_component(watch() | none, message(), parties()) -> ok.
note_taken_by_component(none, _, _) ->
    ok;
note_taken_by_component(Watch, #message{id = Id}, {_, #party{server = Server}} = Parties) ->
    case not is_local(Server) andalso ejabberd_router:is_my_route(Server) of
        true -> mod_receipts_fact:note(Watch, Parties, Id, relayed, <<>>);
        false -> ok
    end.

%% An error for a session of the sender is reported when it is written, not here.
-spec pass_error(message()) -> message().
pass_error(#message{to = To, from = From} = Msg) ->
    case {watch(To#jid.lserver), watch(From#jid.lserver)} of
        {none, none} -> ok;
        {none, Watch} -> mod_receipts_fact:note_failed(Watch, Msg, <<>>);
        {Watch, _} -> has_session(To) orelse mod_receipts_fact:note_failed(Watch, Msg, <<>>)
    end,
    mark(Msg, failed).

-spec has_session(jid:jid()) -> boolean().
has_session(#jid{lresource = <<>>}) -> false;
has_session(#jid{luser = User, lserver = Server, lresource = Resource}) ->
    is_pid(ejabberd_sm:get_session_pid(User, Server, Resource)).
