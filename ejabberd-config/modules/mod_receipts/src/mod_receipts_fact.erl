%%% The facts that hooks report, on their way to the process of the host.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_fact).

-export([note/5, note_unseen/5, note_answers/3, reportable/2, note_failed/3, error_details/1, condition/1]).

-import(mod_receipts_address, [parties/1, is_usable_id/1]).

-include("mod_receipts.hrl").

-define(MAX_ANSWERS, 16). % of one message

%% No message from or to the component is reported: a receipt is never the reason for another.
-spec note(watch(), parties(), binary(), kind(), iodata()) -> ok.
note(#watch{component = Component}, {#party{server = From}, #party{server = To}}, _, _, _)
  when From == Component; To == Component ->
    ok;
note(Watch, {#party{bare = Sender}, Recipient}, Id, Kind, Details) ->
    Key = {Sender, recipient(Recipient), Id},
    mod_receipts_handover:give({fact, os:system_time(microsecond), Key, Kind, iolist_to_binary(Details)}, Watch).

-spec recipient(party()) -> bare() | {bare(), Nick :: binary()}.
recipient(#party{bare = Bare, nick = <<>>}) -> Bare;
recipient(#party{bare = Bare, nick = Nick}) -> {Bare, Nick}.

-spec note_unseen(watch(), parties(), binary(), kind(), iodata()) -> ok.
note_unseen(Watch, Parties, Id, Kind, Details) ->
    note(Watch, Parties, Id, unseen, [<<" of=">>, atom_to_binary(Kind, utf8), Details]).

-spec note_answers(watch(), parties(), [answer()]) -> ok.
note_answers(Watch, Parties, Answers) ->
    [note(Watch, Parties, Id, Kind, <<>>) || {Kind, Id} <- reportable(Watch, Answers)],
    ok.

%% Those of one message. What is left out is counted.
-spec reportable(watch(), [answer()]) -> [answer()].
reportable(#watch{host = Host}, Answers) ->
    {Usable, NoId} = lists:partition(fun({_, Id}) -> is_usable_id(Id) end, Answers),
    {First, Beyond} = lists:split(min(?MAX_ANSWERS, length(Usable)), Usable),
    [mod_receipts_counts:add('unreported-no-id', Host) || _ <- NoId],
    [mod_receipts_counts:add('unreported-too-many', Host) || _ <- Beyond],
    First.

%% An error says no more of what it answers than the id (RFC 6120 section 8.3.1): all are reported
%% but those for answers of clients. None to a host, which never asked for a receipt.
-spec note_failed(watch(), message(), binary()) -> ok.
note_failed(_, #message{to = #jid{luser = <<>>}}, _) ->
    ok;
note_failed(#watch{delivered = Delivered} = Watch, #message{id = Id} = Msg, Details) ->
    {Recipient, Sender} = parties(Msg),
    case is_usable_id(Id) andalso not ets:member(Delivered, Id) andalso not mod_receipts_echoes:is_for_an_answer(Msg) of
        true -> note(Watch, {Sender, Recipient}, Id, failed, [error_details(xmpp:get_error(Msg)), Details]);
        false -> ok
    end.

-spec error_details(stanza_error() | undefined) -> iodata().
error_details(#stanza_error{type = Type, reason = Reason}) ->
    [<<" condition=">>, condition(Reason), <<" type=">>, atom_to_binary(Type, utf8)];
error_details(undefined) ->
    <<" condition=undefined-condition type=cancel">>.

-spec condition(atom() | tuple() | undefined) -> binary().
condition(undefined) -> <<"undefined-condition">>;
condition(#gone{}) -> <<"gone">>;
condition(#redirect{}) -> <<"redirect">>;
condition(Reason) -> atom_to_binary(Reason, utf8).
