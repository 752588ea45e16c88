%%% Facts on their way from the processes of the sessions to the process of the host.
%%%
%%% They wait in a table, and the process is woken for the first one only. It takes all of them once a
%%% tick, which saves some processor time where few messages pass.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_handover).

-export([open/1, give/2, shed/1, take_all/1, count/1, is_awaited/1]).

-include("mod_receipts.hrl").

-define(MAX_FACTS, 20000). % with those of the present tick

%% It has the name of the process, and goes with it. Under its one key the table keeps the order.
-spec open(watch()) -> ok.
open(#watch{process = Name}) ->
    Name = ets:new(Name, [duplicate_bag, public, named_table, {write_concurrency, true}]),
    ok.

%% Bounded: what the process cannot take in time is shed and counted, never a reason to wait.
-spec give(fact(), watch()) -> ok.
give(Fact, #watch{counters = Counters} = Watch) ->
    case atomics:add_get(Counters, ?COUNT_HANDED, 1) - atomics:get(Counters, ?COUNT_STORED) of
        Outstanding when Outstanding > ?MAX_FACTS ->
            atomics:sub(Counters, ?COUNT_HANDED, 1),
            shed(Watch);
        Outstanding ->
            put(Fact, Outstanding, Watch)
    end.

-spec shed(watch()) -> ok.
shed(#watch{counters = Counters}) ->
    atomics:add(Counters, ?COUNT_SHED, 1).

%% Counted before, so that either we see here that it is the first, or the process sees after a tick
%% that there are more (is_awaited/1). Without a table the process is dead, and this one is missed.
-spec put(fact(), integer(), watch()) -> ok.
put(Fact, Outstanding, #watch{process = Process}) ->
    try ets:insert(Process, Fact) of
        true when Outstanding =< 1 -> gen_server:cast(Process, facts);
        true -> ok
    catch
        error:badarg -> ok
    end.

%% In the order in which they came. COMPAT a process that began before an upgrade has no table yet.
-spec take_all(watch()) -> [fact()].
take_all(#watch{process = Process} = Watch) ->
    try ets:take(Process, fact)
    catch error:badarg -> open(Watch), []
    end.

-spec count(watch()) -> non_neg_integer().
count(#watch{process = Process}) ->
    ets:info(Process, size).

%% Is there a fact that the process has not stored, or is one about to come?
-spec is_awaited(watch()) -> boolean().
is_awaited(#watch{counters = Counters} = Watch) ->
    atomics:get(Counters, ?COUNT_HANDED) > atomics:get(Counters, ?COUNT_STORED) orelse count(Watch) > 0.
