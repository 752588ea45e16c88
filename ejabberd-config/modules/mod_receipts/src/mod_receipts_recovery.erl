%%% What the last run left in the spool.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_recovery).

-export([recover/1]).

-import(mod_receipts_spool, [path_of/2, end_of/1, count_lines/1]).

-include("mod_receipts.hrl").

-define(FIRST_LINE_BYTES, 16384). % holds the first line
-define(LAST_TICK_BYTES, 524288). % holds the lines of the last tick

-spec recover(spool()) -> spool().
recover(#spool{folder = Folder} = Spool) ->
    {Position, Stamp} = read_position(filename:join(Folder, "position")),
    Bases = find_segments(Folder),
    Acknowledged = max(Position, hd(Bases ++ [0])),
    Spool1 = Spool#spool{acknowledged = Acknowledged, read = Acknowledged},
    {Segments, Waiting, Newest} = recover_segments(Bases, Spool1, Stamp),
    Written = lists:max([Acknowledged | [end_of(Segment) || Segment <- Segments]]),
    Spool2 = Spool1#spool{segments = Segments, waiting = Waiting, written = Written, newest = Newest,
                          gap_stamp = newest_gap(Segments, Spool1),
                          size = lists:sum([Segment#segment.size || Segment <- Segments])},
    Unreadable = length(Bases) - length(Segments), % at least one line each
    mod_receipts_spool:acknowledge(Acknowledged, mod_receipts_spool:note_dropped(Unreadable, Newest, Spool2)).

%% The folder may hold what is not ours.
-spec find_segments(file:filename()) -> [position()].
find_segments(Folder) ->
    {ok, Names} = file:list_dir(Folder),
    lists:sort([list_to_integer(filename:rootname(Name))
                || Name <- Names, re:run(Name, "^[0-9]{16}\\.facts$", [{capture, none}]) == match]).

-spec read_position(file:filename()) -> {position(), stamp()}.
read_position(Path) ->
    try
        {ok, Text} = file:read_file(Path),
        [Position, Stamp, <<>>] = re:split(Text, <<"[ \n]">>),
        {binary_to_integer(Position), binary_to_integer(Stamp)}
    catch
        error:{badmatch, _} -> {0, 0}; % the first run has no file, and a crash may leave an empty one
        error:badarg -> {0, 0} % no numbers: the disk has damaged it
    end.

-spec recover_segments([position()], spool(), stamp()) -> {[segment()], item_count(), stamp()}.
recover_segments([], _, Newest) ->
    {[], 0, Newest};
recover_segments([Base | Bases], Spool, Newest) ->
    Path = path_of(#segment{base = Base, size = 0, stamp = 0}, Spool),
    case file:read_file(Path) of
        {ok, All} ->
            recover_segment(Base, whole_lines(All, Base, Bases), Bases, Spool, Newest);
        {error, Reason} ->
            ?ERROR_MSG("Cannot read facts from ~ts (~p): leaving it out", [Path, Reason]),
            recover_segments(Bases, Spool, Newest)
    end.

-spec recover_segment(position(), binary(), [position()], spool(), stamp()) -> {[segment()], item_count(), stamp()}.
recover_segment(Base, Text, Bases, #spool{read = Read} = Spool, Newest) ->
    Segment = #segment{base = Base, size = byte_size(Text), stamp = hd(stamps(first_part(Text)) ++ [Newest])},
    Known = max(0, min(Read - Base, byte_size(Text))),
    Waiting = count_lines(binary:part(Text, Known, byte_size(Text) - Known)),
    {Segments, More, Last} = recover_segments(Bases, Spool, lists:max([Newest | stamps(last_part(Text))])),
    {[Segment | Segments], Waiting + More, Last}.

%% Of the gaps that a line tells of.
-spec newest_gap([segment()], spool()) -> stamp().
newest_gap(Segments, Spool) ->
    lists:max([0 | lists:flatmap(fun(Segment) -> gaps_in(path_of(Segment, Spool)) end, Segments)]).

-spec gaps_in(file:filename()) -> [stamp()].
gaps_in(Path) ->
    case file:read_file(Path) of
        {ok, Text} -> integers(Text, <<"^gap\t([0-9]+)\t">>);
        {error, _} -> []
    end.

%% The end of a segment may be half a line, written when the server died or the disk was full.
-spec whole_lines(binary(), position(), [position()]) -> binary().
whole_lines(All, Base, Following) ->
    Own = case Following of
              [Next | _] -> binary:part(All, 0, min(byte_size(All), Next - Base));
              [] -> All
          end,
    case binary:matches(Own, <<"\n">>) of
        [] -> <<>>;
        Ends -> binary:part(Own, 0, element(1, lists:last(Ends)) + 1)
    end.

%% Stamps increase from tick to tick: the first is in the first line, the last is in a line of the
%% last tick.
-spec first_part(binary()) -> binary().
first_part(Text) ->
    binary:part(Text, 0, min(byte_size(Text), ?FIRST_LINE_BYTES)).

-spec last_part(binary()) -> binary().
last_part(Text) ->
    Size = min(byte_size(Text), ?LAST_TICK_BYTES),
    binary:part(Text, byte_size(Text) - Size, Size).

-spec stamps(binary()) -> [stamp()].
stamps(Text) ->
    integers(Text, <<"(?:\t[a-z]+ |^(?:deleted|emptied|restarted|node-restarted)\t)([0-9]+)">>).

-spec integers(binary(), binary()) -> [non_neg_integer()].
integers(Text, Pattern) ->
    case re:run(Text, Pattern, [global, multiline, {capture, all_but_first, binary}]) of
        {match, Found} -> [binary_to_integer(Digits) || [Digits] <- Found];
        nomatch -> []
    end.
