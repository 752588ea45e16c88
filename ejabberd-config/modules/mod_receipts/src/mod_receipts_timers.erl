%%% The timers of a host's process: each runs while the state needs it.
%%%
%%% They are set after each message, by what the state is then: none is forgotten when what it was
%%% for has failed. When one goes off `{timer, Name}` comes.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_timers).

-export([set_timers/1, adapt_tick/1]).

-include("mod_receipts.hrl").

-define(SAVE_INTERVAL, 1000). % milliseconds
-define(RETRY_INTERVAL, 1000). % milliseconds after a failure
-define(GOSSIP_INTERVAL, 1000). % milliseconds
-define(MANY_LINES, 5). % in the time of a tick as it is set
-define(LONGEST_TICK, 100). % milliseconds, if not more is set

%% When a tick ends. A write and an IQ cost the same for one line and for many: where much happens the
%% next tick is twice as long, up to a limit, and where little happens it is as short as it is set.
-spec adapt_tick(state()) -> state().
adapt_tick(#state{tick = #tick{slots = Slots}, tick_length = Shortest, present_tick_length = Length} = State) ->
    Next = case map_size(Slots) * Shortest >= ?MANY_LINES * Length of
               true -> max(Shortest, min(2 * Length, ?LONGEST_TICK));
               false -> Shortest
           end,
    State#state{present_tick_length = Next}.

-spec set_timers(state()) -> state().
set_timers(State) ->
    lists:foldl(fun set_timer/2, State, [tick, retry, save, listen, greet, gossip]).

-spec set_timer(timer(), state()) -> state().
set_timer(Timer, #state{timers = Timers} = State) when is_map_key(Timer, Timers) ->
    State;
set_timer(Timer, #state{timers = Timers} = State) ->
    case delay(Timer, State) of
        none ->
            State;
        Delay ->
            erlang:send_after(max(0, Delay), self(), {timer, Timer}),
            State#state{timers = Timers#{Timer => true}}
    end.

%% In how many milliseconds the timer is due; none if there is nothing for it to do.
-spec delay(timer(), state()) -> integer() | none.
delay(tick, #state{tick = #tick{slots = Slots}, present_tick_length = Length}) when map_size(Slots) > 0 -> Length;
delay(tick, #state{spool = #spool{gap = Gap, unwritten = []}, present_tick_length = Length}) when Gap > 0 -> Length;
delay(tick, #state{watch = Watch, present_tick_length = Length}) ->
    case mod_receipts_handover:is_awaited(Watch) of
        true -> Length;
        false -> none
    end;
delay(retry, #state{spool = #spool{unwritten = [_ | _]}}) -> ?RETRY_INTERVAL;
delay(save, #state{spool = #spool{is_saved = false}}) -> ?SAVE_INTERVAL;
delay(listen, State) -> mod_receipts_feed:silence_ends_in(State);
delay(greet, State) -> at_least(?RETRY_INTERVAL, mod_receipts_hello:greet_again_in(State));
delay(gossip, #state{cluster = #cluster{peers = Peers}}) when map_size(Peers) > 0 -> ?GOSSIP_INTERVAL;
delay(_, _) -> none.

%% Not at once again after a greeting that failed.
-spec at_least(pos_integer(), integer() | none) -> integer() | none.
at_least(_, none) -> none;
at_least(Least, Delay) -> max(Least, Delay).
