%%% May the bot remind a recipient of a message of that sender? The component asks, and nobody else is
%%% told (docs/protocol.md section 2.5).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_remind).

-export([take_order/2]).

-import(mod_receipts_address, [read_party/1, decode/1]).

-include("mod_receipts.hrl").

-type verdict() :: yes | 'bad-order' | 'no-account' | policy | blocked | failed.

-spec take_order(fxml:xmlel(), watch()) -> fxml:xmlel().
take_order(Order, #watch{host = Host} = Watch) ->
    try judge(mod_receipts_component:text_of(Order), Watch) of
        Verdict -> answer(Verdict)
    catch Class:Problem:Stack ->
            mod_receipts_hook:complain(Host, {Class, Problem, hd(Stack ++ [none])}),
            answer(failed)
    end.

-spec answer(verdict()) -> fxml:xmlel().
answer(yes) -> answer(<<"yes">>, []);
answer(Because) -> answer(<<"no">>, [{<<"because">>, atom_to_binary(Because, utf8)}]).

-spec answer(binary(), [{binary(), binary()}]) -> fxml:xmlel().
answer(Word, Attrs) ->
    #xmlel{name = <<"may-remind">>, attrs = [{<<"xmlns">>, ?NS_FEED} | Attrs], children = [{xmlcdata, Word}]}.

-spec judge(binary() | none, watch()) -> verdict().
judge(Text, Watch) when is_binary(Text), byte_size(Text) =< ?MAX_LINE_BYTES ->
    case [read_party(decode(Field)) || Field <- binary:split(Text, <<"\t">>, [global])] of
        [#party{} = Sender, #party{} = Recipient] -> judge(Sender, Recipient, Watch);
        _ -> 'bad-order'
    end;
judge(_, _) ->
    'bad-order'.

-spec judge(party(), party(), watch()) -> verdict().
judge(Sender, #party{server = Host, user = User} = Recipient, #watch{host = Host} = Watch) when User =/= <<>> ->
    case mod_receipts_account:is_active(User, Host) of
        false -> 'no-account';
        true -> judge_active(Sender, Recipient, Watch)
    end;
judge(_, _, _) ->
    'bad-order'.

%% A node of a cluster that does not know yet what holds takes every policy for refuse.
-spec judge_active(party(), party(), watch()) -> verdict().
judge_active(Sender, Recipient, Watch) ->
    case mod_receipts_policies:policy(Watch, Recipient, Sender) of
        refuse -> policy;
        _ -> case mod_receipts_account:is_blocked(Sender, Recipient) of
                 true -> blocked;
                 false -> yes
             end
    end.
