%%% What a sender asks for in <report/>: certain statuses, and for how long silence is fine
%%% (docs/protocol.md section 3.2).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_report).

-export([details/2]).

-include("mod_receipts.hrl").

-define(MAX_WITHIN, 30 * 24 * 60 * 60). % seconds
-define(MAX_WORD_BYTES, 32). % of a duration, and of a status
-define(UNITS, [24 * 60 * 60, 60 * 60, 60, 1]). % seconds

%% A duration of XML Schema, without years, months and fractions.
-define(DURATION, <<"^P(?=.)(?:(\\d+)D)?(?:T(?=.)(?:(\\d+)H)?(?:(\\d+)M)?(?:(\\d+)S)?)?\\z">>).

%% Who only waits for an answer gets the receipts that everybody gets.
-spec details(fxml:xmlel(), binary()) -> iodata().
details(Report, Host) ->
    case {fxml:get_tag_attr(<<"within">>, Report), fxml:get_tag_attr(<<"statuses">>, Report)} of
        {false, false} -> status_details(<<>>);
        {false, {value, Statuses}} -> status_details(Statuses);
        {{value, Within}, false} -> watch_details(Within, Report, Host);
        {{value, Within}, {value, Statuses}} -> [status_details(Statuses), watch_details(Within, Report, Host)]
    end.

-spec status_details(binary()) -> iodata().
status_details(Text) ->
    Words = re:split(Text, <<"\\s+">>, [trim]),
    Statuses = iolist_to_binary(lists:join($,, [Word || Word <- Words, Word =/= <<>>])),
    [<<" report=">>, mod_receipts_address:encode(binary:part(Statuses, 0, min(byte_size(Statuses), ?MAX_ID_BYTES)))].

-spec watch_details(binary(), fxml:xmlel(), binary()) -> iodata().
watch_details(Within, Report, Host) ->
    case seconds_in(Within) of
        Seconds when Seconds >= 1, Seconds =< ?MAX_WITHIN ->
            [<<" within=">>, integer_to_binary(Seconds), until_details(fxml:get_tag_attr_s(<<"until">>, Report))];
        _ ->
            mod_receipts_counts:add('unwatched-within', Host),
            <<>>
    end.

%% 0: it cannot be read.
-spec seconds_in(binary()) -> non_neg_integer().
seconds_in(Duration) when byte_size(Duration) > ?MAX_WORD_BYTES ->
    0;
seconds_in(Duration) ->
    case re:run(Duration, ?DURATION, [{capture, [1, 2, 3, 4], binary}]) of
        {match, Numbers} -> lists:sum(lists:zipwith(fun(Number, Unit) -> number(Number) * Unit end, Numbers, ?UNITS));
        nomatch -> 0
    end.

-spec number(binary()) -> non_neg_integer().
number(<<>>) -> 0;
number(Digits) -> binary_to_integer(Digits).

-spec until_details(binary()) -> iodata().
until_details(Status) ->
    case byte_size(Status) =< ?MAX_WORD_BYTES andalso re:run(Status, <<"^[a-z-]+\\z">>, [{capture, none}]) of
        match -> [<<" until=">>, Status];
        _ -> <<>>
    end.
