%%% Policies of two nodes: which are the newer ones, and what holds where that cannot be said.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Newer ones of the same store replace older ones. Of two stores, or of policies without a version,
%%% the stricter holds for each contact, without a version: then the component reads all, and sends all.

-module(mod_receipts_cluster_policies).

-export([relation/2, is_same_version/2, accounts/1, replace/3, merge/3, merged/2]).

-import(mod_receipts_policies, [in_force/1, out_of_force/1]).

-include("mod_receipts.hrl").

-type holding() :: mod_receipts_cluster_report:holding().
-type account() :: {bare(), policy() | {policy() | default, #{binary() => policy()}}}.

%% ---- Which of them is newer

%% What are mine, compared with theirs?
-spec relation(holding(), holding()) -> same | older | newer | other.
relation(#{settings := Mine} = Held, #{settings := Theirs} = Other) ->
    case {content(Mine) == content(Theirs), epoch_and_number(Mine), epoch_and_number(Theirs)} of
        {true, {_, _}, {_, _}} -> same;
        {false, Version, Version} when Version =/= none -> by_order(Held, Other);
        {_, {Epoch, Number}, {Epoch, Newest}} when Number < Newest -> older;
        {_, {Epoch, _}, {Epoch, _}} -> newer;
        {IsSame, _, _} -> of_other_store(IsSame, Held, Other)
    end.

%% All but the version that the disk has taken.
-spec content(tuple()) -> tuple().
content(Settings) ->
    setelement(1, Settings, none).

%% An operator has changed settings while no account changed.
-spec by_order(holding(), holding()) -> older | newer | other.
by_order(#{ordered := Mine}, #{ordered := Theirs}) when Mine < Theirs -> older;
by_order(#{ordered := Mine}, #{ordered := Theirs}) when Mine > Theirs -> newer;
by_order(_, _) -> other.

-spec of_other_store(boolean(), holding(), holding()) -> same | older | newer | other.
of_other_store(true, #{digest := Digest}, #{digest := Digest}) ->
    same;
of_other_store(_, #{instead := Mine} = Held, #{instead := Theirs} = Other) ->
    case {replaces(Theirs, Held), replaces(Mine, Other), Held, Other} of
        {true, false, _, _} -> older;
        {false, true, _, _} -> newer;
        {_, _, #{is_empty := true}, #{is_empty := false}} -> older;
        {_, _, #{is_empty := false}, #{is_empty := true}} -> newer;
        {_, _, #{is_empty := true}, #{is_empty := true}} -> by_order_or_name(Held, Other);
        _ -> other
    end.

%% No account has chosen anything at either of them.
-spec by_order_or_name(holding(), holding()) -> older | newer.
by_order_or_name(#{ordered := Ordered, settings := Mine}, #{ordered := Ordered, settings := Theirs}) ->
    case content(Mine) < content(Theirs) of
        true -> older;
        false -> newer
    end;
by_order_or_name(#{ordered := Mine}, #{ordered := Theirs}) ->
    case Mine < Theirs of
        true -> older;
        false -> newer
    end.

%% Did the component order a whole set instead of these, or of newer ones of their store?
-spec replaces(none | binary(), holding()) -> boolean().
replaces(none, _) ->
    false;
replaces(<<>>, #{settings := {_, Known, _, _, _}}) ->
    Known == none;
replaces(Instead, #{settings := Settings}) ->
    case {epoch_and_number(Settings), mod_receipts_policy_list:epoch_and_number(Instead)} of
        {{Epoch, Number}, {Epoch, Replaced}} -> Number =< Replaced;
        _ -> false
    end.

-spec epoch_and_number(tuple()) -> {binary(), non_neg_integer()} | none.
epoch_and_number({_, Known, _, _, _}) ->
    mod_receipts_policy_list:epoch_and_number(Known).

%% The same, of the same order, and on the disks of both. Settings can change and change back.
-spec is_same_version(holding(), holding()) -> boolean().
is_same_version(#{settings := {Version, _, _, _, _} = Settings, ordered := Ordered},
                #{settings := Settings, ordered := Ordered}) -> Version =/= none;
is_same_version(_, _) -> false.

%% ---- Taking those of another node

-spec accounts(ets:tid()) -> [account()].
accounts(Table) ->
    [Object || {Account, _} = Object <- ets:tab2list(Table), is_binary(Account)].

%% In force as a whole, and on disk, like a set that the component has sent.
-spec replace(settings(), [account()], policies()) -> policies().
replace(#settings{version = Version} = Settings, Accounts, Policies) ->
    Name = case Version of none -> <<>>; _ -> Version end,
    Begun = mod_receipts_policy_file:begin_set(Name, Policies#policies{list = none}),
    ets:insert(out_of_force(Begun), Accounts),
    Written = mod_receipts_policy_file:write([[mod_receipts_policy_list:line(Account), $\n] || Account <- Accounts], Begun),
    element(2, mod_receipts_policy_file:end_set(Settings, Written)).

-spec merge(settings(), [account()], policies()) -> policies().
merge(Theirs, Accounts, #policies{settings = Mine} = Policies) ->
    {Settings, Merged} = merged({Mine, maps:from_list(accounts(in_force(Policies)))}, {Theirs, maps:from_list(Accounts)}),
    replace(Settings, maps:to_list(Merged), Policies#policies{ordered = 0, instead = none}).

%% ---- The stricter of both

-type set() :: {settings(), #{bare() => policy() | {policy() | default, #{binary() => policy()}}}}.

-spec merged(set(), set()) -> set().
merged({Mine, MyAccounts} = One, {Theirs, TheirAccounts} = Other) ->
    Names = maps:keys(maps:merge(MyAccounts, TheirAccounts)),
    {#settings{default = stricter(Mine#settings.default, Theirs#settings.default),
               locked = Mine#settings.locked andalso Theirs#settings.locked,
               disclosure = narrower(Mine#settings.disclosure, Theirs#settings.disclosure)},
     maps:from_list([{Name, merged_account(entry(Name, One), entry(Name, Other))} || Name <- Names])}.

%% What an account allows, and whom it treats differently.
-spec entry(bare(), set()) -> {policy(), #{binary() => policy()}}.
entry(_, {#settings{locked = true, default = Default}, _}) ->
    {Default, #{}};
entry(Name, {#settings{default = Default}, Accounts}) ->
    case maps:get(Name, Accounts, default) of
        default -> {Default, #{}};
        {default, Exceptions} -> {Default, Exceptions};
        {Own, Exceptions} -> {Own, Exceptions};
        Own -> {Own, #{}}
    end.

-spec merged_account({policy(), map()}, {policy(), map()}) -> policy() | {policy(), #{binary() => policy()}}.
merged_account({Mine, MyExceptions} = One, {Theirs, TheirExceptions} = Other) ->
    Own = stricter(Mine, Theirs),
    Contacts = maps:keys(maps:merge(MyExceptions, TheirExceptions)),
    case [{Contact, stricter(policy_for(Contact, One), policy_for(Contact, Other))} || Contact <- Contacts] of
        [] -> Own;
        Exceptions -> {Own, maps:from_list(Exceptions)}
    end.

-spec policy_for(binary(), {policy(), map()}) -> policy().
policy_for(Contact, {Own, Exceptions}) ->
    Domain = lists:last(binary:split(Contact, <<"@">>)),
    case Exceptions of
        #{Contact := Policy} -> Policy;
        #{Domain := Policy} -> Policy;
        _ -> Own
    end.

-spec stricter(policy(), policy()) -> policy().
stricter(One, Other) ->
    hd([Policy || Policy <- [refuse, manual, client, automatic], Policy == One orelse Policy == Other]).

-spec narrower(binary(), binary()) -> binary().
narrower(One, Other) ->
    hd([Word || Word <- [<<"subscribers">>, <<"domain">>, <<"everyone">>], Word == One orelse Word == Other]).
