%%% The spool: every line is on disk before it is sent, and stays there until it is acknowledged.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_spool).

-export([store/4, retry/1, take/1, keep_within_limit/1, acknowledge/2, note_newest/2, save_position/1, note_dropped/3,
         take_gap/1, path_of/2, end_of/1, count_lines/1, count_items/1, cut_batch/1, weight/1]).

-include("mod_receipts.hrl").

-define(MAX_UNWRITTEN_ITEMS, 5000).
-define(MAX_SEGMENT_BYTES, 1024 * 1024).
%% What such a character takes in XML, at most, beyond its one byte.
-define(MORE_BYTES, 5).
-define(SPECIAL_CHARACTERS, [<<"&">>, <<"<">>, <<">">>, <<"'">>, <<"\"">>]).
-define(IDLE_SEGMENT_BYTES, 256 * 1024). % the last one goes, too, once it is as big and done with

%% ---- Writing

%% What is written while all before it is read stays in memory, too, until it is taken: it need not
%% be read from the disk.
-spec store(binary(), item_count(), stamp(), spool()) -> spool().
store(Text, Items, Newest, #spool{unwritten = [_ | _]} = Spool) ->
    hold(Text, Items, note_newest(Newest, Spool));
store(Text, Items, Newest, #spool{written = From} = Spool) ->
    case append(Text, note_newest(Newest, Spool)) of
        {error, Spool1} -> hold(Text, Items, Spool1);
        {ok, Spool1} -> keep_fresh(From, Text, Items, add_waiting(Items, Spool1))
    end.

-spec note_newest(stamp(), spool()) -> spool().
note_newest(Stamp, #spool{newest = Newest} = Spool) ->
    Spool#spool{newest = max(Stamp, Newest)}.

-spec keep_fresh(position(), binary(), item_count(), spool()) -> spool().
keep_fresh(From, Text, Items, #spool{read = Read, fresh = Fresh, written = Ends} = Spool) ->
    Begins = case Fresh of [] -> Read; _ -> (lists:last(Fresh))#batch.ends end,
    case Begins == From andalso length(Fresh) < ?MAX_BATCHES of
        true -> Spool#spool{fresh = Fresh ++ [#batch{text = Text, items = Items, ends = Ends}]};
        false -> Spool
    end.

-spec add_waiting(integer(), spool()) -> spool().
add_waiting(Items, #spool{waiting = Waiting} = Spool) ->
    Spool#spool{waiting = max(0, Waiting + Items)}.

%% A failed write may have left half a line: nothing is read beyond what is known to be whole, and
%% writing goes on in another segment.
-spec append(binary(), spool()) -> {ok | error, spool()}.
append(Text, Spool) ->
    case try_append(Text, Spool) of
        {ok, #spool{folder = Folder, is_failing = IsFailing} = Spool1} ->
            IsFailing andalso ?INFO_MSG("Facts are written to ~ts again", [Folder]),
            {ok, Spool1#spool{is_failing = false}};
        {error, Reason, #spool{folder = Folder, is_failing = IsFailing} = Spool1} ->
            IsFailing orelse
                ?ERROR_MSG("Cannot write facts to ~ts (~p): keeping at most ~p in memory",
                           [Folder, Reason, ?MAX_UNWRITTEN_ITEMS]),
            {error, (close_segment(Spool1))#spool{is_failing = true}}
    end.

%% Only the process of the host waits here for the disk, and no session waits for that process. A call
%% writes at most one batch (100 lines, 60 KB) and syncs nothing. If the disk is slow for long, what the
%% sessions cast meanwhile is bounded, too: see mod_receipts_fact.
-spec try_append(binary(), spool()) -> {ok, spool()} | {error, term(), spool()}.
try_append(Text, Spool) ->
    case open_segment(Spool) of
        {ok, #spool{file = File} = Spool1} ->
            case file:write(File, [Text, $\n]) of
                ok -> {ok, grow(byte_size(Text) + 1, Spool1)};
                {error, Reason} -> {error, Reason, Spool1}
            end;
        {error, Reason, Spool1} ->
            {error, Reason, Spool1}
    end.

-spec grow(pos_integer(), spool()) -> spool().
grow(Bytes, #spool{open = #segment{size = OpenSize} = Open, size = Size, written = Written} = Spool) ->
    Spool#spool{open = Open#segment{size = OpenSize + Bytes}, size = Size + Bytes, written = Written + Bytes}.

-spec open_segment(spool()) -> {ok, spool()} | {error, term(), spool()}.
open_segment(#spool{open = #segment{size = Size}, limit = Limit} = Spool) ->
    case Size >= min(?MAX_SEGMENT_BYTES, Limit div 8) of
        true -> begin_segment(close_segment(Spool));
        false -> {ok, Spool}
    end;
open_segment(Spool) ->
    begin_segment(Spool).

-spec begin_segment(spool()) -> {ok, spool()} | {error, term(), spool()}.
begin_segment(#spool{written = Base, newest = Newest, segments = Segments} = Spool) ->
    Segment = #segment{base = Base, size = 0, stamp = Newest},
    case file:open(path_of(Segment, Spool), [write, raw, binary]) of
        {ok, File} -> {ok, Spool#spool{file = File, open = Segment, segments = without(Base, Segments)}};
        {error, Reason} -> {error, Reason, Spool}
    end.

%% An empty segment has the name of the one that follows it.
-spec without(position(), [segment()]) -> [segment()].
without(Base, Segments) ->
    lists:keydelete(Base, #segment.base, Segments).

-spec close_segment(spool()) -> spool().
close_segment(#spool{open = none} = Spool) ->
    Spool;
close_segment(#spool{open = Open, file = File, segments = Segments} = Spool) ->
    _ = file:close(File),
    Spool#spool{open = none, file = undefined, segments = Segments ++ [Open]}.

-spec path_of(segment(), spool()) -> file:filename().
path_of(#segment{base = Base}, #spool{folder = Folder}) ->
    filename:join(Folder, io_lib:format("~16..0B.facts", [Base])).

-spec end_of(segment()) -> position().
end_of(#segment{base = Base, size = Size}) ->
    Base + Size.

%% ---- What the disk does not take

-spec hold(binary(), item_count(), spool()) -> spool().
hold(Text, Items, #spool{unwritten = Unwritten} = Spool) ->
    shed_unwritten(add_waiting(Items, Spool#spool{unwritten = Unwritten ++ [{Text, Items}]})).

-spec shed_unwritten(spool()) -> spool().
shed_unwritten(#spool{unwritten = [{Text, Items} | Rest] = Unwritten, newest = Newest} = Spool) ->
    case lists:sum([Count || {_, Count} <- Unwritten]) > ?MAX_UNWRITTEN_ITEMS of
        true ->
            Shed = add_waiting(-Items, Spool#spool{unwritten = Rest}),
            shed_unwritten(note_dropped(count_items(Text), Newest, Shed));
        false ->
            Spool
    end.

-spec retry(spool()) -> spool().
retry(#spool{unwritten = []} = Spool) ->
    Spool;
retry(#spool{unwritten = [{Text, _} | Rest]} = Spool) ->
    case append(Text, Spool) of
        {ok, Spool1} -> retry(Spool1#spool{unwritten = Rest});
        {error, Spool1} -> Spool1
    end.

%% ---- Gaps: what was dropped is counted, and reported by a line of its own

%% Each gap has a stamp of its own: one that is told again can be told from another one, also where
%% segments begin with the same stamp.
-spec note_dropped(item_count(), stamp(), spool()) -> spool().
note_dropped(0, _, Spool) ->
    Spool;
note_dropped(Items, Stamp, #spool{gap = 0, gap_stamp = Last} = Spool) ->
    Spool#spool{gap = Items, gap_stamp = max(Last + 1, Stamp)};
note_dropped(Items, Stamp, #spool{gap = Gap, gap_stamp = Newest} = Spool) ->
    Spool#spool{gap = Gap + Items, gap_stamp = max(Newest, Stamp)}.

%% Not while the disk takes nothing: more may follow.
-spec take_gap(spool()) -> {{stamp(), item_count()} | none, spool()}.
take_gap(#spool{gap = Gap, unwritten = Unwritten} = Spool) when Gap == 0; Unwritten =/= [] ->
    {none, Spool};
take_gap(#spool{gap = Gap, gap_stamp = Stamp} = Spool) ->
    {{Stamp, Gap}, Spool#spool{gap = 0}}.

%% Not while the component takes all that there is.
-spec keep_within_limit(spool()) -> spool().
keep_within_limit(#spool{size = Size, limit = Limit, read = Read, written = Written, is_overfull = IsOverfull} = Spool)
  when Size > Limit, Read < Written ->
    case all_segments(Spool) of
        [Oldest, Next | _] ->
            IsOverfull orelse
                ?WARNING_MSG("The component has not taken facts for long and the spool is full (~p bytes): "
                             "dropping the oldest", [Limit]),
            keep_within_limit(drop(Oldest, Next, Spool#spool{is_overfull = true}));
        _ ->
            Spool
    end;
keep_within_limit(Spool) ->
    Spool.

-spec all_segments(spool()) -> [segment()].
all_segments(#spool{segments = Segments, open = none}) -> Segments;
all_segments(#spool{segments = Segments, open = Open}) -> Segments ++ [Open].

%% Gives up what has not been read of the oldest segment.
-spec drop(segment(), segment(), spool()) -> spool().
drop(Oldest, #segment{base = Next, stamp = Stamp}, #spool{read = Read, acknowledged = Acknowledged} = Spool) ->
    From = max(Read, Oldest#segment.base),
    Text = read_text(Oldest, From, end_of(Oldest) - From, Spool),
    Kept = case Read < Next of true -> Spool#spool{read = Next, fresh = []}; false -> Spool end,
    Forgotten = forget_oldest(Kept#spool{acknowledged = max(Acknowledged, Next)}),
    note_dropped(count_items(Text), Stamp, add_waiting(-count_lines(Text), Forgotten)).

-spec forget_oldest(spool()) -> spool().
forget_oldest(#spool{segments = [Oldest | Rest], size = Size} = Spool) ->
    _ = file:delete(path_of(Oldest, Spool)),
    Spool#spool{segments = Rest, size = Size - Oldest#segment.size};
forget_oldest(#spool{segments = [], open = #segment{}} = Spool) ->
    forget_oldest(close_segment(Spool)).

-spec count_lines(binary()) -> non_neg_integer().
count_lines(Text) ->
    length(binary:matches(Text, <<"\n">>)).

%% Lines, and instead of a gap those that it stands for.
-spec count_items(binary()) -> item_count().
count_items(Text) ->
    Lines = [Line || Line <- binary:split(Text, <<"\n">>, [global]), Line =/= <<>>],
    lists:sum([count_item(Line) || Line <- Lines]).

-spec count_item(binary()) -> item_count().
count_item(<<"gap\t", Rest/binary>>) ->
    try binary_to_integer(lists:last(binary:split(Rest, <<"\t">>)))
    catch error:badarg -> 1
    end;
count_item(_) ->
    1.

%% ---- Reading

%% The next batch of what waits: first what is on the disk, then what the disk did not take.
-spec take(spool()) -> {batch(), spool()} | none.
take(#spool{fresh = [#batch{items = Items, ends = Ends} = Batch | Rest]} = Spool) ->
    {Batch, add_waiting(-Items, Spool#spool{fresh = Rest, read = Ends})};
take(#spool{read = Read, written = Written} = Spool) when Read < Written ->
    Segment = hd([Segment || Segment <- all_segments(Spool), Read < end_of(Segment)]),
    From = max(Read, Segment#segment.base),
    case cut_batch(read_text(Segment, From, min(?MAX_BATCH_BYTES, end_of(Segment) - From), Spool)) of
        none ->
            take(skip_unreadable(Segment, Spool));
        {Text, Items, Bytes} ->
            Ends = From + Bytes,
            {#batch{text = Text, items = Items, ends = Ends}, add_waiting(-Items, Spool#spool{read = Ends})}
    end;
take(#spool{unwritten = [{Text, Items} | Rest], read = Read} = Spool) ->
    {#batch{text = Text, items = Items, ends = Read}, add_waiting(-Items, Spool#spool{unwritten = Rest})};
take(_) ->
    none.

-spec read_text(segment(), position(), integer(), spool()) -> binary().
read_text(_, _, Size, _) when Size =< 0 ->
    <<>>;
read_text(#segment{base = Base} = Segment, From, Size, Spool) ->
    case file:open(path_of(Segment, Spool), [read, raw, binary]) of
        {ok, File} ->
            Read = file:pread(File, From - Base, Size),
            _ = file:close(File),
            case Read of {ok, Text} -> Text; _ -> <<>> end;
        {error, _} ->
            <<>>
    end.

%% As many whole lines as a batch may hold, without the last line end; how many; how many bytes.
-spec cut_batch(binary()) -> {binary(), item_count(), pos_integer()} | none.
cut_batch(Text) ->
    case light(lists:sublist(binary:matches(Text, <<"\n">>), ?MAX_BATCH_ITEMS), Text) of
        [] ->
            none;
        Ends ->
            {Last, 1} = lists:last(Ends),
            {binary:part(Text, 0, Last), length(Ends), Last + 1}
    end.

%% The line ends up to which the text is not too long in XML, but one at least.
-spec light([{position(), 1}], binary()) -> [{position(), 1}].
light(Ends, Text) ->
    case weight(Text) =< ?MAX_BATCH_BYTES of
        true -> Ends;
        false -> lists:sublist(Ends, max(1, length([End || {At, 1} = End <- Ends,
                                                           weight(binary:part(Text, 0, At)) =< ?MAX_BATCH_BYTES])))
    end.

%% The number of bytes in XML, where some characters take up to six.
-spec weight(iodata()) -> non_neg_integer().
weight(Text) ->
    iolist_size(Text) + ?MORE_BYTES * length(binary:matches(iolist_to_binary(Text), ?SPECIAL_CHARACTERS)).

%% At least one line is lost: nobody can tell how many.
-spec skip_unreadable(segment(), spool()) -> spool().
skip_unreadable(Segment, #spool{newest = Newest} = Spool) ->
    ?ERROR_MSG("Cannot read facts from ~ts: leaving it out", [path_of(Segment, Spool)]),
    note_dropped(1, Newest, Spool#spool{read = end_of(Segment)}).

%% ---- What is acknowledged is forgotten

%% The position is saved before a segment goes: it also tells the newest stamp, which would go with
%% the last segment.
-spec acknowledge(position(), spool()) -> spool().
acknowledge(Position, #spool{acknowledged = Acknowledged} = Spool) ->
    Spool1 = Spool#spool{acknowledged = max(Acknowledged, Position), is_overfull = false, is_saved = false},
    case is_oldest_done(Spool1) of
        true -> forget_done(save_position(Spool1));
        false -> Spool1
    end.

-spec forget_done(spool()) -> spool().
forget_done(Spool) ->
    case is_oldest_done(Spool) of
        true -> forget_done(forget_oldest(Spool));
        false -> Spool
    end.

-spec is_oldest_done(spool()) -> boolean().
is_oldest_done(#spool{acknowledged = Acknowledged} = Spool) ->
    case all_segments(Spool) of
        [] -> false;
        [Oldest] -> end_of(Oldest) =< Acknowledged andalso Oldest#segment.size >= ?IDLE_SEGMENT_BYTES;
        [Oldest | _] -> end_of(Oldest) =< Acknowledged
    end.

%% A full disk must not empty the position that is there.
-spec save_position(spool()) -> spool().
save_position(#spool{folder = Folder, acknowledged = Acknowledged, newest = Newest} = Spool) ->
    Path = filename:join(Folder, "position"),
    Result = write_and_rename(Path, io_lib:format("~B ~B~n", [Acknowledged, Newest])),
    note_saved(Result, Path, Spool).

-spec note_saved(ok | {error, term()}, file:filename(), spool()) -> spool().
note_saved(ok, _, Spool) ->
    Spool#spool{is_saved = true, is_save_failing = false};
note_saved({error, Reason}, Path, #spool{is_save_failing = IsFailing} = Spool) ->
    IsFailing orelse ?ERROR_MSG("Cannot write ~ts (~p): after a crash more would be sent again", [Path, Reason]),
    Spool#spool{is_save_failing = true}.

-spec write_and_rename(file:filename(), iodata()) -> ok | {error, term()}.
write_and_rename(Path, Text) ->
    case file:write_file(Path ++ ".tmp", Text, [raw]) of
        ok -> file:rename(Path ++ ".tmp", Path);
        Error -> Error
    end.
