%%% What a message says: does it ask, does it answer, and is it tracked?
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_message).

-export([survey/1, is_answer/1, mark/2, is_tracked/2, why_untracked/2, is_from_room/2, is_tracked_delivery/1, is_tracked_delivery/2,
         is_archived_for/2]).

-import(mod_receipts_address, [pair/1, is_local/1, is_usable_id/1]).

-include("mod_receipts.hrl").

-define(NS_REPORT, <<"xmpp-receipts:1">>).
-define(NS_MARKERS, <<"urn:xmpp:chat-markers:0">>).
-define(NS_EVENTS, <<"jabber:x:event">>).

%% Looks at the message's own children only, which leaves out carbons and archive results.
-spec survey(message()) -> look().
survey(#message{id = Id, sub_els = Children, body = Bodies}) ->
    IsWritten = lists:any(fun(#text{data = Data}) -> Data =/= <<>> end, Bodies),
    Look = lists:foldl(fun survey_child/2, #look{content = IsWritten}, Children),
    Look#look{answers = lists:reverse([with_id(Answer, Id) || Answer <- Look#look.answers])}.

%% Version 1.0 of XEP-0184 has no id there: the answer itself has that of the message.
-spec with_id(answer(), binary()) -> answer().
with_id({received, <<>>}, Id) -> {received, Id};
with_id(Answer, _) -> Answer.

-spec survey_child(xmpp_element() | fxml:xmlel(), look()) -> look().
survey_child(#xmlel{name = Name, attrs = Attrs} = Child, Look) ->
    meaning(Name, fxml:get_attr_s(<<"xmlns">>, Attrs), Child, Look);
survey_child(#stanza_id{by = #jid{luser = User, lserver = Server}}, #look{archived = Archived} = Look) ->
    Look#look{archived = [<<User/binary, $@, Server/binary>> | Archived]};
survey_child(Child, Look) ->
    survey_child(xmpp:encode(Child), Look).

-spec meaning(binary(), binary(), fxml:xmlel(), look()) -> look().
meaning(<<"request">>, ?NS_RECEIPTS, _, Look) ->
    Look#look{asks = true};
meaning(<<"encrypted">>, NS, Child, #look{content = HasContent} = Look) ->
    Look#look{content = HasContent orelse not is_omemo(NS) orelse has_payload(Child)};
meaning(<<"openpgp">>, <<"urn:xmpp:openpgp:0">>, _, Look) ->
    Look#look{content = true};
meaning(<<"file-sharing">>, <<"urn:xmpp:sfs:0">>, _, Look) ->
    Look#look{content = true};
meaning(<<"received">>, NS, Child, Look) when NS == ?NS_RECEIPTS; NS == ?NS_MARKERS ->
    add_answer(received, Child, Look);
meaning(<<"displayed">>, ?NS_MARKERS, Child, Look) ->
    add_answer(displayed, Child, Look);
meaning(<<"acknowledged">>, ?NS_MARKERS, _, Look) ->
    Look#look{exempt = true, acknowledged = true};
meaning(<<"x">>, NS, Child, Look) ->
    meaning_of_x(NS, Child, Look);
meaning(<<"stanza-id">>, <<"urn:xmpp:sid:0">>, Child, #look{archived = Archived} = Look) ->
    Look#look{archived = [fxml:get_tag_attr_s(<<"by">>, Child) | Archived]};
meaning(Name, NS, Child, #look{details = Details} = Look) ->
    case {is_exempt(Name, NS), is_detail(Name, NS)} of
        {true, _} -> Look#look{exempt = true};
        {_, true} -> Look#look{details = [Child | Details]};
        _ -> Look
    end.

-spec meaning_of_x(binary(), fxml:xmlel(), look()) -> look().
meaning_of_x(<<"jabber:x:encrypted">>, _, Look) ->
    Look#look{content = true};
meaning_of_x(<<"jabber:x:oob">>, Child, #look{content = HasContent} = Look) ->
    Look#look{content = HasContent orelse fxml:get_subtag(Child, <<"url">>) =/= false};
meaning_of_x(<<"http://jabber.org/protocol/muc#user">>, _, Look) ->
    Look#look{in_room = true};
meaning_of_x(?NS_EVENTS, Child, #look{events = Events} = Look) ->
    Look#look{events = event_answers(Child) ++ Events};
meaning_of_x(_, _, Look) ->
    Look.

-spec is_omemo(binary()) -> boolean().
is_omemo(<<"eu.siacs.conversations.axolotl">>) -> true;
is_omemo(<<"urn:xmpp:omemo:", _/binary>>) -> true;
is_omemo(_) -> false.

%% XEP-0384: without a payload it only exchanges keys, and nobody has written anything.
-spec has_payload(fxml:xmlel()) -> boolean().
has_payload(Child) -> fxml:get_subtag(Child, <<"payload">>) =/= false.

%% XEP-0353, XEP-0482: to the caller's client an answer means "it rings", so we never give one.
-spec is_exempt(binary(), binary()) -> boolean().
is_exempt(<<"propose">>, <<"urn:xmpp:jingle-message:", _/binary>>) -> true;
is_exempt(<<"invite">>, <<"urn:xmpp:call-invites:0">>) -> true;
is_exempt(<<"retract">>, _) -> true;
is_exempt(<<"apply-to">>, <<"urn:xmpp:fasten:0">>) -> true;
is_exempt(<<"reactions">>, <<"urn:xmpp:reactions:0">>) -> true;
is_exempt(_, _) -> false.

-spec is_detail(binary(), binary()) -> boolean().
is_detail(<<"markable">>, ?NS_MARKERS) -> true;
is_detail(<<"origin-id">>, <<"urn:xmpp:sid:0">>) -> true;
is_detail(<<"report">>, ?NS_REPORT) -> true;
is_detail(_, _) -> false.

-spec add_answer(received | displayed, fxml:xmlel(), look()) -> look().
add_answer(Kind, Child, #look{answers = Answers} = Look) ->
    Look#look{answers = [{Kind, fxml:get_tag_attr_s(<<"id">>, Child)} | Answers]}.

%% XEP-0022 section 3: with an id it is an answer, without one it asks.
-spec event_answers(fxml:xmlel()) -> [{received | displayed, binary()}].
event_answers(Child) ->
    case fxml:get_subtag(Child, <<"id">>) of
        false -> [];
        Id -> [{Kind, fxml:get_tag_cdata(Id)}
               || {Name, Kind} <- [{<<"delivered">>, received}, {<<"displayed">>, displayed}],
                  fxml:get_subtag(Child, Name) =/= false]
    end.

%% Does the child answer a message, or say that the user has dealt with it?
-spec is_answer(xmpp_element() | fxml:xmlel()) -> boolean().
is_answer(Child) ->
    case survey_child(Child, #look{}) of
        #look{answers = [], events = [], acknowledged = false} -> false;
        _ -> true
    end.

%% The mark of a message says what is known of it already; nothing on the wire can make it.
-spec mark(message(), term()) -> message().
mark(#message{meta = Meta} = Msg, Mark) ->
    Msg#message{meta = Meta#{receipts => Mark}}.

-spec is_tracked(message(), look()) -> boolean().
is_tracked(Msg, #look{asks = Asks} = Look) ->
    Asks andalso why_untracked_at_all(Msg, Look) == none.

%% Why a message that asks for a receipt is not tracked on its way to the recipient; none: it is.
-spec why_untracked(message(), look()) -> untracked() | none.
why_untracked(Msg, Look) ->
    case why_untracked_at_all(Msg, Look) of
        none -> case is_from_room(Msg, Look) of
                    true -> 'from-room';
                    false -> none
                end;
        Why -> Why
    end.

-spec why_untracked_at_all(message(), look()) -> untracked() | none.
why_untracked_at_all(_, #look{exempt = true}) -> exempt;
why_untracked_at_all(_, #look{answers = [_ | _]}) -> answers;
why_untracked_at_all(_, #look{content = false}) -> 'no-content';
why_untracked_at_all(#message{id = Id}, _) ->
    case is_usable_id(Id) of
        true -> none;
        false -> 'no-id'
    end.

%% XEP-0045 section 7.5: on its way out of a room a private message has other addresses than on its
%% way in. Only the way in is tracked.
-spec is_from_room(message(), look()) -> boolean().
is_from_room(_Msg, #look{in_room = false}) -> false;
is_from_room(#message{from = #jid{lserver = Server}}, _) -> not is_local(Server).

%% A room sends on what it gets, with all our marks and other addresses: then it is looked at anew.
-spec is_tracked_delivery(message()) -> boolean().
is_tracked_delivery(#message{type = Type}) when not ?is_conversation(Type) ->
    false;
is_tracked_delivery(#message{meta = #{receipts := {passed, IsTracked, Pair}}, from = #jid{lserver = Server}} = Msg) ->
    case pair(Msg) == Pair of
        true -> IsTracked andalso (is_local(Server) orelse is_tracked_delivery(Msg, survey(Msg)));
        false -> is_tracked_delivery(Msg, survey(Msg))
    end;
is_tracked_delivery(#message{meta = #{receipts := Mark}}) when Mark == untracked; Mark == delivered ->
    false;
is_tracked_delivery(Msg) ->
    is_tracked_delivery(Msg, survey(Msg)).

-spec is_tracked_delivery(message(), look()) -> boolean().
is_tracked_delivery(Msg, Look) ->
    is_tracked(Msg, Look) andalso not is_from_room(Msg, Look).

%% The server's own word, and the archive's mark for that user: anybody could send one of the two.
-spec is_archived_for(message(), party()) -> boolean().
is_archived_for(Msg, #party{bare = Bare} = Recipient) ->
    is_mark_ours(Msg, Recipient) andalso lists:member(Bare, (survey(Msg))#look.archived).

%% What was stored has lost the server's word, but mod_mam had removed the marks of others before.
-spec is_mark_ours(message(), party()) -> boolean().
is_mark_ours(#message{meta = #{mam_archived := true}}, _) -> true;
is_mark_ours(#message{meta = #{from_offline := true}}, #party{server = Server}) -> gen_mod:is_loaded(Server, mod_mam);
is_mark_ours(_, _) -> false.
