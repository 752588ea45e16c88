%%% What is counted since the server has the module, for whoever looks for the reason why nothing
%%% comes. The hello tells it (docs/protocol.md section 2.1).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_counts).

-export([prepare/1, add/2, text/1]).

-include("mod_receipts.hrl").

-define(NAMES,
        [%% Answers of our users, by the policy; named: the policy for one who is named inside
         'stopped-manual', 'stopped-refuse', 'stopped-manual-named', 'stopped-refuse-named',
         %% Messages that ask for a receipt, by the reason why they are not tracked
         'untracked-exempt', 'untracked-answers', 'untracked-no-content', 'untracked-no-id', 'untracked-from-room',
         %% Answers of clients that are not reported, by the reason
         'unreported-no-id', 'unreported-too-many',
         %% Messages whose sender wants to hear of silence, without a time that can be kept
         'unwatched-within',
         %% Of others than the component
         'orders-refused']).

%% The counts outlive the process of the host. Another version of the module may count other things.
-spec prepare(binary()) -> ok.
prepare(Host) ->
    case persistent_term:get({?MODULE, Host}, none) of
        {?NAMES, _} -> ok;
        _ -> persistent_term:put({?MODULE, Host}, {?NAMES, atomics:new(length(?NAMES), [{signed, false}])})
    end.

-spec add(count_name(), binary()) -> ok.
add(Name, Host) ->
    case persistent_term:get({?MODULE, Host}, none) of
        {?NAMES, Counts} -> atomics:add(Counts, place(Name), 1);
        _ -> ok % an upgrade is under way
    end.

-spec place(count_name()) -> pos_integer().
place(Name) ->
    1 + length(lists:takewhile(fun(Other) -> Other =/= Name end, ?NAMES)).

-spec text(binary()) -> binary().
text(Host) ->
    case persistent_term:get({?MODULE, Host}, none) of
        {?NAMES, Counts} -> iolist_to_binary(lists:join($\s, [word(Name, Counts) || Name <- ?NAMES]));
        _ -> <<>>
    end.

-spec word(count_name(), atomics:atomics_ref()) -> iodata().
word(Name, Counts) ->
    [atom_to_binary(Name, utf8), $=, integer_to_binary(atomics:get(Counts, place(Name)))].
