%%% Where the answers of a message are, on top of it or wrapped in it, and what is left without them.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_answers).

-export([are_on_top/1, are_wrapped_in/1, taken_out_of/1]).

-import(mod_receipts_message, [is_answer/1]).

-include("mod_receipts.hrl").

-define(NS_MARKERS, <<"urn:xmpp:chat-markers:0">>).
-define(NS_FALLBACK, <<"urn:xmpp:fallback:0">>).
-define(MAX_DEPTH, 8). % of wrappers around an answer: no client uses more than a carbon copy has

-spec are_on_top(look()) -> boolean().
are_on_top(#look{answers = [], events = [], acknowledged = false}) -> false;
are_on_top(#look{}) -> true.

-spec are_wrapped_in(message()) -> boolean().
are_wrapped_in(#message{sub_els = Children}) ->
    lists:any(fun(Child) -> are_inside(element_of(Child), ?MAX_DEPTH) end, Children).

-spec are_inside(fxml:xmlel(), non_neg_integer()) -> boolean().
are_inside(_, 0) ->
    false;
are_inside(#xmlel{children = Children}, Depth) ->
    lists:any(fun(#xmlel{} = Child) -> is_answer(Child) orelse are_inside(Child, Depth - 1);
                 (_) -> false
              end, Children).

-spec element_of(xmpp_element() | fxml:xmlel()) -> fxml:xmlel().
element_of(#xmlel{} = Child) -> Child;
element_of(Child) -> xmpp:encode(Child).

-spec taken_out_of(message()) -> message().
taken_out_of(#message{sub_els = Children} = Msg) ->
    (without_words(Msg))#message{sub_els = [take_out(Child) || Child <- Children, not is_answer(Child)]}.

-spec without_words(message()) -> message().
without_words(#message{sub_els = Children} = Msg) ->
    case lists:any(fun(Child) -> is_in_words(element_of(Child)) end, Children) of
        true -> Msg#message{body = [], subject = []};
        false -> Msg
    end.

%% XEP-0428: the body only says the answer again.
-spec is_in_words(fxml:xmlel() | {xmlcdata, binary()}) -> boolean().
is_in_words(#xmlel{name = <<"fallback">>} = Child) ->
    For = fxml:get_tag_attr_s(<<"for">>, Child),
    fxml:get_tag_attr_s(<<"xmlns">>, Child) == ?NS_FALLBACK andalso (For == ?NS_RECEIPTS orelse For == ?NS_MARKERS);
is_in_words(_) ->
    false.

%% What wraps no answer stays as it is: a copy of it could lose what we do not understand.
-spec take_out(xmpp_element() | fxml:xmlel()) -> xmpp_element() | fxml:xmlel().
take_out(Child) ->
    Element = element_of(Child),
    case are_inside(Element, ?MAX_DEPTH) of
        true -> take_out_of(Element, ?MAX_DEPTH);
        false -> Child
    end.

-spec take_out_of(fxml:xmlel(), non_neg_integer()) -> fxml:xmlel().
take_out_of(Element, 0) ->
    Element;
take_out_of(#xmlel{children = Children} = Element, Depth) ->
    InWords = lists:any(fun is_in_words/1, Children),
    Rest = [Child || Child <- Children, not is_inner_answer(Child), not (InWords andalso is_words(Child))],
    Element#xmlel{children = [take_out_of_child(Child, Depth - 1) || Child <- Rest]}.

-spec take_out_of_child(fxml:xmlel() | {xmlcdata, binary()}, non_neg_integer()) -> fxml:xmlel() | {xmlcdata, binary()}.
take_out_of_child(#xmlel{} = Child, Depth) -> take_out_of(Child, Depth);
take_out_of_child(Child, _) -> Child.

-spec is_inner_answer(fxml:xmlel() | {xmlcdata, binary()}) -> boolean().
is_inner_answer(#xmlel{} = Child) -> is_answer(Child);
is_inner_answer(_) -> false.

-spec is_words(fxml:xmlel() | {xmlcdata, binary()}) -> boolean().
is_words(#xmlel{name = Name}) -> Name == <<"body">> orelse Name == <<"subject">>;
is_words(_) -> false.
