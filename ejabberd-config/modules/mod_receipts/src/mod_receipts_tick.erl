%%% A tick: facts that happen within some milliseconds become one line for each message.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_tick).

-export([add_fact/5, add_deleted/3, add_emptied/4, add_restarted/2, next_stamp/2, is_full/1, flush/3,
         note_missing/3, present/1, follow/2, align/2]).

-import(mod_receipts_address, [encode/1]).

-include("mod_receipts.hrl").

-define(MAX_LINES_PER_TICK, 500).
-define(FULL_BATCH_BYTES, 45056). % one more line always fits into MAX_BATCH_BYTES
-define(CLOCK_STEP, 1000000). % microseconds: a greater difference between clock and stopwatch
-define(TOLD_AFTER, 10000000). % microseconds
-define(DAY, 86400000000). % microseconds
-define(SLOWER_BY, 100). % by a hundredth

%% Stamps order facts, and time passes by them as it does by a stopwatch: they do not follow the
%% clock when it is set. What the clock says is told beside them where it differs.
-spec next_stamp(stamp(), tick()) -> {stamp(), tick()}.
next_stamp(At, Tick) ->
    #tick{newest = Newest} = Tick1 = follow_clock(Tick),
    Stamp = max(At + ahead(Tick1), Newest + 1),
    {Stamp, Tick1#tick{newest = Stamp}}.

-spec add_fact(stamp(), key(), kind(), binary(), tick()) -> tick().
add_fact(At, Key, Kind, Details, Tick) ->
    #tick{newest = Newest, slots = Slots, order = Order, facts = Count} = Tick1 = follow_step(At, Tick),
    Stamp = max(At + ahead(Tick1), Newest + 1),
    Fact = <<$\t, (atom_to_binary(Kind, utf8))/binary, $\s, (integer_to_binary(Stamp))/binary,
             (true_time(At, Stamp, Tick1))/binary, Details/binary>>,
    case Slots of
        #{Key := Facts} ->
            Tick1#tick{newest = Stamp, facts = Count + 1, slots = Slots#{Key := [Fact | Facts]}};
        _ ->
            Tick1#tick{newest = Stamp, facts = Count + 1, slots = Slots#{Key => [Fact]}, order = [Key | Order]}
    end.

%% Facts of one tick are near each other: the clock need be asked only where one is not.
-spec follow_step(stamp(), tick()) -> tick().
follow_step(At, #tick{newest = Newest, ahead = Ahead, led = Led} = Tick)
  when abs(At + Ahead - Newest) < ?CLOCK_STEP; abs(At + Led - Newest) < ?CLOCK_STEP ->
    Tick;
follow_step(_, Tick) ->
    follow_clock(Tick).

%% A clock that was set is believed for the time of day after some seconds: some are wrong for a
%% moment only.
-spec true_time(stamp(), stamp(), tick()) -> binary().
true_time(At, Stamp, #tick{set_at = SetAt, last = {_, Stopwatch}})
  when abs(Stamp - At) >= ?CLOCK_STEP, (SetAt == none orelse Stopwatch - SetAt >= ?TOLD_AFTER) ->
    <<" time=", (integer_to_binary(At))/binary>>;
true_time(_, _, _) ->
    <<>>.

-spec add_deleted(stamp(), bare(), tick()) -> tick().
add_deleted(At, Account, Tick) ->
    {Stamp, Tick1} = next_stamp(At, Tick),
    add_line(make_ref(), [<<"deleted\t">>, integer_to_binary(Stamp), $\t, encode(Account)], Tick1).

%% Its stamp is a bound, and may be older than stamps that were given out.
-spec add_emptied(stamp(), bare(), {offline | archive, ShownTo :: [bare()]}, tick()) -> tick().
add_emptied(At, Account, {Store, ShownTo}, Tick) ->
    add_line(make_ref(), [<<"emptied\t">>, integer_to_binary(At), $\t, encode(Account), $\t,
                          atom_to_binary(Store, utf8), [[$\t, encode(Contact)] || Contact <- ShownTo]], Tick).

%% The word says whether it is the whole server, or one of its nodes.
-spec add_restarted(binary(), tick()) -> tick().
add_restarted(Word, Tick) ->
    {Stamp, Tick1} = next_stamp(os:system_time(microsecond), Tick),
    add_line(make_ref(), [Word, $\t, integer_to_binary(Stamp)], Tick1).

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
    {Gap, Spool1} = mod_receipts_spool:take_gap(note_missing(Shed, present(Tick1), Spool)),
    Spool2 = lists:foldl(fun({Text, Items}, S) -> mod_receipts_spool:store(Text, Items, Newest, S) end,
                         Spool1, texts(lines(add_gap(Gap, Tick1)))),
    atomics:sub(Counters, ?COUNT_SHED, Shed),
    atomics:add(Counters, ?COUNT_STORED, Facts),
    {Tick1#tick{slots = #{}, order = [], facts = 0}, Spool2}.

-spec follow_clock(tick()) -> tick().
follow_clock(#tick{last = Last} = Tick) ->
    Now = {os:system_time(microsecond), erlang:monotonic_time(microsecond)},
    Followed = case Last of none -> begin_at(Now, Tick); _ -> go_on(Now, Last, Tick) end,
    Followed#tick{last = Now}.

%% The clock may be wrong now, or may have been in an earlier run. A jump of more than a day would
%% end the time limits of all messages.
-spec begin_at({integer(), integer()}, tick()) -> tick().
begin_at(_, #tick{newest = 0} = Tick) ->
    Tick;
begin_at({Clock, Stopwatch}, #tick{newest = Newest} = Tick) ->
    case max(Newest - Clock, min(0, Newest + ?DAY - Clock)) of
        Ahead when abs(Ahead) >= ?CLOCK_STEP ->
            say_step(-Ahead),
            Tick#tick{ahead = Ahead, set_at = Stopwatch};
        Ahead ->
            Tick#tick{ahead = max(0, Ahead)}
    end.

%% While stamps are ahead of the clock they go on a little slower, until it has caught up. A clock
%% that was set ahead becomes that of the stamps after a day.
-spec go_on({integer(), integer()}, {integer(), integer()}, tick()) -> tick().
go_on({Clock, Stopwatch}, {LastClock, LastStopwatch}, #tick{ahead = Ahead, set_at = SetAt} = Tick) ->
    Passed = Stopwatch - LastStopwatch,
    case Clock - LastClock - Passed of
        Step when abs(Step) >= ?CLOCK_STEP ->
            say_step(Step),
            Tick#tick{ahead = Ahead - Step, set_at = Stopwatch};
        _ when Ahead > 0 ->
            Tick#tick{ahead = max(0, Ahead - Passed div ?SLOWER_BY)};
        _ when Ahead < 0, Stopwatch - SetAt >= ?DAY ->
            Tick#tick{ahead = 0};
        _ ->
            Tick
    end.

-spec say_step(integer()) -> ok.
say_step(Step) ->
    How = case Step < 0 of true -> "was set back"; false -> "went ahead (or this machine slept)" end,
    ?WARNING_MSG("The clock of this server ~s by ~p s: facts keep their order, time limits go on as before, and "
                 "receipts tell the time of the clock", [How, abs(Step) div 1000000]),
    ok.

%% Facts of which no line was made; they may be newer than all that was taken.
-spec note_missing(item_count(), stamp(), spool()) -> spool().
note_missing(Facts, Newest, Spool) ->
    mod_receipts_spool:note_dropped(Facts, Newest, Spool).

-spec present(tick()) -> stamp().
present(#tick{newest = Newest} = Tick) ->
    max(Newest, os:system_time(microsecond) + ahead(Tick)).

%% ---- The clocks of a cluster

%% In microseconds: by this node's own account, or because another node's stamps are ahead of its clock.
-spec ahead(tick()) -> integer().
ahead(#tick{ahead = Ahead, led = Led}) ->
    max(Ahead, Led).

%% Stamps follow another node's, which are so far ahead of this clock. If no other speaks any more, they
%% go on from there, a little slower than the clock.
-spec follow(integer() | none, tick()) -> tick().
follow(none, Tick) ->
    Tick#tick{ahead = ahead(Tick), led = ?NOT_LED};
follow(Lead, Tick) ->
    Tick#tick{led = min(Lead, ?DAY)}.

%% A node that comes takes the time of the others also if its own clock is ahead of theirs: they are not to
%% jump, which would end time limits. As after any step, its clock is believed after a day.
-spec align(integer(), tick()) -> tick().
align(Lead, #tick{ahead = Ahead} = Tick) when Lead =< -?CLOCK_STEP, Lead < Ahead ->
    #tick{last = {_, Stopwatch}} = Followed = follow_clock(Tick),
    ?WARNING_MSG("The clock of this node is ~p s ahead of those of the other nodes: facts follow theirs for a day. "
                 "Set the clocks of all nodes by NTP", [-Lead div 1000000]),
    Followed#tick{ahead = max(Lead, -?DAY), led = min(Lead, ?DAY), set_at = Stopwatch};
align(Lead, Tick) ->
    follow(Lead, Tick).

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
    take_lines(Lines, [Line | Taken], Items + 1, Bytes + mod_receipts_spool:weight(Line) + 1);
take_lines(Lines, Taken, Items, _) ->
    {lists:reverse(Taken), Items, Lines}.
