%%% What every hook begins with: is this host watched? And what fails does not reach the message.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_hook).

-export([watch/1, watches/0, guarded/3, complain/2]).

-include("mod_receipts.hrl").

-type outcome() :: term().

-spec watch(binary()) -> watch() | none.
watch(Host) ->
    persistent_term:get({mod_receipts, Host}, none).

-spec watches() -> [watch()].
watches() ->
    [Watch || Host <- ejabberd_option:hosts(), #watch{} = Watch <- [watch(Host)]].

-spec guarded(binary(), fun(() -> outcome()), outcome()) -> outcome().
guarded(Host, Act, Otherwise) ->
    try Act()
    catch Class:Reason:Stack ->
            complain(Host, {Class, Reason, hd(Stack ++ [none])}),
            Otherwise
    end.

%% The process of the host logs it: it knows what was said before, and says each problem once.
-spec complain(binary(), term()) -> ok.
complain(Host, Problem) ->
    gen_server:cast(gen_mod:get_module_proc(Host, mod_receipts), {complaint, Problem}).
