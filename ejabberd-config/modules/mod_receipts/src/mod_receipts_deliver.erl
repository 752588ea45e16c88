%%% Deliver: answers on behalf of a recipient, if the component orders it and the policy allows it.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_deliver).

-export([take_order/3, tokens/1, remember_all/3]).

-import(mod_receipts_address, [read_party/1, address/1, is_usable_id/1, decode/1]).

-include("mod_receipts.hrl").

-define(MAX_DELIVERED, 4000). % remembered

%% Why a line is forbidden; docs/protocol.md section 2.4 says when.
-define(REFUSALS, ['bad-order', 'bad-token', 'no-account', policy, 'presence-not-shared', blocked, failed]).
-type refusal() :: 'bad-order' | 'bad-token' | 'no-account' | policy | 'presence-not-shared' | blocked | failed.

-type order() :: {Id :: binary(), parties(), Token :: binary(), Reason :: binary()}.
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
    {Outcomes, Delivered1} = lists:mapfoldl(fun(Line, Acc) -> deliver_line(Line, Watch, Acc) end, Delivered, Lines),
    Forbidden = [Outcome || Outcome <- Outcomes, Outcome =/= delivered],
    Counts = [{<<"delivered">>, integer_to_binary(length(Lines) - length(Forbidden))},
              {<<"forbidden">>, integer_to_binary(length(Forbidden))}],
    {#xmlel{name = <<"deliver">>, attrs = [{<<"xmlns">>, ?NS_FEED} | Counts] ++ because(Forbidden)}, Delivered1}.

-spec because([refusal()]) -> [{binary(), binary()}].
because([]) ->
    [];
because(Forbidden) ->
    Counts = [{Reason, length([Reason || Other <- Forbidden, Other == Reason])} || Reason <- ?REFUSALS],
    Words = [[atom_to_binary(Reason, utf8), $:, integer_to_binary(Count)] || {Reason, Count} <- Counts, Count > 0],
    [{<<"because">>, iolist_to_binary(lists:join($ , Words))}].

-spec deliver_line(binary(), watch(), delivered()) -> {delivered | refusal(), delivered()}.
deliver_line(Line, Watch, Delivered) ->
    try carry_out(read_order(Line), Watch, Delivered)
    catch Class:Problem:Stack ->
            mod_receipts_hook:complain(Watch#watch.host, {Class, Problem, hd(Stack ++ [none])}),
            {failed, Delivered}
    end.

-spec carry_out(order() | unreadable, watch(), delivered()) -> {delivered | refusal(), delivered()}.
carry_out(unreadable, _, Delivered) ->
    {'bad-order', Delivered};
carry_out({Id, Parties, Token, _} = Order, Watch, Delivered) ->
    case why_forbidden(Order, Watch) of
        none -> {delivered, send_received(Id, Parties, Token, Watch, Delivered)};
        Refusal -> {Refusal, Delivered}
    end.

-spec read_order(binary()) -> order() | unreadable.
read_order(Line) ->
    case binary:split(Line, <<"\t">>, [global]) of
        [Id, From, To, Token, Reason | _] ->
            case {read_party(decode(From)), read_party(decode(To))} of
                {#party{} = Sender, #party{} = Recipient} -> {decode(Id), {Sender, Recipient}, Token, Reason};
                _ -> unreadable
            end;
        _ ->
            unreadable
    end.

-spec why_forbidden(order(), watch()) -> refusal() | none.
why_forbidden({Id, {Sender, #party{server = Host, user = User} = Recipient} = Parties, Token, Reason},
              #watch{host = Host} = Watch)
  when User =/= <<>>, Reason == <<"acked">> orelse Reason == <<"approved">> ->
    first_failed(
      [{'bad-order', fun() -> is_usable_id(Id) end},
       {'bad-token', fun() -> mod_receipts_accepted:is_token(Token, Watch, Parties, Id) end},
       {'no-account', fun() -> mod_receipts_account:is_active(User, Host) end},
       {policy, fun() -> is_allowed(Reason, mod_receipts_policies:policy(Watch, Recipient, Sender)) end},
       {'presence-not-shared', fun() -> Reason == <<"approved">> orelse mod_receipts_entitled:is_entitled(Watch, Parties) end},
       {blocked, fun() -> not mod_receipts_account:is_blocked(Sender, Recipient) end}]);
why_forbidden(_, _) ->
    'bad-order'.

-spec first_failed([{refusal(), fun(() -> boolean())}]) -> refusal() | none.
first_failed([]) -> none;
first_failed([{Refusal, Check} | Checks]) ->
    case Check() of
        true -> first_failed(Checks);
        false -> Refusal
    end.

-spec is_allowed(binary(), policy()) -> boolean().
is_allowed(<<"acked">>, Policy) -> Policy == automatic;
is_allowed(<<"approved">>, Policy) -> Policy =/= refuse.

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

%% What an order names, so that the other nodes of a cluster remember it, too.
-spec tokens(fxml:xmlel()) -> [binary()].
tokens(Order) ->
    [Token || Text <- [mod_receipts_component:text_of(Order)], is_binary(Text), Line <- lines(Text),
              [_, _, _, Token | _] <- [binary:split(Line, <<"\t">>, [global])]].

-spec remember_all([binary()], watch(), delivered()) -> delivered().
remember_all(Tokens, #watch{delivered = Table}, Delivered) ->
    lists:foldl(fun(Token, Acc) ->
                        case ets:insert_new(Table, {Token}) of
                            true -> remember(Token, Table, Acc);
                            false -> Acc
                        end
                end, Delivered, Tokens).

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
