%%% What clients send: answers that the recipient does not allow are stopped here.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_client).

-export([user_send_packet/1]).

-import(mod_receipts_hook, [watch/1, guarded/3]).
-import(mod_receipts_address, [parties/1]).
-import(mod_receipts_message, [survey/1, mark/2]).
-import(mod_receipts_answers, [are_on_top/1, are_wrapped_in/1, taken_out_of/1]).

-include("mod_receipts.hrl").

-define(NS_MARKERS, <<"urn:xmpp:chat-markers:0">>).
-define(NS_FALLBACK, <<"urn:xmpp:fallback:0">>).

%% Runs after carbons and archive (up to 89), so that the user's own devices have what is stopped
%% here. Administrators' commands and mod_privilege run this hook too: only sessions are looked at.
%% All who are in a room get what is said there. A device takes the same type at its full address
%% (RFC 6121 section 8.5.3.1).
-spec user_send_packet({stanza() | drop, map()}) ->
          {stanza() | drop, map()} | {stop, {stanza() | drop, map()}}.
user_send_packet({#message{type = groupchat, to = #jid{lresource = <<>>}}, _} = Acc) ->
    Acc;
user_send_packet({#message{from = #jid{lserver = Host}} = Msg, #{sid := _} = C2SState} = Acc) ->
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
    case why_stopped(Watch, Msg, Look) of
        none ->
            {mark_sent(Msg, Look), C2SState};
        Why ->
            mod_receipts_counts:add(Why, Watch#watch.host),
            guarded(Watch#watch.host, fun() -> note_withheld(Watch, C2SState, Msg, Look) end, ok),
            send_rest(taken_out_of(Msg), C2SState)
    end.

%% Most messages of most servers ask nothing and answer nothing: they are looked at once.
-spec mark_sent(message(), look()) -> message().
mark_sent(#message{type = error} = Msg, _) -> Msg;
mark_sent(Msg, #look{asks = false, answers = []}) -> mark(Msg, untracked);
mark_sent(Msg, #look{answers = []} = Look) -> mark(Msg, {client, Look});
mark_sent(#message{from = #jid{lserver = Host}} = Msg, Look) ->
    guarded(Host, fun() -> mod_receipts_echoes:expect(Msg) end, ok),
    mark(Msg, {client, Look}).

-spec send_rest(message(), map()) -> {message(), map()} | {stop, {drop, map()}}.
send_rest(Rest, C2SState) ->
    case has_more(Rest) of
        true -> {mark_sent(Rest, survey(Rest)), C2SState};
        false -> {stop, {drop, C2SState}}
    end.

-spec why_stopped(watch(), message(), look()) -> stop_count() | none.
why_stopped(Watch, Msg, Look) ->
    case are_on_top(Look) orelse are_wrapped_in(Msg) of
        true -> why_forbidden(Watch, Msg);
        false -> none
    end.

%% It is one stanza: what is forbidden for one contact is forbidden for all.
-spec why_forbidden(watch(), message()) -> stop_count() | none.
why_forbidden(Watch, Msg) ->
    {Own, _} = parties(Msg),
    [Policy | OfNamed] = [mod_receipts_policies:policy_for_answer(Watch, Own, Contact)
                          || Contact <- mod_receipts_named:contacts(Msg)],
    case {Policy, [Stops || Stops <- OfNamed, Stops == manual orelse Stops == refuse]} of
        {manual, _} -> 'stopped-manual';
        {refuse, _} -> 'stopped-refuse';
        {_, [manual | _]} -> 'stopped-manual-named';
        {_, [refuse | _]} -> 'stopped-refuse-named';
        {_, []} -> none
    end.

%% What an error echoes, or what is wrapped in something else, may be anybody's answer.
-spec note_withheld(watch(), map(), message(), look()) -> ok.
note_withheld(_, _, #message{type = error} = Msg, _) ->
    mod_receipts_echoes:remember(Msg);
note_withheld(Watch, C2SState, Msg, #look{answers = Answers, events = Events}) ->
    {Recipient, Sender} = parties(Msg),
    [mod_receipts_hidden:note(Watch, C2SState, {Sender, Recipient}, Id, Kind, <<" withheld=yes">>)
     || {Kind, Id} <- mod_receipts_fact:reportable(Watch, Answers ++ Events)],
    ok.

%% Is there anything that says more than what accompanies an answer?
-spec has_more(message()) -> boolean().
has_more(#message{body = Body, subject = Subject, sub_els = Children}) ->
    lists:any(fun(#text{data = Data}) -> Data =/= <<>> end, Body ++ Subject)
        orelse lists:any(fun(Child) -> not is_accompaniment(Child) end, Children).

-spec is_accompaniment(xmpp_element() | fxml:xmlel()) -> boolean().
is_accompaniment(#carbons_private{}) ->
    true;
is_accompaniment(#xmlel{name = <<"private">>} = Child) ->
    fxml:get_tag_attr_s(<<"xmlns">>, Child) == ?NS_CARBONS_2;
is_accompaniment(Child) ->
    lists:member(xmpp:get_ns(Child), [<<"urn:xmpp:hints">>, <<"urn:xmpp:sid:0">>, <<"urn:xmpp:delay">>,
                                      <<"urn:xmpp:mam:tmp">>, <<"urn:xmpp:eme:0">>,
                                      <<"http://jabber.org/protocol/nick">>,
                                      <<"http://jabber.org/protocol/address">>, ?NS_FALLBACK, ?NS_RECEIPTS, ?NS_MARKERS]).
