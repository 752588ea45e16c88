%%% Policies in memory: what each recipient allows.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% A table has the policy of each account that has one; where there are exceptions, a map of them
%%% by contact and by domain. There are two tables: while a whole set comes into one, the other one
%%% is in force.

-module(mod_receipts_policies).

%% for hooks
-export([policy/3, policy_for_answer/3, disclosure/1]).
%% for the process of the host
-export([new_tables/0, in_force/1, out_of_force/1, put_settings/2, be_sure/1, effective/2, swap/1, forget/2, read_lines/3, read_line/3,
         read_policy/1, make_settings/4]).

-import(mod_receipts_address, [decode/1, is_usable_id/1]).

-include("mod_receipts.hrl").

%% ---- Asked by hooks

%% The policy of an account for a contact. Everybody may answer themselves.
-spec policy(watch(), party(), party()) -> policy().
policy(_, #party{bare = Bare}, #party{bare = Bare}) ->
    client;
policy(#watch{counters = Counters, policies = Tables} = Watch, Account, Contact) ->
    Swapped = atomics:get(Counters, ?COUNT_SWAPPED),
    Policy = read_policy_of(Account, Contact, element(1 + Swapped band 1, Tables)),
    case atomics:get(Counters, ?COUNT_SWAPPED) of
        Swapped -> Policy;
        _ -> policy(Watch, Account, Contact) % what was read may have been emptied meanwhile
    end.

%% The tables go with the process of the host, which comes back at once. What holds meanwhile is not known.
-spec policy_for_answer(watch(), party(), party()) -> policy().
policy_for_answer(Watch, Account, Contact) ->
    try policy(Watch, Account, Contact)
    catch error:badarg -> refuse
    end.

-spec read_policy_of(party(), party(), ets:tid()) -> policy().
read_policy_of(#party{bare = Account}, Contact, Table) ->
    case ets:lookup(Table, settings) of
        [{_, #settings{locked = true, default = Default}}] -> Default;
        [{_, #settings{default = Default}}] -> own_policy(ets:lookup(Table, Account), Contact, Default);
        [] -> client
    end.

-spec own_policy([{bare(), policy() | {policy() | default, map()}}], party(), policy()) -> policy().
own_policy([], _, Default) ->
    Default;
own_policy([{_, {Own, Exceptions}}], #party{bare = Bare, server = Server}, Default) ->
    case Exceptions of
        #{Bare := Policy} -> Policy;
        #{Server := Policy} -> Policy;
        _ when Own == default -> Default;
        _ -> Own
    end;
own_policy([{_, Policy}], _, _) ->
    Policy.

-spec disclosure(watch()) -> binary().
disclosure(#watch{counters = Counters, policies = Tables}) ->
    case ets:lookup(element(1 + atomics:get(Counters, ?COUNT_SWAPPED) band 1, Tables), settings) of
        [{_, #settings{disclosure = Disclosure}}] -> Disclosure;
        [] -> (#settings{})#settings.disclosure
    end.

%% ---- Tables

-spec new_tables() -> {ets:tid(), ets:tid()}.
new_tables() ->
    {new_table(), new_table()}.

-spec new_table() -> ets:tid().
new_table() ->
    Table = ets:new(receipts_policies, [set, protected, {read_concurrency, true}]),
    ets:insert(Table, {settings, #settings{}}),
    Table.

-spec in_force(policies()) -> ets:tid().
in_force(#policies{tables = Tables, counters = Counters}) ->
    element(1 + atomics:get(Counters, ?COUNT_SWAPPED) band 1, Tables).

-spec out_of_force(policies()) -> ets:tid().
out_of_force(#policies{tables = Tables, counters = Counters}) ->
    element(2 - atomics:get(Counters, ?COUNT_SWAPPED) band 1, Tables).

-spec put_settings(settings(), policies()) -> policies().
put_settings(Settings, Policies) ->
    ets:insert(in_force(Policies), {settings, effective(Settings, Policies)}),
    Policies#policies{settings = Settings}.

%% As long as nobody can say what users chose, all that they could have chosen is stopped.
-spec effective(settings(), policies()) -> settings().
effective(Settings, #policies{is_sure = true}) -> Settings;
effective(_, #policies{is_sure = false}) -> #settings{default = refuse, locked = true}.

-spec be_sure(policies()) -> policies().
be_sure(#policies{settings = Settings} = Policies) ->
    put_settings(Settings, Policies#policies{is_sure = true}).

-spec swap(policies()) -> ok.
swap(#policies{counters = Counters}) ->
    atomics:add(Counters, ?COUNT_SWAPPED, 1).

%% Had the account a policy?
-spec forget(bare(), ets:tid()) -> boolean().
forget(Account, Table) ->
    ets:take(Table, Account) =/= [].

%% ---- Lines

%% Lines that cannot be read are left out.
-spec read_lines(ets:tid(), binary(), binary()) -> ok.
read_lines(Table, Text, Host) ->
    Lines = [Line || Line <- binary:split(Text, <<"\n">>, [global]), Line =/= <<>>],
    case [Line || Line <- Lines, not read_line(Table, Line, Host)] of
        [] -> ok;
        _ -> mod_receipts_hook:complain(Host, a_policy_that_cannot_be_read)
    end.

-spec read_line(ets:tid(), binary(), binary()) -> boolean().
read_line(Table, Line, Host) ->
    case binary:split(Line, <<"\t">>, [global]) of
        [Account, Policy | Fields] ->
            set_policy(Table, account(Account, Host), read_policy(Policy), Fields);
        _ ->
            false
    end.

-spec account(binary(), binary()) -> bare() | none.
account(Account, Host) ->
    case binary:split(Account, <<"@">>) of
        [User, Host] when User =/= <<>> -> decode(Account);
        _ -> none
    end.

-spec set_policy(ets:tid(), bare() | none, policy() | default | none, [binary()]) -> boolean().
set_policy(_, none, _, _) -> false;
set_policy(_, _, none, _) -> false;
set_policy(Table, Account, default, []) -> ets:delete(Table, Account);
set_policy(Table, Account, Policy, []) -> ets:insert(Table, {Account, Policy});
set_policy(Table, Account, Policy, Fields) ->
    Exceptions = [read_exception(Field) || Field <- Fields, Field =/= <<>>],
    not lists:member(unreadable, Exceptions)
        andalso ets:insert(Table, {Account, {Policy, maps:from_list(Exceptions)}}).

-spec read_exception(binary()) -> {binary(), policy()} | unreadable.
read_exception(Field) ->
    case binary:split(Field, <<" ">>) of
        [Text, Contact] when Contact =/= <<>> ->
            case read_policy(Text) of
                Policy when Policy == none; Policy == default -> unreadable;
                Policy -> {decode(Contact), Policy}
            end;
        _ ->
            unreadable
    end.

-spec read_policy(binary()) -> policy() | default | none.
read_policy(<<"client">>) -> client;
read_policy(<<"automatic">>) -> automatic;
read_policy(<<"manual">>) -> manual;
read_policy(<<"refuse">>) -> refuse;
read_policy(<<"default">>) -> default;
read_policy(_) -> none.

%% ---- Settings

-spec make_settings(binary(), binary(), binary(), binary()) -> settings() | none.
make_settings(Version, Default, Locked, Disclosure) ->
    case {read_policy(Default), lists:member(Locked, [<<"yes">>, <<"no">>, <<>>])} of
        {Policy, true} when Policy =/= none, Policy =/= default ->
            Known = case is_usable_id(Version) of true -> Version; false -> none end,
            #settings{version = Known, known = Known,
                      default = Policy, locked = Locked == <<"yes">>, disclosure = read_disclosure(Disclosure)};
        _ ->
            none
    end.

%% What a newer component may say counts as the strictest.
-spec read_disclosure(binary()) -> binary().
read_disclosure(Known) when Known == <<"domain">>; Known == <<"everyone">> -> Known;
read_disclosure(_) -> <<"subscribers">>.
