%%% The feed: batches on their way to the component.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_feed).

-export([attach/2, go_offline/1, take_name/1, find_stream/1, count_sharing/1, is_connected/1, is_ours/2, send_iq/4,
         secret/1, count_waiting/1, now_ms/0, pump/1, pause/1, settle/3, silence_ends_in/1, end_silence/1]).

-include("mod_receipts.hrl").
-include("ejabberd_router.hrl").

-define(MAX_BACKOFF, 60000). % milliseconds
-define(CLOSE_DELAY, 2000). % milliseconds until a stream that does not end is ended with its process
-define(IQ_TIMEOUT, 60000). % more than the time after which a silent stream is ended

%% ---- The component's stream

-spec attach(pid(), state()) -> state().
attach(Stream, #state{feed = Feed, watch = #watch{component = Component}} = State) ->
    [replace(Older, Component) || node(Stream) == node(), Older <- streams(Component), Older =/= Stream,
                                  is_own(Older), is_own(Stream)],
    advise(State#state{feed = Feed#feed{stream = Stream, monitor = erlang:monitor(process, Stream)}}).

%% Said once: facts go to the wrong component, which refuses them or does not answer.
-spec advise(state()) -> state().
advise(#state{complaints = Known} = State) when is_map_key(shared_streams, Known) ->
    State;
advise(#state{watch = #watch{component = Component}, complaints = Known} = State) ->
    Streams = streams(Component),
    case length(Streams) > 1 andalso not lists:all(fun is_own/1, Streams) of
        true ->
            ?ERROR_MSG("mod_receipts: another component gets stanzas that are for ~ts, because they share a listener. "
                       "Paste below 'module: ejabberd_service' of that listener: global_routes: false "
                       "(option of ejabberd_service), and restart ejabberd", [Component]),
            State#state{complaints = Known#{shared_streams => true}};
        false ->
            State
    end.

-spec go_offline(state()) -> state().
go_offline(#state{feed = #feed{monitor = Monitor, in_flight = InFlight} = Feed, policies = Policies,
                  held = Held} = State) ->
    Monitor == undefined orelse erlang:demonitor(Monitor, [flush]),
    Due = [case Batch#batch.state of done -> Batch; _ -> Batch#batch{state = due} end
           || #batch{is_held = false} = Batch <- InFlight],
    Alone = mod_receipts_cluster_gate:give_up(State),
    Alone#state{held = mod_receipts_held:rewind(Held),
                policies = mod_receipts_policy_list:abandon(mod_receipts_policy_file:abandon(Policies)),
                feed = Feed#feed{stream = undefined, monitor = undefined, is_greeted = false, hello = undefined,
                                 secret = <<>>, knows_all = false, knows_nodes = false,
                                 tried = now_ms(), in_flight = Due}}.

%% The component goes by the name that it gave when it connected, however the option spells it.
-spec take_name(state()) -> state().
take_name(#state{watch = #watch{host = Host, component = Component} = Watch} = State) ->
    case [Name || Name <- mod_receipts_domain:spellings(Component), streams(Name) =/= []] of
        [Name | _] when Name =/= Component ->
            Named = Watch#watch{component = Name},
            persistent_term:put({mod_receipts, Host}, Named),
            State#state{watch = Named};
        _ ->
            State
    end.

%% The component may be connected already, or to another node. A stream to this one goes first, as for
%% the server's own router.
-spec find_stream(state()) -> pid() | none.
find_stream(#state{watch = #watch{component = Component}}) ->
    {Here, Elsewhere} = lists:partition(fun(Stream) -> node(Stream) == node() end, streams(Component)),
    hd(Here ++ Elsewhere ++ [none]).

-spec streams(binary()) -> [pid()].
streams(Component) ->
    try [Pid || #route{pid = Pid} <- mnesia:dirty_read(route, Component), is_pid(Pid)]
    catch exit:{aborted, _} -> [] % no such table: the routes are kept elsewhere, or the server stops
    end.

%% Where global_routes is left as it is, each stream gets the stanzas of all components of its
%% listener.
-spec is_own(pid()) -> boolean().
is_own(Stream) ->
    count_components(Stream) == 1.

-spec count_components(pid()) -> non_neg_integer().
count_components(Stream) ->
    Pattern = setelement(#route.pid, mnesia:table_info(route, wild_pattern), Stream),
    length(mnesia:dirty_match_object(route, Pattern)).

%% The components whose stanzas go to the stream of ours.
-spec count_sharing(state()) -> non_neg_integer().
count_sharing(#state{feed = #feed{stream = undefined}}) -> 0;
count_sharing(#state{feed = #feed{stream = Stream}}) -> count_components(Stream).

%% The server lets in any number of streams with one name and gives each stanza to any of them, also
%% to one that nobody reads any more. The newest is the component. Whoever is at the other end of an
%% older one is told why it ends (RFC 6120 section 4.9.3.3), if they read.
-spec replace(pid(), binary()) -> ok.
replace(Older, Component) ->
    ?WARNING_MSG("~ts has connected anew: ending its older stream", [Component]),
    ejabberd_router:unregister_route(Component, Older),
    xmpp_stream_in:send(Older, xmpp:serr_conflict(<<"Replaced by new connection">>, <<"en">>)),
    _ = timer:kill_after(?CLOSE_DELAY, Older),
    ok.

-spec is_connected(state()) -> boolean().
is_connected(#state{feed = #feed{stream = Stream}, watch = #watch{component = Component}}) ->
    Stream =/= undefined andalso ejabberd_router:is_my_route(Component).

%% Is it an answer of the component, or of the server itself, which could not reach it? ejabberd has
%% found our request by the id. Who else knows that id may still write from the same address: the mark
%% tells on whose stream it came.
-spec is_ours(iq(), state()) -> boolean().
is_ours(#iq{from = #jid{luser = <<>>, lserver = Name}, meta = Meta, type = Type},
        #state{watch = #watch{component = Name}}) ->
    case Meta of
        #{receipts := {component, Domain}} -> Domain == Name;
        _ -> Type == error
    end;
is_ours(_, _) ->
    false.

%% Nothing is sent where no route is: the server would look for the domain elsewhere, and bounce.
-spec send_iq(get | set, fxml:xmlel(), term(), state()) -> ok.
send_iq(Type, Child, Tag, #state{watch = #watch{host = Host, component = Component}, result_timeout = Timeout}) ->
    IQ = #iq{type = Type, from = jid:make(Host), to = jid:make(Component), sub_els = [Child]},
    ejabberd_router:route_iq(IQ, Tag, self(), 2 * Timeout + ?IQ_TIMEOUT).

%% All that we say repeats it, so that no other component can say it in our name.
-spec secret(state()) -> [{binary(), binary()}].
secret(#state{feed = #feed{secret = <<>>}}) -> [];
secret(#state{feed = #feed{secret = Secret}}) -> [{<<"secret">>, Secret}].

%% ---- Batches out

%% Sends what may be sent: first again what was sent and not taken, then what waits.
-spec pump(state()) -> state().
pump(#state{feed = #feed{is_greeted = IsGreeted, is_resting = IsResting}} = State) ->
    case IsGreeted andalso not IsResting andalso has_work(State) andalso is_connected(State) of
        true -> pump_new(pump_due(State));
        false -> State
    end.

-spec has_work(state()) -> boolean().
has_work(#state{spool = #spool{read = Read, written = Written, unwritten = Unwritten}} = State) ->
    Read < Written orelse Unwritten =/= [] orelse count_held(State) > 0 orelse has_due(State).

-spec has_due(state()) -> boolean().
has_due(#state{feed = #feed{in_flight = InFlight}}) ->
    lists:keymember(due, #batch.state, InFlight).

%% Again with another head: it says how much is waiting now.
-spec pump_due(state()) -> state().
pump_due(State) ->
    case has_due(State) of
        true ->
            #state{feed = #feed{in_flight = InFlight} = Feed} = State1 = begin_listening(State),
            Sent = [case Batch#batch.state of due -> transmit(Batch, State1); _ -> Batch end || Batch <- InFlight],
            State1#state{feed = Feed#feed{in_flight = Sent}};
        false ->
            State
    end.

-spec pump_new(state()) -> state().
pump_new(#state{feed = #feed{in_flight = InFlight}} = State) when length(InFlight) >= ?MAX_BATCHES ->
    State;
pump_new(#state{spool = #spool{newest = Newest} = Spool, held = Held} = State) ->
    case count_held(State) > 0 andalso mod_receipts_held:take(Newest, Held) of
        {Batch, Rest} -> pump_new(transmit_new(Batch, State#state{held = Rest}));
        _ -> pump_spool(mod_receipts_spool:take(Spool), State)
    end.

-spec pump_spool({batch(), spool()} | none, state()) -> state().
pump_spool(none, State) -> State;
pump_spool({Batch, Rest}, State) -> pump_new(transmit_new(Batch, State#state{spool = Rest})).

-spec transmit_new(batch(), state()) -> state().
transmit_new(Batch, State) ->
    #state{feed = #feed{in_flight = InFlight} = Feed} = State1 = begin_listening(State),
    State1#state{feed = Feed#feed{in_flight = InFlight ++ [transmit(Batch, State1)]}}.

-spec transmit(batch(), state()) -> batch().
transmit(#batch{text = Text} = Batch, State) ->
    Tag = make_ref(),
    Waiting = integer_to_binary(count_behind(State)),
    Facts = #xmlel{name = <<"facts">>,
                   attrs = [{<<"xmlns">>, ?NS_FEED}, {<<"node">>, mod_receipts_cluster:name()},
                            {<<"waiting">>, Waiting} | gap(State) ++ secret(State)],
                   children = [{xmlcdata, Text}]},
    send_iq(set, Facts, {batch, Tag}, State),
    Batch#batch{state = Tag}.

%% Up to when facts were dropped. The line that tells of it may be behind what is sent now.
-spec gap(state()) -> [{binary(), binary()}].
gap(#state{spool = #spool{gap_stamp = 0}}) -> [];
gap(#state{spool = #spool{gap_stamp = Stamp}}) -> [{<<"gap">>, integer_to_binary(Stamp)}].

%% Items that are not on their way to the component.
-spec count_behind(state()) -> item_count().
count_behind(#state{spool = #spool{waiting = Waiting}, tick = #tick{slots = Slots}} = State) ->
    Waiting + map_size(Slots) + count_held(State).

%% What a component does not know is not for it.
-spec count_held(state()) -> item_count().
count_held(#state{feed = #feed{knows_all = false}}) -> 0;
count_held(#state{held = Held}) -> mod_receipts_held:count(Held).

-spec count_waiting(state()) -> item_count().
count_waiting(#state{feed = #feed{in_flight = InFlight}} = State) ->
    count_behind(State) + lists:sum([Batch#batch.items || Batch <- InFlight]).

%% ---- Answers in

-spec settle(iq() | timeout, reference(), state()) -> state().
settle(timeout, _, State) ->
    State;
settle(#iq{type = Type} = Reply, Tag, #state{feed = #feed{in_flight = InFlight} = Feed} = State) ->
    case {lists:keyfind(Tag, #batch.state, InFlight), is_ours(Reply, State)} of
        {#batch{} = Batch, true} -> settle_batch(Type, Batch, State#state{feed = Feed#feed{heard = now_ms()}});
        _ -> State
    end.

-spec settle_batch(result | error, batch(), state()) -> state().
settle_batch(result, Batch, #state{feed = #feed{knows_all = KnowsAll} = Feed} = State) ->
    Done = Batch#batch{state = done, is_understood = KnowsAll},
    release(State#state{feed = (change(Batch, Done, Feed))#feed{backoff = 1000}});
settle_batch(error, Batch, #state{feed = Feed} = State) ->
    rest(State#state{feed = change(Batch, Batch#batch{state = due}, Feed)}).

-spec change(batch(), batch(), feed()) -> feed().
change(#batch{state = Tag}, To, #feed{in_flight = InFlight} = Feed) ->
    Feed#feed{in_flight = lists:keyreplace(Tag, #batch.state, InFlight, To)}.

-spec release(state()) -> state().
release(#state{feed = #feed{in_flight = [#batch{state = done} = Batch | Rest]} = Feed} = State) ->
    release(forget(Batch, State#state{feed = Feed#feed{in_flight = Rest}}));
release(State) ->
    State.

-spec forget(batch(), state()) -> state().
forget(#batch{is_held = true}, #state{held = Held} = State) ->
    State#state{held = mod_receipts_held:forget(Held)};
forget(#batch{is_understood = true, ends = Ends}, #state{spool = Spool} = State) ->
    State#state{spool = mod_receipts_spool:acknowledge(Ends, Spool)};
forget(#batch{text = Text} = Batch, #state{held = Held, spool = #spool{newest = Newest}} = State) ->
    forget(Batch#batch{is_understood = true}, State#state{held = mod_receipts_held:keep(Text, Newest, Held)}).

-spec rest(state()) -> state().
rest(#state{feed = #feed{is_resting = true}} = State) ->
    State;
rest(#state{feed = #feed{backoff = Backoff}, watch = #watch{component = Component}} = State) ->
    Backoff == 1000 andalso
        ?WARNING_MSG("~ts did not take a batch of facts: keeping it, trying again", [Component]),
    pause(State).

-spec pause(state()) -> state().
pause(#state{feed = #feed{backoff = Backoff} = Feed} = State) ->
    erlang:send_after(Backoff, self(), {timer, rest}),
    State#state{feed = Feed#feed{is_resting = true, backoff = min(Backoff * 2, ?MAX_BACKOFF)}}.

%% ---- A component that does not answer

-spec now_ms() -> integer().
now_ms() ->
    erlang:monotonic_time(millisecond).

-spec begin_listening(state()) -> state().
begin_listening(#state{feed = #feed{in_flight = InFlight} = Feed} = State) ->
    case lists:any(fun is_sent/1, InFlight) of
        true -> State;
        false -> State#state{feed = Feed#feed{heard = now_ms()}}
    end.

-spec is_sent(batch()) -> boolean().
is_sent(#batch{state = State}) ->
    is_reference(State).

%% In milliseconds; none while nothing has to be answered.
-spec silence_ends_in(state()) -> integer() | none.
silence_ends_in(#state{feed = #feed{in_flight = InFlight, heard = Heard}, result_timeout = Timeout}) ->
    case lists:any(fun is_sent/1, InFlight) of
        true -> Heard + Timeout - now_ms();
        false -> none
    end.

-spec end_silence(state()) -> state().
end_silence(State) ->
    case silence_ends_in(State) of
        Rest when Rest =< 0 -> end_stream(State);
        _ -> State
    end.

%% A stream that writes to somebody who does not read hears no order to end.
-spec end_stream(state()) -> state().
end_stream(#state{feed = #feed{stream = Stream}, watch = Watch, result_timeout = Timeout} = State) ->
    ?WARNING_MSG("~ts has not answered for ~p s: ending its stream, sending again after it has connected",
                 [Watch#watch.component, Timeout div 1000]),
    xmpp_stream_in:stop_async(Stream),
    _ = timer:kill_after(?CLOSE_DELAY, Stream),
    go_offline(State).
