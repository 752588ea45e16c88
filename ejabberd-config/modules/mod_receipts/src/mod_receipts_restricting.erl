%%% The words of what restricts what may be told. A component that does not know one of them leaves it
%%% out (docs/protocol.md section 2.2); its hello says which it knows.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_restricting).

-export([is_known/2, part_of/1]).

-include("mod_receipts.hrl").

-define(FACTS, [<<"unseen">>, <<"kept">>]).
-define(LINES, [<<"emptied">>, <<"restarted">>]).
-define(LINES_OF_NODES, [<<"node-restarted">>]). % known by the word "nodes"

%% Does a component that knows these words know all of ours?
-spec is_known([binary()], IsAlone :: boolean()) -> boolean().
is_known(Words, IsAlone) ->
    (?FACTS ++ ?LINES ++ [<<"nodes">> || not IsAlone]) -- Words == [].

%% What of these lines restricts, each line with its end. Hardly any batch has something, and finding
%% is quick.
-spec part_of(binary()) -> {binary(), item_count()}.
part_of(Text) ->
    case binary:match(Text, [<<"\t", Word/binary, " ">> || Word <- ?FACTS] ++ ?LINES ++ ?LINES_OF_NODES) of
        nomatch -> {<<>>, 0};
        _ -> join(lists:filtermap(fun part_of_line/1, binary:split(Text, <<"\n">>, [global])))
    end.

-spec join([iodata()]) -> {binary(), item_count()}.
join(Lines) ->
    {iolist_to_binary([[Line, $\n] || Line <- Lines]), length(Lines)}.

-spec part_of_line(binary()) -> {true, iodata()} | false.
part_of_line(Line) ->
    case binary:split(Line, <<"\t">>, [global]) of
        [<<"message">>, Id, Sender, Recipient | Facts] ->
            part_of_message([<<"message">>, Id, Sender, Recipient], Facts);
        [Kind | _] ->
            lists:member(Kind, ?LINES ++ ?LINES_OF_NODES) andalso {true, Line}
    end.

%% The message, its occupant if it has one, and what restricts.
-spec part_of_message([binary()], [binary()]) -> {true, iodata()} | false.
part_of_message(Head, Facts) ->
    case lists:partition(fun restricts/1, Facts) of
        {[], _} -> false;
        {Restricting, Others} -> {true, lists:join($\t, Head ++ lists:filter(fun is_occupant/1, Others) ++ Restricting)}
    end.

-spec restricts(binary()) -> boolean().
restricts(Fact) ->
    lists:member(hd(binary:split(Fact, <<" ">>)), ?FACTS).

-spec is_occupant(binary()) -> boolean().
is_occupant(Field) ->
    hd(binary:split(Field, <<" ">>)) == <<"occupant">>.
