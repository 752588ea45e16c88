%%% The policies in force, told in parts to a component that does not know them.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% It may be a component with an older store, or a new one. It reads the list before it replaces it.

-module(mod_receipts_policy_list).

-export([take_query/2, abandon/1, may_replace/3, epoch_and_number/1, line/1]).

-import(mod_receipts_policies, [in_force/1]).
-import(mod_receipts_address, [encode/1]).

-include("mod_receipts.hrl").

-spec take_query(fxml:xmlel(), policies()) -> {fxml:xmlel() | stanza_error(), policies()}.
take_query(Query, #policies{list = List} = Policies) ->
    case {mod_receipts_policy_orders:part_number(fxml:get_tag_attr_s(<<"part">>, Query)), List} of
        {none, _} -> {xmpp:err_bad_request(), Policies};
        {1, _} -> tell_part(1, accounts(Policies), Policies);
        {Part, {Part, Accounts}} -> tell_part(Part, Accounts, Policies);
        _ -> {xmpp:err_unexpected_request(), Policies}
    end.

-spec abandon(policies()) -> policies().
abandon(Policies) ->
    Policies#policies{list = none}.

-spec accounts(policies()) -> [bare()].
accounts(Policies) ->
    ets:select(in_force(Policies), [{{'$1', '_'}, [{is_binary, '$1'}], ['$1']}]).

-spec tell_part(pos_integer(), [bare()], policies()) -> {fxml:xmlel(), policies()}.
tell_part(Part, Accounts, #policies{settings = #settings{known = Known}} = Policies) ->
    {Lines, Rest} = next_lines(Accounts, 0, [], in_force(Policies)),
    Last = case Rest of [] -> <<"yes">>; _ -> <<"no">> end,
    Attrs = [{<<"xmlns">>, ?NS_FEED}, {<<"part">>, integer_to_binary(Part)}, {<<"last">>, Last}],
    Text = iolist_to_binary(lists:join($\n, Lines)),
    {#xmlel{name = <<"policies">>, attrs = Attrs ++ [{<<"version">>, Known} || Known =/= none],
            children = [{xmlcdata, Text}]},
     Policies#policies{list = case Rest of [] -> none; _ -> {Part + 1, Rest} end}}.

%% As many lines as fit into a part, but at least one.
-spec next_lines([bare()], non_neg_integer(), [binary()], ets:tid()) -> {[binary()], [bare()]}.
next_lines([], _, Lines, _) ->
    {Lines, []};
next_lines([Account | Rest] = Accounts, Size, Lines, Table) ->
    Line = iolist_to_binary(line(hd(ets:lookup(Table, Account) ++ [{Account, default}]))), % deleted meanwhile?
    case Size + byte_size(Line) + 1 of
        Bytes when Bytes > ?MAX_ORDER_BYTES, Lines =/= [] -> {Lines, Accounts};
        Bytes -> next_lines(Rest, Bytes, [Line | Lines], Table)
    end.

-spec line({bare(), policy() | default | {policy() | default, map()}}) -> iodata().
line({Account, {Own, Exceptions}}) ->
    Fields = [[$\t, atom_to_binary(Policy, utf8), $\s, encode(Contact)] || {Contact, Policy} <- maps:to_list(Exceptions)],
    [encode(Account), $\t, atom_to_binary(Own, utf8), Fields];
line({Account, Policy}) ->
    [encode(Account), $\t, atom_to_binary(Policy, utf8)].

%% A component that has not read what is held here (an old one does not read it) replaces only what
%% an earlier version of its own store said.
-spec may_replace(binary(), {value, binary()} | false, policies()) -> boolean().
may_replace(_, {value, Instead}, #policies{settings = #settings{known = Known}}) ->
    Instead == case Known of none -> <<>>; _ -> Known end;
may_replace(Version, false, #policies{settings = #settings{known = Known}} = Policies) ->
    case {epoch_and_number(Known), epoch_and_number(Version)} of
        {{Epoch, Held}, {Epoch, Number}} -> Held =< Number;
        {{_, _}, {_, _}} -> accounts(Policies) == [];
        _ -> true
    end.

-spec epoch_and_number(binary() | none) -> {binary(), non_neg_integer()} | none.
epoch_and_number(none) ->
    none;
epoch_and_number(Version) ->
    case re:run(Version, <<"^([A-Za-z0-9]+):([0-9]{1,16})$">>, [{capture, all_but_first, binary}]) of
        {match, [Epoch, Number]} -> {Epoch, binary_to_integer(Number)};
        nomatch -> none
    end.
