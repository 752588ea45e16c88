%%% Accepted: what else is known of a message when the server has just taken it.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_accepted).

-export([note/4, may_see/3, is_token/4]).

-import(mod_receipts_address, [address/1, is_local/1, is_usable_id/1, encode/1]).

-include("mod_receipts.hrl").

-define(TOKEN_BYTES, 9).

-spec note(watch(), message(), look(), parties()) -> ok.
note(Watch, #message{type = Type, id = Id}, #look{details = Extras}, {Sender, Recipient} = Parties) ->
    try policy_details(Watch, Parties, Id) of
        Policy ->
            mod_receipts_fact:note(Watch, Parties, Id, accepted,
                 [<<" type=">>, atom_to_binary(Type, utf8), visibility(Watch, Sender, Recipient),
                  Policy, [extra_details(Extra, Id, Watch) || Extra <- lists:reverse(Extras)]])
    catch
        error:badarg -> mod_receipts_handover:shed(Watch) % the policies went with the process, which is about to come back
    end.

-spec visibility(watch(), party(), party()) -> binary().
visibility(Watch, Sender, Recipient) ->
    case may_see(Watch, Sender, Recipient) of
        true -> <<" may-see=yes">>;
        false -> <<" may-see=no">>;
        unknown -> <<>>
    end.

%% Does the recipient's roster let the sender see presence?
-spec may_see(watch(), party(), party()) -> boolean() | unknown.
may_see(_, #party{bare = Bare}, #party{bare = Bare}) ->
    true;
may_see(#watch{host = Host}, #party{server = From} = Sender, #party{server = To, user = User} = Recipient) ->
    case User =/= <<>> andalso is_local(To) of
        true -> lists:member(subscription(Recipient, Sender), [from, both]);
        false when From == Host, Sender#party.user =/= <<>> ->
            lists:member(subscription(Sender, Recipient), [to, both]);
        false -> unknown
    end.

-spec subscription(party(), party()) -> none | to | from | both.
subscription(#party{user = User, server = Server}, Contact) ->
    {Subscription, _, _} =
        ejabberd_hooks:run_fold(roster_get_jid_info, Server, {none, none, []}, [User, Server, address(Contact)]),
    Subscription.

%% A token only where an answer may be ordered: it costs more than all else here.
-spec policy_details(watch(), parties(), binary()) -> iodata().
policy_details(#watch{host = Host} = Watch, {Sender, #party{server = Host} = Recipient}, Id) ->
    case mod_receipts_policies:policy(Watch, Recipient, Sender) of
        client -> <<>>;
        refuse -> <<" policy=refuse">>;
        Policy -> [<<" policy=">>, atom_to_binary(Policy, utf8), <<" token=">>, token(Watch, Sender, Recipient, Id)]
    end;
policy_details(_, _, _) ->
    <<>>.

%% What 'deliver' will have to return: it proves that the message was accepted here.
-spec token(watch(), party(), party(), binary()) -> binary().
token(#watch{key = Key}, Sender, Recipient, Id) ->
    token_by(Key, Sender, Recipient, Id).

%% A token of any node of a cluster will do.
-spec is_token(binary(), watch(), parties(), binary()) -> boolean().
is_token(Token, #watch{key = Own, other_keys = Others}, {Sender, Recipient}, Id) ->
    lists:any(fun(Key) -> Token == token_by(Key, Sender, Recipient, Id) end, [Own | Others]).

-spec token_by(binary(), party(), party(), binary()) -> binary().
token_by(Key, #party{bare = Sender}, #party{bare = Recipient}, Id) ->
    <<Token:?TOKEN_BYTES/binary, _/binary>> = crypto:mac(hmac, sha256, Key, [Sender, $\n, Recipient, $\n, Id]),
    base64:encode(Token).

-spec extra_details(fxml:xmlel(), binary(), watch()) -> iodata().
extra_details(#xmlel{name = <<"markable">>}, _, _) -> % XEP-0333 section 4.1
    <<" markable=yes">>;
extra_details(#xmlel{name = <<"origin-id">>} = Child, Id, _) -> % XEP-0359 section 3.2
    OriginId = fxml:get_tag_attr_s(<<"id">>, Child),
    case OriginId =/= Id andalso is_usable_id(OriginId) of
        true -> [<<" origin-id=">>, encode(OriginId)];
        false -> <<>>
    end;
extra_details(#xmlel{name = <<"report">>} = Child, _, #watch{host = Host}) ->
    mod_receipts_report:details(Child, Host).
