%%% How a host is set up, and how it is: what the hello says for whoever looks for the reason why
%%% nothing comes (docs/protocol.md section 2.1).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_health).

-export([of_host/1, of_spool/1]).

-include("mod_receipts.hrl").

%% The account of the component that writes to users.
-define(BOT, <<"receipts">>).

-spec of_host(state()) -> [{binary(), binary()}].
of_host(#state{watch = #watch{host = Host, component = Component}} = State) ->
    [{<<"acks">>, acks(Host)}] ++ filters(Host, Component) ++ longest_stanza(Component) ++ sharing(State) ++ counts(Host).

-spec acks(binary()) -> binary().
acks(Host) ->
    case gen_mod:is_loaded(Host, mod_stream_mgmt) of
        true -> <<"yes">>;
        false -> <<"no">>
    end.

%% Those that refuse what the component writes to users who do not have it among their contacts.
-spec filters(binary(), binary()) -> [{binary(), binary()}].
filters(Host, Component) ->
    [{<<"filters">>, <<"mod_block_strangers">>}
     || gen_mod:is_loaded(Host, mod_block_strangers), Component =/= <<>>, not is_let_in(Host, jid:make(?BOT, Component))].

-spec is_let_in(binary(), jid()) -> boolean().
is_let_in(Host, Bot) ->
    acl:match_rule(Host, gen_mod:get_module_opt(Host, mod_block_strangers, access), Bot) == allow.

-spec longest_stanza(binary()) -> [{binary(), binary()}].
longest_stanza(Component) ->
    Limits = [Limit || {_, ejabberd_service, Opts} <- ejabberd_option:listen(), serves(Component, Opts),
                       Limit <- [maps:get(max_stanza_size, Opts, infinity)], is_integer(Limit)],
    [{<<"longest-stanza">>, integer_to_binary(lists:min(Limits))} || Limits =/= []].

%% A listener without hosts serves every component.
-spec serves(binary(), map()) -> boolean().
serves(Component, #{hosts := Hosts}) when map_size(Hosts) > 0 -> is_map_key(Component, Hosts);
serves(_, _) -> true.

-spec sharing(state()) -> [{binary(), binary()}].
sharing(State) ->
    [{<<"sharing">>, integer_to_binary(Count)} || Count <- [mod_receipts_feed:count_sharing(State)], Count > 1].

-spec of_spool(spool()) -> [{binary(), binary()}].
of_spool(#spool{written = Written, acknowledged = Acknowledged, limit = Limit, gap_stamp = Gap}) ->
    [{<<"spool">>, integer_to_binary(max(0, Written - Acknowledged))}, {<<"spool-limit">>, integer_to_binary(Limit)}]
        ++ [{<<"gap">>, integer_to_binary(Gap)} || Gap > 0].

-spec counts(binary()) -> [{binary(), binary()}].
counts(Host) ->
    [{<<"counts">>, Text} || Text <- [mod_receipts_counts:text(Host)], Text =/= <<>>].
