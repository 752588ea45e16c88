%%% Deliver: answers on behalf of a recipient, if the component orders it and the policy allows it.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_deliver).

-export([take_order/3]).

-import(mod_receipts_address, [party/1, address/1, is_usable_id/1, decode/1]).

-include("mod_receipts.hrl").

-define(MAX_DELIVERED, 4000). % remembered

-type delivered() :: queue:queue(binary()).

-spec take_order(fxml:xmlel(), watch(), delivered()) -> {fxml:xmlel() | stanza_error(), delivered()}.
take_order(Order, Watch, Delivered) ->
    Text = mod_receipts_component:text_of(Order),
    case is_binary(Text) andalso byte_size(Text) =< ?MAX_ORDER_BYTES
        andalso mod_receipts_spool:count_lines(Text) < ?MAX_ORDER_LINES of
        true -> deliver_lines(lines(Text), Watch, Delivered);
        false -> {xmpp:err_bad_request(), Delivered}
    end.

-spec lines(binary()) -> [binary()].
lines(Text) ->
    [Line || Line <- binary:split(Text, <<"\n">>, [global]), Line =/= <<>>].

-spec deliver_lines([binary()], watch(), delivered()) -> {fxml:xmlel(), delivered()}.
deliver_lines(Lines, Watch, Delivered) ->
    {Count, Delivered1} = lists:foldl(fun(Line, Acc) -> deliver_line(Line, Watch, Acc) end, {0, Delivered}, Lines),
    {#xmlel{name = <<"deliver">>,
            attrs = [{<<"xmlns">>, ?NS_FEED}, {<<"delivered">>, integer_to_binary(Count)},
                     {<<"forbidden">>, integer_to_binary(length(Lines) - Count)}]}, Delivered1}.

-spec deliver_line(binary(), watch(), {non_neg_integer(), delivered()}) -> {non_neg_integer(), delivered()}.
deliver_line(Line, Watch, {Count, Delivered} = Acc) ->
    try read_order(Line) of
        {Id, Sender, Recipient, Token, Reason} ->
            case may_deliver(Watch, Id, {Sender, Recipient}, Token, Reason) of
                true -> {Count + 1, send_received(Id, {Sender, Recipient}, Token, Watch, Delivered)};
                false -> Acc
            end;
        unreadable ->
            Acc
    catch Class:Problem:Stack ->
            mod_receipts_hook:complain(Watch#watch.host, {Class, Problem, hd(Stack ++ [none])}),
            Acc
    end.

-spec read_order(binary()) -> {binary(), party(), party(), binary(), binary()} | unreadable.
read_order(Line) ->
    case binary:split(Line, <<"\t">>, [global]) of
        [Id, From, To, Token, Reason | _] ->
            case {read_party(decode(From)), read_party(decode(To))} of
                {#party{} = Sender, #party{} = Recipient} -> {decode(Id), Sender, Recipient, Token, Reason};
                _ -> unreadable
            end;
        _ ->
            unreadable
    end.

-spec read_party(binary()) -> party() | unreadable.
read_party(Text) ->
    try party(jid:decode(Text))
    catch error:{bad_jid, _} -> unreadable
    end.

-spec may_deliver(watch(), binary(), parties(), binary(), binary()) -> boolean().
may_deliver(#watch{host = Host} = Watch, Id, {Sender, #party{server = Host, user = User} = Recipient}, Token, Reason)
  when User =/= <<>> ->
    is_usable_id(Id)
        andalso Token == mod_receipts_accepted:token(Watch, Sender, Recipient, Id)
        andalso mod_receipts_account:is_active(User, Host)
        andalso is_allowed(Reason, mod_receipts_policies:policy(Watch, Recipient, Sender), Watch, {Sender, Recipient})
        andalso not is_blocked(Sender, Recipient);
may_deliver(_, _, _, _, _) ->
    false.

-spec is_allowed(binary(), policy(), watch(), parties()) -> boolean().
is_allowed(<<"acked">>, automatic, Watch, Parties) -> mod_receipts_entitled:is_entitled(Watch, Parties);
is_allowed(<<"approved">>, Policy, _, _) -> Policy =/= refuse;
is_allowed(_, _, _, _) -> false.

-spec is_blocked(party(), party()) -> boolean().
is_blocked(Sender, #party{server = To} = Recipient) ->
    Own = address(Recipient),
    Msg = #message{type = chat, from = address(Sender), to = Own},
    ejabberd_hooks:run_fold(privacy_check_packet, To, allow, [Own, Msg, in]) == deny.

%% An order may be repeated: the same message is sent once.
-spec send_received(binary(), parties(), binary(), watch(), delivered()) -> delivered().
send_received(Id, {Sender, Recipient}, Token, #watch{delivered = Table}, Delivered) ->
    case ets:insert_new(Table, {Token}) of
        false -> Delivered;
        true ->
            ejabberd_router:route(
              #message{type = chat, id = Token, from = address(Recipient), to = address(Sender),
                       sub_els = [#receipt_response{id = Id}, #hint{type = store}], meta = #{receipts => delivered}}),
            remember(Token, Table, Delivered)
    end.

-spec remember(binary(), ets:tid(), delivered()) -> delivered().
remember(Token, Table, Delivered) ->
    Newer = queue:in(Token, Delivered),
    case ets:info(Table, size) > ?MAX_DELIVERED of
        true ->
            {{value, Oldest}, Rest} = queue:out(Newer),
            ets:delete(Table, Oldest),
            Rest;
        false ->
            Newer
    end.
