%%% Orders about policies: a whole set in parts, or a change of what is held already.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_policy_orders).

-export([take_order/2, change/3, forget_account/2, part_number/1]).

-import(mod_receipts_policies, [in_force/1, out_of_force/1, put_settings/2, read_lines/3]).

-include("mod_receipts.hrl").

-type result() :: {fxml:xmlel() | stanza_error(), policies()}.

-spec take_order(fxml:xmlel(), policies()) -> result().
take_order(Order, Policies) ->
    Text = mod_receipts_component:text_of(Order),
    Attr = fun(Name) -> fxml:get_tag_attr_s(Name, Order) end,
    Settings = mod_receipts_policies:make_settings(Attr(<<"version">>), Attr(<<"default">>), Attr(<<"locked">>),
                                                   Attr(<<"disclosure">>)),
    case {is_usable(Text, Settings), Attr(<<"since">>), part_number(Attr(<<"part">>))} of
        {false, _, _} -> {xmpp:err_bad_request(), Policies};
        {true, <<>>, none} -> {xmpp:err_bad_request(), Policies};
        {true, <<>>, 1} -> take_first_part(Order, Settings, Text, Policies);
        {true, <<>>, Part} -> take_next_part(Part, is_last(Order), Settings, Text, Policies);
        {true, Since, _} -> take_change(Since, Settings, Text, Policies)
    end.

-spec is_usable(binary() | none, settings() | none) -> boolean().
is_usable(Text, #settings{version = Version}) when is_binary(Text), byte_size(Text) =< ?MAX_ORDER_BYTES ->
    Version =/= none;
is_usable(_, _) ->
    false.

-spec part_number(binary()) -> non_neg_integer() | none.
part_number(Text) ->
    case re:run(Text, <<"^[0-9]{1,9}$">>) of
        nomatch -> none;
        _ -> binary_to_integer(Text)
    end.

%% The version is that of the accounts: an operator may have changed the settings under the same
%% version.
-spec take_change(binary(), settings(), binary(), policies()) -> result().
take_change(_, New, _, #policies{settings = New, is_sure = true} = Policies) ->
    {held(New#settings.version), ordered_now(Policies)};
take_change(_, #settings{version = Version} = New, _, #policies{settings = #settings{version = Version}} = Policies) ->
    answer(change(New, <<>>, sure(Policies)), Version);
take_change(Since, #settings{version = Version} = New, Text, #policies{settings = #settings{version = Held}} = Policies) ->
    case is_between(Since, Held, Version) of
        true -> answer(change(New, Text, sure(Policies)), Version);
        false -> {xmpp:err_item_not_found(), Policies}
    end.

%% Lines say what holds, not what differs: what changed since an older version may be taken again.
-spec is_between(binary(), binary() | none, binary()) -> boolean().
is_between(Since, Since, _) ->
    true;
is_between(Since, Held, Version) ->
    case [mod_receipts_policy_list:epoch_and_number(Text) || Text <- [Since, Held, Version]] of
        [{Epoch, First}, {Epoch, Second}, {Epoch, Third}] -> First =< Second andalso Second =< Third;
        _ -> false
    end.

%% The component has said what holds.
-spec sure(policies()) -> policies().
sure(Policies) ->
    ordered_now(Policies#policies{is_sure = true}).

-spec ordered_now(policies()) -> policies().
ordered_now(#policies{ordered = Ordered} = Policies) ->
    Policies#policies{ordered = max(os:system_time(microsecond), Ordered + 1)}.

-spec change(settings(), binary(), policies()) -> {ok | error, policies()}.
change(New, Text, #policies{host = Host} = Policies) ->
    read_lines(in_force(Policies), Text, Host),
    Lines = case Text of <<>> -> <<>>; _ -> [Text, $\n] end,
    mod_receipts_policy_file:append(Lines, put_settings(New, Policies)).

-spec answer({ok | error, policies()}, binary()) -> result().
answer({ok, Policies}, Version) -> {held(Version), Policies};
answer({error, Policies}, _) -> {not_on_disk(), Policies}.

-spec held(binary() | none) -> fxml:xmlel().
held(Version) ->
    #xmlel{name = <<"policies">>, attrs = [{<<"xmlns">>, ?NS_FEED} | [{<<"version">>, Version} || Version =/= none]]}.

-spec not_on_disk() -> stanza_error().
not_on_disk() ->
    xmpp:err_resource_constraint(<<"The policies are in force, but cannot be written to disk">>, <<"en">>).

-spec take_first_part(fxml:xmlel(), settings(), binary(), policies()) -> result().
take_first_part(Order, #settings{version = Version} = Settings, Text, #policies{host = Host} = Policies) ->
    case mod_receipts_policy_list:may_replace(Version, fxml:get_tag_attr(<<"instead">>, Order), Policies) of
        true ->
            take_next_part(1, is_last(Order), Settings, Text, mod_receipts_policy_file:begin_set(Version, Policies));
        false ->
            mod_receipts_hook:complain(Host, the_component_has_another_store_than_that_of_the_policies_in_force),
            {xmpp:err_conflict(), Policies}
    end.

-spec is_last(fxml:xmlel()) -> boolean().
is_last(Order) ->
    fxml:get_tag_attr_s(<<"last">>, Order) == <<"yes">>.

-spec take_next_part(non_neg_integer(), boolean(), settings(), binary(), policies()) -> result().
take_next_part(Part, IsLast, #settings{version = Version} = Settings, Text,
               #policies{incoming = #incoming{version = Version, parts = Parts}, host = Host} = Policies)
  when Part == Parts + 1 ->
    read_lines(out_of_force(Policies), Text, Host),
    #policies{incoming = Incoming} = Written = mod_receipts_policy_file:write([Text, $\n], Policies),
    case IsLast of
        true -> answer(mod_receipts_policy_file:end_set(Settings, replacing(Written)), Version);
        false -> {held(Version), Written#policies{incoming = Incoming#incoming{parts = Part}}}
    end;
take_next_part(_, _, _, _, Policies) ->
    {xmpp:err_unexpected_request(), Policies}.

-spec replacing(policies()) -> policies().
replacing(#policies{settings = #settings{known = none}} = Policies) -> (sure(Policies))#policies{instead = <<>>};
replacing(#policies{settings = #settings{known = Known}} = Policies) -> (sure(Policies))#policies{instead = Known}.

%% A deleted account has no policy; a set that is on its way may still hold it.
-spec forget_account(bare(), policies()) -> policies().
forget_account(Account, Policies) ->
    Line = [mod_receipts_address:encode(Account), <<"\tdefault\n">>],
    Policies1 = forget_incoming(Account, Line, Policies),
    case mod_receipts_policies:forget(Account, in_force(Policies1)) of
        true -> element(2, mod_receipts_policy_file:append(Line, Policies1));
        false -> Policies1
    end.

-spec forget_incoming(bare(), iodata(), policies()) -> policies().
forget_incoming(_, _, #policies{incoming = none} = Policies) ->
    Policies;
forget_incoming(Account, Line, Policies) ->
    mod_receipts_policies:forget(Account, out_of_force(Policies)),
    mod_receipts_policy_file:write(Line, Policies).
