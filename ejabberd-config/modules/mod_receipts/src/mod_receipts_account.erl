%%% Accounts of this host: whom the server may speak for, and whom they block.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_account).

-export([is_active/2, is_blocked/2]).

-include("mod_receipts.hrl").

%% Does it exist, and has no administrator banned it?
-spec is_active(binary(), binary()) -> boolean().
is_active(User, Host) ->
    ejabberd_auth:user_exists(User, Host)
        andalso not has_password_of_banned(ejabberd_auth:get_password_s(User, Host))
        andalso not has_ban(User, Host).

%% ejabberdctl ban_account before 24.06, where passwords are not kept as hashes: of a hash nobody
%% can say what it was made of.
-spec has_password_of_banned(term()) -> boolean().
has_password_of_banned(<<"BANNED_ACCOUNT--", _/binary>>) -> true;
has_password_of_banned(_) -> false.

%% The same since 24.06: it keeps the ban in the private storage of the account.
-spec has_ban(binary(), binary()) -> boolean().
has_ban(User, Host) ->
    gen_mod:is_loaded(Host, mod_private)
        andalso erlang:function_exported(mod_admin_extra, get_ban_details, 2)
        andalso apply(mod_admin_extra, get_ban_details, [User, Host]) =/= [].

%% By XEP-0191, or by the privacy list that is the default.
-spec is_blocked(party(), party()) -> boolean().
is_blocked(Sender, #party{server = To} = Recipient) ->
    Own = mod_receipts_address:address(Recipient),
    Msg = #message{type = chat, from = mod_receipts_address:address(Sender), to = Own},
    ejabberd_hooks:run_fold(privacy_check_packet, To, allow, [Own, Msg, in]) == deny.
