%%% A tick: facts that happen within some milliseconds become one line for each message.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_tick).

-export([add_fact/5, add_deleted/3, add_emptied/4, add_restarted/1, next_stamp/2, is_full/1, flush/3,
         note_missing/3]).

-import(mod_receipts_address, [encode/1]).

-include("mod_receipts.hrl").

-define(MAX_LINES_PER_TICK, 500).
-define(MAX_LINE_BYTES, 8192). % of facts, after which another line begins
-define(FULL_BATCH_BYTES, 45056). % one more line always fits into MAX_BATCH_BYTES
-define(CLOCK_STEP, 1000000). % microseconds that stamps may be ahead of the clock

%% Stamps increase, also when the clock is set back.
-spec next_stamp(stamp(), tick()) -> {stamp(), tick()}.
next_stamp(At, Tick) ->
    #tick{newest = Newest} = Tick1 = follow_clock(Tick),
    Stamp = max(At, Newest + 1),
    {Stamp, Tick1#tick{newest = Stamp}}.

-spec add_fact(stamp(), key(), kind(), binary(), tick()) -> tick().
add_fact(At, Key, Kind, Details, #tick{newest = Newest, slots = Slots, order = Order, facts = Count} = Tick) ->
    Stamp = max(At, Newest + 1),
    Fact = <<$\t, (atom_to_binary(Kind, utf8))/binary, $\s, (integer_to_binary(Stamp))/binary, Details/binary>>,
    case Slots of
        #{Key := Facts} ->
            Tick#tick{newest = Stamp, facts = Count + 1, slots = Slots#{Key := [Fact | Facts]}};
        _ ->
            Tick#tick{newest = Stamp, facts = Count + 1, slots = Slots#{Key => [Fact]}, order = [Key | Order]}
    end.

-spec add_deleted(stamp(), bare(), tick()) -> tick().
add_deleted(At, Account, Tick) ->
    {Stamp, Tick1} = next_stamp(At, Tick),
    add_line(make_ref(), [<<"deleted\t">>, integer_to_binary(Stamp), $\t, encode(Account)], Tick1).

%% Its stamp is a bound, and may be older than stamps that were given out.
-spec add_emptied(stamp(), bare(), {offline | archive, ShownTo :: [bare()]}, tick()) -> tick().
add_emptied(At, Account, {Store, ShownTo}, Tick) ->
    add_line(make_ref(), [<<"emptied\t">>, integer_to_binary(At), $\t, encode(Account), $\t,
                          atom_to_binary(Store, utf8), [[$\t, encode(Contact)] || Contact <- ShownTo]], Tick).

-spec add_restarted(tick()) -> tick().
add_restarted(Tick) ->
    {Stamp, Tick1} = next_stamp(os:system_time(microsecond), Tick),
    add_line(make_ref(), [<<"restarted\t">>, integer_to_binary(Stamp)], Tick1).

%% A line that is not about a message.
-spec add_line(reference() | gap, iodata(), tick()) -> tick().
add_line(Key, Line, #tick{slots = Slots, order = Order} = Tick) ->
    Tick#tick{slots = Slots#{Key => [Line]}, order = [Key | Order]}.

-spec is_full(tick()) -> boolean().
is_full(#tick{slots = Slots}) ->
    map_size(Slots) >= ?MAX_LINES_PER_TICK.

%% Makes lines of all facts and writes them to the spool. The counters change last: when this fails
%% nothing is counted as stored, and what was shed is not forgotten.
-spec flush(watch(), tick(), spool()) -> {tick(), spool()}.
flush(#watch{counters = Counters}, Tick, Spool) ->
    Shed = atomics:get(Counters, ?COUNT_SHED),
    #tick{newest = Newest, facts = Facts} = Tick1 = follow_clock(Tick),
    {Gap, Spool1} = mod_receipts_spool:take_gap(note_missing(Shed, Newest, Spool)),
    Spool2 = lists:foldl(fun({Text, Items}, S) -> mod_receipts_spool:store(Text, Items, Newest, S) end,
                         Spool1, texts(lines(add_gap(Gap, Tick1)))),
    atomics:sub(Counters, ?COUNT_SHED, Shed),
    atomics:add(Counters, ?COUNT_STORED, Facts),
    {Tick1#tick{slots = #{}, order = [], facts = 0}, Spool2}.

%% While stamps are ahead of the clock they go on at half its speed. So time passes for who measures
%% by stamps, and the clock catches up.
-spec follow_clock(tick()) -> tick().
follow_clock(#tick{newest = Newest, ahead = Ahead} = Tick) ->
    case {Ahead, Newest - os:system_time(microsecond)} of
        {none, By} when By > ?CLOCK_STEP ->
            say_ahead(By),
            Tick#tick{ahead = {Newest, erlang:monotonic_time(microsecond)}};
        {none, _} ->
            Tick;
        {_, By} when By =< 0 ->
            Tick#tick{ahead = none};
        {{Stamp, Since}, _} ->
            Passed = erlang:monotonic_time(microsecond) - Since,
            Tick#tick{newest = max(Newest, Stamp + Passed div 2)}
    end.

-spec say_ahead(pos_integer()) -> ok.
say_ahead(By) ->
    ?WARNING_MSG("The clock of this server is ~p s behind the newest fact: it has been set back, or was ahead in an "
                 "earlier run. Until it has caught up, stamps go on at half its speed, what waits for time to pass is "
                 "told later, and receipts tell these times", [By div 1000000]),
    ok.

%% Facts of which no line was made; they may be newer than all that was taken.
-spec note_missing(item_count(), stamp(), spool()) -> spool().
note_missing(Facts, Newest, Spool) ->
    mod_receipts_spool:note_dropped(Facts, max(Newest, os:system_time(microsecond)), Spool).

-spec add_gap({stamp(), item_count()} | none, tick()) -> tick().
add_gap(none, Tick) ->
    Tick;
add_gap({Stamp, Items}, Tick) ->
    add_line(gap, [<<"gap\t">>, integer_to_binary(Stamp), $\t, integer_to_binary(Items)], Tick).

-spec lines(tick()) -> [iodata()].
lines(#tick{slots = Slots, order = Order}) ->
    lists:flatmap(fun(Key) -> lines(Key, lists:reverse(map_get(Key, Slots))) end, lists:reverse(Order)).

-spec lines(term(), [iodata()]) -> [iodata()].
lines({Sender, Recipient, Id}, Facts) ->
    Head = [<<"message\t">>, encode(Id), $\t, encode(Sender), $\t, recipient(Recipient)],
    split_line(Head, Facts, [], 0);
lines(_, [Line]) ->
    [Line].

%% The occupant of a room follows in a field of its own.
-spec recipient(bare() | {bare(), binary()}) -> iodata().
recipient({Room, Nick}) -> [encode(Room), <<"\toccupant 0 nick=">>, encode(Nick)];
recipient(Bare) -> encode(Bare).

-spec split_line(iodata(), [iodata()], [iodata()], non_neg_integer()) -> [iodata()].
split_line(Head, [], Taken, _) ->
    [[Head | lists:reverse(Taken)]];
split_line(Head, Facts, Taken, Bytes) when Bytes > ?MAX_LINE_BYTES ->
    [[Head | lists:reverse(Taken)] | split_line(Head, Facts, [], 0)];
split_line(Head, [Fact | Facts], Taken, Bytes) ->
    split_line(Head, Facts, [Fact | Taken], Bytes + iolist_size(Fact)).

%% Each text fits into one batch.
-spec texts([iodata()]) -> [{binary(), item_count()}].
texts([]) ->
    [];
texts(Lines) ->
    {Taken, Items, Rest} = take_lines(Lines, [], 0, 0),
    [{iolist_to_binary(lists:join($\n, Taken)), Items} | texts(Rest)].

-spec take_lines([iodata()], [iodata()], item_count(), non_neg_integer()) -> {[iodata()], item_count(), [iodata()]}.
take_lines([Line | Lines], Taken, Items, Bytes) when Items < ?MAX_BATCH_ITEMS, Bytes < ?FULL_BATCH_BYTES ->
    take_lines(Lines, [Line | Taken], Items + 1, Bytes + iolist_size(Line) + 1);
take_lines(Lines, Taken, Items, _) ->
    {lists:reverse(Taken), Items, Lines}.
