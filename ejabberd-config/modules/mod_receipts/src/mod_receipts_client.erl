%%% What clients send: answers that the recipient does not allow are stopped here.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_client).

-export([user_send_packet/1]).

-import(mod_receipts_hook, [watch/1, guarded/3]).
-import(mod_receipts_address, [parties/1]).
-import(mod_receipts_message, [survey/1, is_answer/1, mark/2]).

-include("mod_receipts.hrl").

-define(NS_MARKERS, <<"urn:xmpp:chat-markers:0">>).
-define(NS_FALLBACK, <<"urn:xmpp:fallback:0">>).

%% Runs after carbons and archive (up to 89), so that the user's own devices have what is stopped
%% here. Administrators' commands and mod_privilege run this hook too: only sessions are looked at.
-spec user_send_packet({stanza() | drop, map()}) ->
          {stanza() | drop, map()} | {stop, {stanza() | drop, map()}}.
user_send_packet({#message{type = Type, from = #jid{lserver = Host}} = Msg, #{sid := _} = C2SState} = Acc)
  when Type =/= error, Type =/= groupchat ->
    case watch(Host) of
        none -> Acc;
        Watch -> guarded(Host, fun() -> send_from_client(Watch, Msg, C2SState) end, Acc)
    end;
user_send_packet({#presence{type = available, from = #jid{lserver = Host}, to = To} = Presence, #{sid := _}} = Acc) ->
    case xmpp:has_subtag(Presence, #muc{}) of
        true -> guarded(Host, fun() -> mod_receipts_rooms:learn(To), Acc end, Acc);
        false -> Acc
    end;
user_send_packet(Acc) ->
    Acc.

%% Decided before anything is reported, so that no failure to report lets an answer through.
-spec send_from_client(watch(), message(), map()) -> {message(), map()} | {stop, {drop, map()}}.
send_from_client(Watch, Msg, C2SState) ->
    Look = survey(Msg),
    case is_stopped(Watch, Msg, Look) of
        false ->
            {mark_sent(Msg, Look), C2SState};
        true ->
            guarded(Watch#watch.host, fun() -> note_withheld(Watch, Msg, Look) end, ok),
            send_rest(without_answers(Msg), C2SState)
    end.

%% Most messages of most servers ask nothing and answer nothing: they are looked at once.
-spec mark_sent(message(), look()) -> message().
mark_sent(Msg, #look{asks = false, answers = []}) -> mark(Msg, untracked);
mark_sent(Msg, Look) -> mark(Msg, {client, Look}).

-spec send_rest(message(), map()) -> {message(), map()} | {stop, {drop, map()}}.
send_rest(Rest, C2SState) ->
    case has_more(Rest) of
        true -> {mark_sent(Rest, survey(Rest)), C2SState};
        false -> {stop, {drop, C2SState}}
    end.

-spec is_stopped(watch(), message(), look()) -> boolean().
is_stopped(_, _, #look{answers = [], events = [], acknowledged = false}) ->
    false;
is_stopped(Watch, Msg, _) ->
    {Own, Contact} = parties(Msg),
    Policy = mod_receipts_policies:policy(Watch, Own, Contact),
    Policy == manual orelse Policy == refuse.

-spec note_withheld(watch(), message(), look()) -> ok.
note_withheld(Watch, Msg, #look{answers = Answers, events = Events}) ->
    {Recipient, Sender} = parties(Msg),
    mod_receipts_fact:note_answers(Watch, {Sender, Recipient}, Answers ++ Events, <<" withheld=yes">>).

-spec without_answers(message()) -> message().
without_answers(#message{sub_els = Children} = Msg) ->
    Rest = Msg#message{sub_els = [Child || Child <- Children, not is_answer(Child)]},
    case lists:any(fun is_in_words/1, Children) of
        true -> Rest#message{body = [], subject = []};
        false -> Rest
    end.

%% XEP-0428: the body only says the answer again.
-spec is_in_words(xmpp_element() | fxml:xmlel()) -> boolean().
is_in_words(#xmlel{name = <<"fallback">>} = Child) ->
    For = fxml:get_tag_attr_s(<<"for">>, Child),
    fxml:get_tag_attr_s(<<"xmlns">>, Child) == ?NS_FALLBACK andalso (For == ?NS_RECEIPTS orelse For == ?NS_MARKERS);
is_in_words(#xmlel{}) ->
    false;
is_in_words(Child) ->
    is_in_words(xmpp:encode(Child)).

%% Is there anything that says more than what accompanies an answer?
-spec has_more(message()) -> boolean().
has_more(#message{body = Body, subject = Subject, sub_els = Children}) ->
    lists:any(fun(#text{data = Data}) -> Data =/= <<>> end, Body ++ Subject)
        orelse lists:any(fun(Child) -> not is_accompaniment(Child) end, Children).

-spec is_accompaniment(xmpp_element() | fxml:xmlel()) -> boolean().
is_accompaniment(Child) ->
    lists:member(xmpp:get_ns(Child), [<<"urn:xmpp:hints">>, <<"urn:xmpp:sid:0">>, <<"urn:xmpp:carbons:2">>,
                                      <<"urn:xmpp:delay">>, <<"urn:xmpp:mam:tmp">>, <<"urn:xmpp:eme:0">>,
                                      <<"http://jabber.org/protocol/nick">>, ?NS_FALLBACK, ?NS_RECEIPTS, ?NS_MARKERS]).
