%%% mod_receipts: tells the component xmpp-receipts what becomes of messages that ask for a receipt
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Watches messages that ask for a receipt (XEP-0184) and reports what the server did with them:
%%% metadata, never a body. Takes two orders of the component: what each recipient allows, which it
%%% enforces by stopping what the recipient's clients answer, and answers that it delivers on behalf
%%% of a recipient. All else is only observed: no other stanza is changed, stopped or delayed, and a
%%% failure in here never reaches a message. docs/protocol.md describes the lines and the IQs.
%%%
%%% The way of a fact through the files (mod_receipts_…):
%%%
%%%   client router stream outcome    hooks, in the processes of the sessions: what has happened?
%%%     hook message address            what all of them need
%%%     accepted policies               what else is known, what the recipient allows
%%%   fact                            a small tuple, cast to the one process of the host: this file
%%%     setup timers failure            what the process begins with, wakes up for, and survives
%%%   tick                            facts of some milliseconds become lines
%%%   spool recovery                  every line is on disk before it is sent
%%%   feed hello                      batches of lines, on their way to the component
%%%
%%% And back:
%%%
%%%   component                       what the component orders reaches the process
%%%   policy_orders policy_file       sets of policies, and changes
%%%   deliver                         answers on behalf of a recipient
%%%
%%% A new kind of fact, step by step:
%%%
%%%   1. mod_receipts.hrl: add it to PROVES and to the type kind().
%%%   2. The hook that sees it happen goes into host_hooks/0 below, its function into one of the
%%%      four files of hooks. Whatever happens, the function returns its accumulator: put
%%%      mod_receipts_hook:guarded/3 around all that it does.
%%%   3. There mod_receipts_message:is_tracked_delivery/1 says whether a message is tracked, and
%%%      mod_receipts_fact:note/5 reports the fact. Details are written ` name=value`; a value that
%%%      comes from a user goes through mod_receipts_address:encode/1.
%%%   4. Outside: docs/protocol.md, src/message/kinds.ts, src/protocol/fact-text.ts, Prosody's module.
%%%   5. Tests: test/ejabberd-module without a server; in test/integration stanzas in, the fact out.
%%%   A new file goes into PARTS below.

-module(mod_receipts).
-behaviour(gen_mod).
-behaviour(gen_server).

%% gen_mod
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_opt_type/1, mod_doc/0]).
%% gen_server
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-import(mod_receipts_failure, [attempt/2, attempt_order/3, note_failure/4, note_complaint/2]).
-import(mod_receipts_timers, [set_timers/1]).

-include("mod_receipts.hrl").

-define(PARTS, [mod_receipts_accepted, mod_receipts_address, mod_receipts_client, mod_receipts_component,
                mod_receipts_deliver, mod_receipts_fact, mod_receipts_failure, mod_receipts_feed,
                mod_receipts_hello, mod_receipts_hook, mod_receipts_message, mod_receipts_outcome,
                mod_receipts_policies, mod_receipts_policy_file, mod_receipts_policy_orders,
                mod_receipts_recovery, mod_receipts_router, mod_receipts_setup, mod_receipts_spool,
                mod_receipts_stream, mod_receipts_tick, mod_receipts_timers]).

-define(HEAP_WORDS, 128 * 1024). % of the process: a tick seldom collects garbage
-define(SEARCH_DELAY, 1000). % milliseconds

%% ---- gen_mod

-spec start(binary(), gen_mod:opts()) -> {ok, pid()} | {error, term()}.
start(Host, Opts) ->
    load_parts(),
    gen_mod:start_child(?MODULE, Host, Opts).

-spec stop(binary()) -> ok | {error, term()}.
stop(Host) ->
    gen_mod:stop_child(?MODULE, Host).

-spec reload(binary(), gen_mod:opts(), gen_mod:opts()) -> ok.
reload(Host, NewOpts, OldOpts) ->
    load_parts(),
    gen_mod:get_opt(spool_dir, NewOpts) == gen_mod:get_opt(spool_dir, OldOpts) orelse
        ?WARNING_MSG("Option spool_dir of mod_receipts takes effect when the module is started anew", []),
    gen_server:cast(gen_mod:get_module_proc(Host, ?MODULE), {reload, NewOpts}).

%% An upgrade (ejabberdctl module_upgrade) loads only this file anew: the parts, of which the old
%% version may be loaded, have to follow it. They do not go ahead of it.
-spec load_parts() -> ok.
load_parts() ->
    case stale(?MODULE) of
        [] -> lists:foreach(fun load/1, lists:flatmap(fun stale/1, ?PARTS));
        _ -> ok
    end.

%% What the code path has instead of what is loaded.
-spec stale(module()) -> [{module(), Beam :: binary(), file:filename()}].
stale(Module) ->
    [Object || {_, Beam, _} = Object <- [code:get_object_code(Module)],
               not erlang:module_loaded(Module) orelse Module:module_info(md5) =/= code:module_md5(Beam)].

-spec load({module(), Beam :: binary(), file:filename()}) -> ok.
load({Module, Beam, Path}) ->
    code:purge(Module),
    {module, Module} = code:load_binary(Module, Path, Beam),
    ok.

-spec depends(binary(), gen_mod:opts()) -> [{module(), hard | soft}].
depends(_Host, _Opts) ->
    [].

-spec mod_opt_type(atom()) -> econf:validator().
mod_opt_type(component) -> econf:non_empty(econf:binary());
mod_opt_type(spool_dir) -> econf:binary();
mod_opt_type(spool_limit) -> econf:int(64 * 1024, 1 bsl 40);
mod_opt_type(tick) -> econf:int(1, 10000);
mod_opt_type(result_timeout) -> econf:timeout(second).

-spec mod_options(binary()) -> [{atom(), term()}].
mod_options(_Host) ->
    [{component, <<"receipts.@HOST@">>},
     {spool_dir, <<"">>},
     {spool_limit, 64 * 1024 * 1024},
     {tick, 20},
     {result_timeout, timer:seconds(30)}].

-spec mod_doc() -> #{desc := binary(), opts := [{atom(), #{value := binary(), desc := binary()}}]}.
mod_doc() ->
    #{desc => <<"Reports what becomes of messages that ask for a receipt (XEP-0184) to the component xmpp-receipts, "
                "and lets recipients decide about answers.">>,
      opts => [{component, #{value => <<"Domain">>, desc => <<"The component's domain.">>}},
               {spool_dir, #{value => <<"Path">>, desc => <<"Where facts and policies are kept.">>}},
               {spool_limit, #{value => <<"Bytes">>, desc => <<"Kept on disk while the component is away.">>}},
               {tick, #{value => <<"Milliseconds">>, desc => <<"What happens within becomes one line.">>}},
               {result_timeout, #{value => <<"timeout()">>,
                                  desc => <<"Without an answer for so long the component's stream is ended.">>}}]}.

%% ---- Hooks

-type hook() :: {Hook :: atom(), module(), Function :: atom(), Priority :: pos_integer()}.

-spec host_hooks() -> [hook()].
host_hooks() ->
    [{user_send_packet, mod_receipts_client, user_send_packet, 90},
     {c2s_handle_send, mod_receipts_stream, c2s_handle_send, 60},
     {c2s_handle_recv, mod_receipts_stream, c2s_handle_recv, 40},
     {c2s_copy_session, mod_receipts_stream, c2s_copy_session, 60},
     {c2s_session_resumed, mod_receipts_stream, c2s_session_resumed, 60},
     {c2s_terminated, mod_receipts_stream, c2s_terminated, 40},
     {offline_message_hook, mod_receipts_outcome, offline_message, 60},
     {s2s_out_handle_send, mod_receipts_outcome, s2s_handle_send, 90},
     {s2s_in_handle_send, mod_receipts_outcome, s2s_handle_send, 90}, % mod_s2s_bidi, since 24.10
     {remove_user, mod_receipts_outcome, remove_user, 50}].

-spec global_hooks() -> [hook()].
global_hooks() ->
    [{filter_packet, mod_receipts_router, filter_packet, 90},
     {component_send_packet, mod_receipts_component, component_send_packet, 50},
     {component_connected, mod_receipts_component, component_connected, 50}].

-spec add_hooks(binary()) -> ok.
add_hooks(Host) ->
    [ejabberd_hooks:add(Hook, Host, Module, Function, Priority)
     || {Hook, Module, Function, Priority} <- host_hooks()],
    [ejabberd_hooks:add(Hook, Module, Function, Priority) || {Hook, Module, Function, Priority} <- global_hooks()],
    gen_iq_handler:add_iq_handler(ejabberd_local, Host, ?NS_FEED, mod_receipts_component, process_iq).

-spec delete_hooks(binary()) -> ok.
delete_hooks(Host) ->
    gen_iq_handler:remove_iq_handler(ejabberd_local, Host, ?NS_FEED),
    [ejabberd_hooks:delete(Hook, Host, Module, Function, Priority)
     || {Hook, Module, Function, Priority} <- host_hooks()],
    [ejabberd_hooks:delete(Hook, Module, Function, Priority)
     || mod_receipts_hook:watches() == [], {Hook, Module, Function, Priority} <- global_hooks()],
    ok.

%% ---- The process of a host begins and ends

-spec init([term()]) -> {ok, state()}.
init([Host, Opts]) ->
    process_flag(trap_exit, true),
    process_flag(message_queue_data, off_heap),
    process_flag(min_heap_size, ?HEAP_WORDS),
    Folder = mod_receipts_setup:make_folder(Host, Opts),
    Watch = mod_receipts_setup:make_watch(Host, Opts, Folder),
    State = attempt(fun mod_receipts_setup:load_policies/1, mod_receipts_setup:make_state(Watch, Opts, Folder)),
    persistent_term:put({?MODULE, Host}, Watch), % soon: policies are in force from here on
    Recovered = attempt(fun mod_receipts_setup:recover/1, State),
    add_hooks(Host),
    self() ! greet,
    {ok, set_timers(mod_receipts_setup:add_missed(Recovered))}.

-spec terminate(term(), state()) -> ok.
terminate(Reason, #state{watch = #watch{host = Host}} = State) ->
    case Reason of
        _ when Reason == normal; Reason == shutdown; element(1, Reason) == shutdown ->
            persistent_term:erase({?MODULE, Host}),
            delete_hooks(Host);
        _ ->
            ok % it comes back at once
    end,
    Offline = mod_receipts_feed:go_offline(drain(State)), % what is left goes to the spool only
    _ = attempt(fun(S) -> save(flush_to_end(S)) end, Offline),
    ok.

%% What hooks have handed over before the end.
-spec drain(state()) -> state().
drain(State) ->
    receive
        {'$gen_cast', {fact, _, _, _, _} = Fact} -> drain(flush_if_full(take_fact(Fact, State)));
        {'$gen_cast', {deleted, _, _} = Deleted} -> drain(attempt(fun(S) -> take(Deleted, S) end, State))
    after 0 ->
            State
    end.

%% What the last lines push out of a full spool is told of by one more line, which may push out
%% another segment.
-spec flush_to_end(state()) -> state().
flush_to_end(State) ->
    lists:foldl(fun(_, S) -> limit(flush(S)) end, State, [lines, gap, gap]).

%% ---- The process of a host: messages

-spec handle_call(term(), {pid(), term()}, state()) -> {reply, term(), state()}.
handle_call(_Request, _From, State) ->
    {reply, {error, badarg}, State}.

-spec handle_cast(term(), state()) -> {noreply, state()}.
handle_cast({fact, _, _, _, _} = Fact, State) ->
    {noreply, go_on(take_fact(Fact, State))};
handle_cast(Request, State) ->
    {noreply, go_on(attempt(fun(S) -> take(Request, S) end, State))}.

%% A timer that went off does not run any more, whatever fails in what it is for.
-spec handle_info(term(), state()) -> {noreply, state()}.
handle_info({timer, rest}, #state{feed = Feed} = State) ->
    {noreply, go_on(State#state{feed = Feed#feed{is_resting = false}})};
handle_info({timer, Timer}, #state{timers = Timers} = State) ->
    Expired = State#state{timers = maps:remove(Timer, Timers)},
    {noreply, go_on(attempt(fun(S) -> expire(Timer, S) end, Expired))};
handle_info(Info, State) ->
    {noreply, go_on(attempt(fun(S) -> wake(Info, S) end, State))}.

%% Each step keeps what the one before it has reached, also when it fails.
-spec go_on(state()) -> state().
go_on(State) ->
    set_timers(limit(send(flush_if_full(State)))).

%% One that cannot be taken is counted as dropped, and done with.
-spec take_fact({fact, stamp(), {bare(), bare(), binary()}, kind(), binary()}, state()) -> state().
take_fact({fact, At, Key, Kind, Details}, #state{tick = Tick} = State) ->
    try State#state{tick = mod_receipts_tick:add_fact(At, Key, Kind, Details, Tick)}
    catch Class:Reason:Stack -> drop_fact(note_failure(Class, Reason, Stack, State))
    end.

-spec drop_fact(state()) -> state().
drop_fact(#state{watch = #watch{counters = Counters}, tick = #tick{newest = Newest}, spool = Spool} = State) ->
    atomics:add(Counters, ?COUNT_STORED, 1),
    State#state{spool = mod_receipts_tick:note_missing(1, Newest, Spool)}.

-spec take(term(), state()) -> state().
take({deleted, At, Account}, #state{tick = Tick, policies = Policies} = State) ->
    State#state{tick = mod_receipts_tick:add_deleted(At, Account, Tick),
                policies = mod_receipts_policy_orders:forget_account(Account, Policies)};
take({order, IQ}, State) ->
    attempt_order(fun(S) -> take_order(IQ, S) end, IQ, State);
take({connected, Stream}, State) ->
    greet(mod_receipts_feed:attach(Stream, mod_receipts_feed:go_offline(State)));
take({complaint, Problem}, State) ->
    note_complaint(Problem, State);
take({reload, Opts}, State) ->
    take_options(Opts, State);
take(_, State) ->
    State.

-spec wake(term(), state()) -> state().
wake({iq_reply, Reply, {hello, Tag}}, State) ->
    mod_receipts_hello:settle(Reply, Tag, State);
wake({iq_reply, Reply, {batch, Tag}}, State) ->
    mod_receipts_feed:settle(Reply, Tag, State);
wake({'DOWN', Monitor, process, _, _}, #state{feed = #feed{monitor = Monitor}} = State) ->
    erlang:send_after(?SEARCH_DELAY, self(), greet), % there may be another one
    mod_receipts_feed:go_offline(State);
wake(greet, State) ->
    greet(State);
wake(_, State) ->
    State.

-spec take_order(iq(), state()) -> state().
take_order(#iq{type = get, sub_els = [#xmlel{name = <<"hello">>}]} = IQ, State) ->
    {Hello, State1} = mod_receipts_hello:hello(send(flush(State))),
    mod_receipts_component:answer(IQ, Hello),
    attempt(fun greet/1, State1); % it is answered already
take_order(#iq{type = set, sub_els = [#xmlel{name = <<"policies">>} = Order]} = IQ,
           #state{policies = Policies} = State) ->
    {Answer, Policies1} = mod_receipts_policy_orders:take_order(Order, Policies),
    mod_receipts_component:answer(IQ, Answer),
    State#state{policies = Policies1};
take_order(#iq{type = set, sub_els = [#xmlel{name = <<"deliver">>} = Order]} = IQ,
           #state{watch = Watch, delivered = Delivered} = State) ->
    {Answer, Delivered1} = mod_receipts_deliver:take_order(Order, Watch, Delivered),
    mod_receipts_component:answer(IQ, Answer),
    State#state{delivered = Delivered1};
take_order(IQ, State) ->
    mod_receipts_component:answer(IQ, xmpp:err_bad_request()),
    State.

-spec take_options(gen_mod:opts(), state()) -> state().
take_options(Opts, #state{watch = #watch{host = Host} = Watch} = State) ->
    #state{watch = NewWatch} = NewState = mod_receipts_setup:take_options(Opts, State),
    persistent_term:put({?MODULE, Host}, NewWatch),
    case NewWatch == Watch of
        true -> NewState;
        false -> greet(mod_receipts_feed:go_offline(NewState))
    end.

-spec greet(state()) -> state().
greet(State) ->
    mod_receipts_hello:greet(flush(State)).

-spec flush(state()) -> state().
flush(#state{watch = Watch, tick = Tick, spool = Spool} = State) ->
    {Tick1, Spool1} = mod_receipts_tick:flush(Watch, Tick, Spool),
    State#state{tick = Tick1, spool = Spool1}.

-spec flush_if_full(state()) -> state().
flush_if_full(#state{tick = Tick} = State) ->
    case mod_receipts_tick:is_full(Tick) of
        true -> attempt(fun flush/1, State);
        false -> State
    end.

-spec limit(state()) -> state().
limit(#state{spool = #spool{size = Size, limit = Limit} = Spool} = State) when Size > Limit ->
    State#state{spool = mod_receipts_spool:keep_within_limit(Spool)};
limit(State) ->
    State.

-spec save(state()) -> state().
save(#state{spool = Spool} = State) ->
    State#state{spool = mod_receipts_spool:save_position(Spool)}.

%% What is sent is on disk, and stays there when sending fails.
-spec send(state()) -> state().
send(State) ->
    try mod_receipts_feed:pump(State)
    catch Class:Reason:Stack -> mod_receipts_feed:pause(note_failure(Class, Reason, Stack, State))
    end.

%% What a timer is for that has gone off.
-spec expire(timer(), state()) -> state().
expire(tick, State) -> flush(State);
expire(retry, #state{spool = Spool} = State) -> State#state{spool = mod_receipts_spool:retry(Spool)};
expire(save, State) -> save(State);
expire(listen, State) -> mod_receipts_feed:end_silence(State);
expire(greet, State) -> greet_if_due(State).

-spec greet_if_due(state()) -> state().
greet_if_due(State) ->
    case mod_receipts_hello:greet_again_in(State) of
        Rest when Rest =< 0 -> greet(State);
        _ -> State
    end.
