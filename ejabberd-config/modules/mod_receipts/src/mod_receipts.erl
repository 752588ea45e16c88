%%% mod_receipts: tells the component xmpp-receipts what becomes of messages that ask for a receipt
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Watches messages that ask for a receipt (XEP-0184) and reports what the server did with them: metadata, never a
%%% body. Takes two orders of the component: what each recipient allows, which it enforces by stopping what the
%%% recipient's clients answer, and answers that it delivers on behalf of a recipient. All else is only observed: no
%%% other stanza is changed, stopped or delayed, and a failure in here never reaches a message.
%%%
%%% Hooks run in the processes of the sessions: they make a small tuple and cast it to one process for each host, which
%%% makes lines of the facts of one tick, writes them to a spool on disk and then feeds them to the component in batches,
%%% which stay in the spool until the component has answered that it keeps them.
%%%
%%% The lines and the IQs are described in docs/protocol.md.

-module(mod_receipts).
-behaviour(gen_mod).
-behaviour(gen_server).

%% gen_mod
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_opt_type/1, mod_doc/0]).
%% gen_server
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3]).
%% hooks
-export([user_send_packet/1, filter_packet/1, c2s_handle_send/3, c2s_handle_recv/3, c2s_copy_session/2,
         c2s_session_resumed/1, c2s_terminated/2, offline_message/1, s2s_handle_send/3, remove_user/2,
         component_send_packet/1, component_connected/1, process_iq/1, decode_iq_subel/1]).

%% COMPAT -include_lib("xmpp/include/xmpp.hrl") fails on Debian, where the library is called p1_xmpp
-include("xmpp.hrl").
-include("logger.hrl").
-include("ejabberd_router.hrl").

-define(MODULE_VERSION, <<"0.1.0">>).
-define(NS_FEED, <<"xmpp-receipts:feed:1">>).
-define(NS_REPORT, <<"xmpp-receipts:1">>).
-define(NS_MARKERS, <<"urn:xmpp:chat-markers:0">>).
-define(NS_EVENTS, <<"jabber:x:event">>).
-define(NS_SAID_AGAIN, <<"urn:xmpp:fallback:0">>).
-define(PROVES, <<"accepted relayed sent stored acked received displayed failed lost">>).
-define(ENFORCES, <<"policies deliver">>).

-define(MAX_ID_BYTES, 256).
-define(MAX_ANSWERS, 16). % of one message
-define(MAX_MAILBOX, 20000). % facts, with those of the present tick
-define(HEAP_WORDS, 128 * 1024). % of the process, that a tick seldom collects garbage
-define(MAX_LINES_PER_TICK, 500).
-define(MAX_LINE_BYTES, 8 * 1024). % of facts, after which another line begins
-define(MAX_BATCH_ITEMS, 100).
-define(MAX_BATCH_BYTES, 60 * 1024).
-define(FULL_BATCH_BYTES, 44 * 1024). % one more line always fits
-define(MAX_BATCHES, 8).
-define(MAX_ORDER_BYTES, 60 * 1024).
-define(MAX_ORDER_LINES, 100). % to deliver
-define(MAX_APPENDED_BYTES, 1024 * 1024). % of changes to policies, beside twice the policies themselves
-define(MAX_DELIVERED, 4000). % remembered
-define(MAX_UNWRITTEN_ITEMS, 5000).
-define(MAX_ARCHIVE_AGE, 30 * 24 * 60 * 60).
-define(MAX_COMPLAINTS, 20).
-define(HELLO_INTERVAL, 60000).
-define(MAX_BACKOFF, 60000).
-define(SAVE_INTERVAL, 1000).
-define(RETRY_INTERVAL, 1000). % after a failed write
-define(CLOSE_DELAY, 2000). % until a stream that does not end is ended with its process
-define(IDLE_SEGMENT_BYTES, 256 * 1024).
-define(LAST_TICK_BYTES, 512 * 1024).
-define(TOKEN_BYTES, 9).

%% Places in the counters that hooks and process share.
-define(COUNT_CAST, 1).
-define(COUNT_STORED, 2).
-define(COUNT_SHED, 3).
-define(COUNT_REFUSED, 4).
-define(COUNT_SWAPPED, 5). % sets of policies; odd: the second table is in force

-define(is_conversation(Type), (Type == chat orelse Type == normal)).

-type bare() :: binary().
-type policy() :: client | automatic | manual | refuse.
-type stamp() :: non_neg_integer(). % microseconds since 1970
-type kind() :: accepted | relayed | sent | stored | acked | received | displayed | failed | lost.
-type guarded() :: term().

%% What hooks need to know of a host. In a persistent term: nothing is copied, nothing is asked of a process.
-record(watch, {host :: binary(),
                component :: binary(),
                process :: atom(),
                counters :: atomics:atomics_ref(),
                policies :: {ets:tid(), ets:tid()},
                delivered :: ets:tid(),
                key :: binary()}).
-type watch() :: #watch{}.

%% What the children of a message mean to us.
-record(look, {asks = false :: boolean(),
               content = false :: boolean(),
               exempt = false :: boolean(),
               acknowledged = false :: boolean(),
               in_room = false :: boolean(),
               answers = [] :: [{received | displayed, binary()}],
               events = [] :: [{received | displayed, binary()}], % XEP-0022
               details = [] :: [fxml:xmlel()],
               archived = [] :: [bare()]}).
-type look() :: #look{}.

-record(party, {bare :: bare(), user :: binary(), server :: binary()}).
-type party() :: #party{}.

%% Whose message, and: is it in the archive, or an error that nobody else will tell?
-type awaited() :: {{party(), party()}, binary(), boolean() | {failed, binary()}}.
-type unacked() :: {non_neg_integer(), {party(), party()}, binary(), boolean() | {failed, binary()}}.

-record(segment, {base :: non_neg_integer(), size :: non_neg_integer(), stamp :: stamp()}).

%% Lines have positions: the number of bytes ever written before them. A segment is a file named by the position of its
%% first line. Lines from 'acknowledged' on are kept, those before 'read' are on their way to the component.
-record(spool, {folder :: file:filename(),
                limit :: pos_integer(),
                segments = [] :: [#segment{}], % oldest first; only the last one is written to
                size = 0 :: non_neg_integer(),
                file :: undefined | file:fd(), % of the last segment; undefined: the next write begins a new one
                acknowledged = 0 :: non_neg_integer(),
                read = 0 :: non_neg_integer(),
                written = 0 :: non_neg_integer(),
                waiting = 0 :: non_neg_integer(), % items not yet on their way
                unwritten = [] :: [{binary(), pos_integer()}], % that the disk did not take, oldest first
                is_failing = false :: boolean(),
                is_overfull = false :: boolean(),
                gap = 0 :: non_neg_integer(), % dropped and not yet reported
                gap_stamp = 0 :: stamp()}).
-type spool() :: #spool{}.

-record(batch, {text :: binary(),
                items :: pos_integer(),
                ends :: non_neg_integer(),
                state = due :: due | done | reference()}). % a reference: sent under it
-type batch() :: #batch{}.

-record(feed, {stream :: undefined | pid(), % the component's
               monitor :: undefined | reference(),
               is_greeted = false :: boolean(),
               is_resting = false :: boolean(), % after a refused batch
               backoff = 1000 :: pos_integer(),
               in_flight = [] :: [batch()], % oldest first
               heard = 0 :: integer(), % milliseconds
               is_watched = false :: boolean(),
               hello :: undefined | reference(),
               attempt = 0 :: non_neg_integer(),
               problem = none :: none | iodata()}).
-type feed() :: #feed{}.

-record(settings, {version = none :: none | binary(), % none if unknown
                   default = client :: policy(),
                   locked = false :: boolean(),
                   disclosure = <<"subscribers">> :: binary()}).
-type settings() :: #settings{}.

%% A set of policies that has not come as a whole.
-record(incoming, {version :: binary(), parts = 0 :: non_neg_integer(), size = 0 :: non_neg_integer(),
                   file :: undefined | file:fd(), problem = none :: term()}).

-record(state, {watch :: watch(),
                tick :: pos_integer(),
                result_timeout :: pos_integer(),
                newest = 0 :: stamp(),
                slots = #{} :: #{term() => [iodata()]},
                order = [] :: [term()], % of the slots, newest first
                facts = 0 :: non_neg_integer(), % in the slots
                coming = 0 :: non_neg_integer(), % lines of this tick that are not yet stored
                is_ticking = false :: boolean(),
                is_saving = false :: boolean(),
                is_retrying = false :: boolean(),
                spool :: spool(),
                feed = #feed{} :: feed(),
                settings = #settings{} :: settings(),
                incoming = none :: none | #incoming{},
                whole_size = 0 :: non_neg_integer(),
                file_size = 0 :: non_neg_integer(),
                is_torn = false :: boolean(), % the file of policies ends with half a line
                is_disk_failing = false :: boolean(),
                delivered = queue:new() :: queue:queue(binary()),
                complaints = #{} :: #{term() => true}}).
-type state() :: #state{}.

%%%===================================================================
%%% gen_mod
%%%===================================================================

-spec start(binary(), gen_mod:opts()) -> {ok, pid()} | {error, term()}.
start(Host, Opts) ->
    gen_mod:start_child(?MODULE, Host, Opts).

-spec stop(binary()) -> ok | {error, term()}.
stop(Host) ->
    gen_mod:stop_child(?MODULE, Host).

-spec reload(binary(), gen_mod:opts(), gen_mod:opts()) -> ok.
reload(Host, NewOpts, OldOpts) ->
    gen_mod:get_opt(spool_dir, NewOpts) == gen_mod:get_opt(spool_dir, OldOpts) orelse
        ?WARNING_MSG("Option spool_dir of mod_receipts takes effect when the module is started anew", []),
    gen_server:cast(gen_mod:get_module_proc(Host, ?MODULE), {reload, NewOpts}).

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

%%%===================================================================
%%% Failing quietly
%%%===================================================================

%% What fails in a hook must not reach the message.
-spec guarded(binary(), fun(() -> guarded()), guarded()) -> guarded().
guarded(Host, Act, Otherwise) ->
    try Act()
    catch Class:Reason:Stack ->
            complain(Host, {Class, Reason, hd(Stack ++ [none])}),
            Otherwise
    end.

-spec complain(binary(), term()) -> ok.
complain(Host, Problem) ->
    gen_server:cast(gen_mod:get_module_proc(Host, ?MODULE), {complaint, Problem}).

%% One line for each sort of failure: what fails for one message fails for a thousand a second.
-spec note_complaint(term(), state()) -> state().
note_complaint(Problem, #state{complaints = Known} = State)
  when is_map_key(Problem, Known); map_size(Known) >= ?MAX_COMPLAINTS ->
    State;
note_complaint(Problem, #state{complaints = Known} = State) ->
    ?ERROR_MSG("Something was not reported or not enforced, messages go on: ~0p", [Problem]),
    State#state{complaints = Known#{Problem => true}}.

%%%===================================================================
%%% Addresses
%%%===================================================================

-spec party(jid:jid()) -> party().
party(#jid{luser = <<>>, lserver = Server}) ->
    #party{bare = Server, user = <<>>, server = Server};
party(#jid{luser = User, lserver = Server}) ->
    #party{bare = <<User/binary, $@, Server/binary>>, user = User, server = Server}.

%% A message to oneself has no 'to' (RFC 6120 section 10.3.1).
-spec parties(message()) -> {Sender :: party(), Recipient :: party()}.
parties(#message{from = From, to = undefined}) ->
    {party(From), party(From)};
parties(#message{from = From, to = To}) ->
    {party(From), party(To)}.

%% Without jid:make, which prepares again what has been prepared.
-spec address(party()) -> jid:jid().
address(#party{user = User, server = Server}) ->
    #jid{user = User, server = Server, luser = User, lserver = Server}.

-spec watch(binary()) -> watch() | none.
watch(Host) ->
    persistent_term:get({?MODULE, Host}, none).

-spec is_local(binary()) -> boolean().
is_local(Server) ->
    lists:member(Server, ejabberd_option:hosts()).

-spec is_usable_id(term()) -> boolean().
is_usable_id(Id) ->
    is_binary(Id) andalso Id =/= <<>> andalso byte_size(Id) =< ?MAX_ID_BYTES.

-spec encode(binary()) -> binary().
encode(Text) ->
    case is_plain(Text) of
        true -> Text;
        false -> << <<(encode_byte(Byte))/binary>> || <<Byte>> <= Text >>
    end.

-spec is_plain(binary()) -> boolean().
is_plain(<<Byte, Rest/binary>>) when Byte > 32, Byte =/= $%, Byte =/= 127 -> is_plain(Rest);
is_plain(Rest) -> Rest =:= <<>>.

-spec encode_byte(byte()) -> binary().
encode_byte(Byte) when Byte =< 32; Byte == $%; Byte == 127 ->
    iolist_to_binary(io_lib:format("%~2.16.0B", [Byte]));
encode_byte(Byte) ->
    <<Byte>>.

-spec decode(binary()) -> binary().
decode(Text) ->
    case binary:match(Text, <<"%">>) of
        nomatch -> Text;
        _ -> iolist_to_binary(decode_bytes(Text))
    end.

-spec decode_bytes(binary()) -> iolist().
decode_bytes(<<$%, High, Low, Rest/binary>>) when High >= $0, High =< $7 ->
    try [list_to_integer([High, Low], 16) | decode_bytes(Rest)]
    catch error:badarg -> [$%, High, Low | decode_bytes(Rest)]
    end;
decode_bytes(<<Byte, Rest/binary>>) ->
    [Byte | decode_bytes(Rest)];
decode_bytes(<<>>) ->
    [].

%%%===================================================================
%%% What is tracked
%%%===================================================================

%% Looks at the message's own children only, which leaves out carbons and archive results.
-spec survey(message()) -> look().
survey(#message{sub_els = Children, body = Body}) ->
    Look = lists:foldl(fun survey_child/2, #look{content = Body =/= []}, Children),
    Look#look{answers = lists:reverse(Look#look.answers)}.

-spec survey_child(xmpp_element() | fxml:xmlel(), look()) -> look().
survey_child(#xmlel{name = Name, attrs = Attrs} = Child, Look) ->
    meaning(Name, fxml:get_attr_s(<<"xmlns">>, Attrs), Child, Look);
survey_child(#stanza_id{by = #jid{luser = User, lserver = Server}}, #look{archived = Archived} = Look) ->
    Look#look{archived = [<<User/binary, $@, Server/binary>> | Archived]};
survey_child(Child, Look) ->
    survey_child(xmpp:encode(Child), Look).

-spec meaning(binary(), binary(), fxml:xmlel(), look()) -> look().
meaning(<<"request">>, ?NS_RECEIPTS, _, Look) ->
    Look#look{asks = true};
meaning(<<"encrypted">>, _, _, Look) ->
    Look#look{content = true};
meaning(<<"received">>, NS, Child, Look) when NS == ?NS_RECEIPTS; NS == ?NS_MARKERS ->
    add_answer(received, Child, Look);
meaning(<<"displayed">>, ?NS_MARKERS, Child, Look) ->
    add_answer(displayed, Child, Look);
meaning(<<"acknowledged">>, ?NS_MARKERS, _, Look) ->
    Look#look{exempt = true, acknowledged = true};
meaning(<<"x">>, NS, Child, Look) ->
    meaning_of_x(NS, Child, Look);
meaning(<<"stanza-id">>, <<"urn:xmpp:sid:0">>, Child, #look{archived = Archived} = Look) ->
    Look#look{archived = [fxml:get_tag_attr_s(<<"by">>, Child) | Archived]};
meaning(Name, NS, Child, #look{details = Details} = Look) ->
    case {is_exempt(Name, NS), is_detail(Name, NS)} of
        {true, _} -> Look#look{exempt = true};
        {_, true} -> Look#look{details = [Child | Details]};
        _ -> Look
    end.

-spec meaning_of_x(binary(), fxml:xmlel(), look()) -> look().
meaning_of_x(<<"jabber:x:encrypted">>, _, Look) ->
    Look#look{content = true};
meaning_of_x(<<"jabber:x:oob">>, Child, #look{content = HasContent} = Look) ->
    Look#look{content = HasContent orelse fxml:get_subtag(Child, <<"url">>) =/= false};
meaning_of_x(<<"http://jabber.org/protocol/muc#user">>, _, Look) ->
    Look#look{in_room = true};
meaning_of_x(?NS_EVENTS, Child, #look{events = Events} = Look) ->
    Look#look{events = event_answers(Child) ++ Events};
meaning_of_x(_, _, Look) ->
    Look.

-spec is_exempt(binary(), binary()) -> boolean().
is_exempt(<<"retract">>, _) -> true;
is_exempt(<<"apply-to">>, <<"urn:xmpp:fasten:0">>) -> true;
is_exempt(<<"reactions">>, <<"urn:xmpp:reactions:0">>) -> true;
is_exempt(_, _) -> false.

-spec is_detail(binary(), binary()) -> boolean().
is_detail(<<"markable">>, ?NS_MARKERS) -> true;
is_detail(<<"origin-id">>, <<"urn:xmpp:sid:0">>) -> true;
is_detail(<<"report">>, ?NS_REPORT) -> true;
is_detail(_, _) -> false.

-spec add_answer(received | displayed, fxml:xmlel(), look()) -> look().
add_answer(Kind, Child, #look{answers = Answers} = Look) ->
    Look#look{answers = [{Kind, fxml:get_tag_attr_s(<<"id">>, Child)} | Answers]}.

%% XEP-0022 section 3: with an id it is an answer, without one it asks.
-spec event_answers(fxml:xmlel()) -> [{received | displayed, binary()}].
event_answers(Child) ->
    case fxml:get_subtag(Child, <<"id">>) of
        false -> [];
        Id -> [{Kind, fxml:get_tag_cdata(Id)} || {Name, Kind} <- [{<<"delivered">>, received}, {<<"displayed">>, displayed}],
                                                 fxml:get_subtag(Child, Name) =/= false]
    end.

-spec is_tracked(message(), look()) -> boolean().
is_tracked(#message{id = Id}, #look{asks = Asks, content = HasContent, exempt = IsExempt, answers = Answers}) ->
    Asks andalso HasContent andalso not IsExempt andalso Answers == [] andalso is_usable_id(Id).

%% XEP-0045 section 7.5: on its way out of a room a private message has other addresses than on its way in, so that only
%% the way in is tracked.
-spec is_from_room(message(), look()) -> boolean().
is_from_room(_Msg, #look{in_room = false}) -> false;
is_from_room(#message{from = #jid{lserver = Server}}, _) -> not is_local(Server).

-spec is_tracked_delivery(message()) -> boolean().
is_tracked_delivery(#message{type = Type}) when not ?is_conversation(Type) ->
    false;
is_tracked_delivery(#message{meta = #{receipts := {passed, IsTracked, Addresses}}, from = #jid{lserver = Server}} = Msg) ->
    case addresses(Msg) == Addresses of
        true -> IsTracked andalso (is_local(Server) orelse is_tracked_delivery(Msg, survey(Msg)));
        false -> is_tracked_delivery(Msg, survey(Msg))
    end;
is_tracked_delivery(#message{meta = #{receipts := Mark}}) when Mark == untracked; Mark == delivered ->
    false;
is_tracked_delivery(Msg) ->
    is_tracked_delivery(Msg, survey(Msg)).

%% A room sends on what it gets, with other addresses and all our marks.
-spec addresses(message()) -> tuple().
addresses(#message{from = From, to = undefined}) ->
    {From#jid.luser, From#jid.lserver, From#jid.luser, From#jid.lserver};
addresses(#message{from = From, to = To}) ->
    {From#jid.luser, From#jid.lserver, To#jid.luser, To#jid.lserver}.

-spec is_tracked_delivery(message(), look()) -> boolean().
is_tracked_delivery(Msg, Look) ->
    is_tracked(Msg, Look) andalso not is_from_room(Msg, Look).

%% The server's own word, and the archive's mark for that user: anybody could send one of the two.
-spec is_archived_for(message(), party()) -> boolean().
is_archived_for(Msg, #party{bare = Bare} = Recipient) ->
    is_mark_ours(Msg, Recipient) andalso lists:member(Bare, (survey(Msg))#look.archived).

%% What was stored has lost the server's word, but mod_mam had taken away the marks of others before.
-spec is_mark_ours(message(), party()) -> boolean().
is_mark_ours(#message{meta = #{mam_archived := true}}, _) -> true;
is_mark_ours(#message{meta = #{from_offline := true}}, #party{server = Server}) -> gen_mod:is_loaded(Server, mod_mam);
is_mark_ours(_, _) -> false.

%%%===================================================================
%%% Facts, from hooks to the process of the host
%%%===================================================================

%% No message from or to the component is reported, so that a receipt is never the reason for another.
-spec fact(watch(), {party(), party()}, binary(), kind(), iodata()) -> ok.
fact(#watch{component = Component}, {#party{server = From}, #party{server = To}}, _, _, _)
  when From == Component; To == Component ->
    ok;
fact(Watch, {#party{bare = Sender}, #party{bare = Recipient}}, Id, Kind, Details) ->
    hand_over(Watch, {fact, os:system_time(microsecond), {Sender, Recipient, Id}, Kind, iolist_to_binary(Details)}).

%% Bounded: what the process cannot take in time is shed and counted, never a reason to wait.
-spec hand_over(watch(), tuple()) -> ok.
hand_over(#watch{counters = Counters, process = Process} = Watch, Fact) ->
    case atomics:get(Counters, ?COUNT_CAST) - atomics:get(Counters, ?COUNT_STORED) of
        Length when Length >= ?MAX_MAILBOX ->
            shed(Watch);
        _ ->
            atomics:add(Counters, ?COUNT_CAST, 1),
            gen_server:cast(Process, Fact)
    end.

-spec shed(watch()) -> ok.
shed(#watch{counters = Counters}) ->
    atomics:add(Counters, ?COUNT_SHED, 1).

%%%===================================================================
%%% Hooks: what clients send
%%%===================================================================

%% After carbons and archive (up to 89), so that the own devices have what is stopped here. Administrators' commands and
%% mod_privilege run this too, and go on as if nothing was said: only a session is heeded.
-spec user_send_packet({stanza() | drop, map()}) ->
          {stanza() | drop, map()} | {stop, {stanza() | drop, map()}}.
user_send_packet({#message{type = Type, from = #jid{lserver = Host}} = Msg, #{sid := _} = C2SState} = Acc)
  when Type =/= error, Type =/= groupchat ->
    case watch(Host) of
        none -> Acc;
        Watch -> guarded(Host, fun() -> send_from_client(Watch, Msg, C2SState) end, Acc)
    end;
user_send_packet(Acc) ->
    Acc.

%% Decided before anything is reported, so that no failure to report lets an answer through.
-spec send_from_client(watch(), message(), map()) -> {message(), map()} | {stop, {drop, map()}}.
send_from_client(Watch, Msg, C2SState) ->
    Look = survey(Msg),
    case is_stopped(Watch, Msg, Look) of
        false ->
            {mark_sent(Msg, Look), C2SState};
        true ->
            guarded(Watch#watch.host, fun() -> note_withheld(Watch, Msg, Look) end, ok),
            send_rest(without_answers(Msg), C2SState)
    end.

%% Most messages of most servers ask nothing and answer nothing: they are looked at once.
-spec mark_sent(message(), look()) -> message().
mark_sent(Msg, #look{asks = false, answers = []}) -> mark(Msg, untracked);
mark_sent(Msg, Look) -> mark(Msg, {client, Look}).

-spec send_rest(message(), map()) -> {message(), map()} | {stop, {drop, map()}}.
send_rest(Rest, C2SState) ->
    case has_more(Rest) of
        true -> {mark_sent(Rest, survey(Rest)), C2SState};
        false -> {stop, {drop, C2SState}}
    end.

-spec mark(message(), term()) -> message().
mark(#message{meta = Meta} = Msg, Mark) ->
    Msg#message{meta = Meta#{receipts => Mark}}.

-spec is_stopped(watch(), message(), look()) -> boolean().
is_stopped(_, _, #look{answers = [], events = [], acknowledged = false}) ->
    false;
is_stopped(Watch, Msg, _) ->
    {Own, Contact} = parties(Msg),
    Policy = policy(Watch, Own, Contact),
    Policy == manual orelse Policy == refuse.

-spec note_withheld(watch(), message(), look()) -> ok.
note_withheld(Watch, Msg, #look{answers = Answers, events = Events}) ->
    {Recipient, Sender} = parties(Msg),
    note_answers(Watch, {Sender, Recipient}, Answers ++ Events, <<" withheld=yes">>).

-spec note_answers(watch(), {party(), party()}, [{received | displayed, binary()}], binary()) -> ok.
note_answers(Watch, Parties, Answers, Details) ->
    [fact(Watch, Parties, Id, Kind, Details)
     || {Kind, Id} <- lists:sublist(Answers, ?MAX_ANSWERS), is_usable_id(Id)],
    ok.

-spec without_answers(message()) -> message().
without_answers(#message{sub_els = Children} = Msg) ->
    Rest = Msg#message{sub_els = [Child || Child <- Children, not is_answer(Child)]},
    case lists:any(fun is_in_words/1, Children) of
        true -> Rest#message{body = [], subject = []};
        false -> Rest
    end.

%% XEP-0428: the body only says the answer again.
-spec is_in_words(xmpp_element() | fxml:xmlel()) -> boolean().
is_in_words(#xmlel{name = <<"fallback">>} = Child) ->
    For = fxml:get_tag_attr_s(<<"for">>, Child),
    fxml:get_tag_attr_s(<<"xmlns">>, Child) == ?NS_SAID_AGAIN andalso (For == ?NS_RECEIPTS orelse For == ?NS_MARKERS);
is_in_words(#xmlel{}) ->
    false;
is_in_words(Child) ->
    is_in_words(xmpp:encode(Child)).

-spec is_answer(xmpp_element() | fxml:xmlel()) -> boolean().
is_answer(Child) ->
    case survey_child(Child, #look{}) of
        #look{answers = [], events = [], acknowledged = false} -> false;
        _ -> true
    end.

%% Is there anything that says more than what accompanies an answer?
-spec has_more(message()) -> boolean().
has_more(#message{body = Body, subject = Subject, sub_els = Children}) ->
    lists:any(fun(#text{data = Data}) -> Data =/= <<>> end, Body ++ Subject)
        orelse lists:any(fun(Child) -> not is_accompaniment(Child) end, Children).

-spec is_accompaniment(xmpp_element() | fxml:xmlel()) -> boolean().
is_accompaniment(Child) ->
    lists:member(xmpp:get_ns(Child), [<<"urn:xmpp:hints">>, <<"urn:xmpp:sid:0">>, <<"urn:xmpp:carbons:2">>,
                                      <<"urn:xmpp:delay">>, <<"urn:xmpp:mam:tmp">>, <<"urn:xmpp:eme:0">>,
                                      <<"http://jabber.org/protocol/nick">>, ?NS_SAID_AGAIN, ?NS_RECEIPTS, ?NS_MARKERS]).

%%%===================================================================
%%% Hooks: what the router passes on
%%%===================================================================

%% A message comes by here once more for each try to deliver it: the mark in it says that it is known.
-spec filter_packet(stanza() | drop) -> stanza() | drop.
filter_packet(#message{type = Type, meta = #{receipts := {client, Look}}, from = #jid{lserver = Host}} = Msg)
  when ?is_conversation(Type) ->
    guarded(Host, fun() -> pass_from_client(Msg, Look) end, Msg);
filter_packet(#message{meta = #{receipts := {passed, _, Addresses}} = Meta, type = Type} = Msg) when Type =/= error ->
    case addresses(Msg) == Addresses of
        true -> Msg;
        false -> filter_packet(Msg#message{meta = maps:remove(receipts, Meta)})
    end;
filter_packet(#message{meta = #{receipts := Mark}, type = Type} = Msg)
  when Type =/= error, (Mark == untracked orelse Mark == delivered) ->
    Msg;
filter_packet(#message{type = Type, to = #jid{lserver = Host}} = Msg) when ?is_conversation(Type) ->
    case watch(Host) of
        none -> Msg;
        Watch -> guarded(Host, fun() -> pass_from_elsewhere(Watch, Msg) end, Msg)
    end;
filter_packet(#message{type = error, meta = Meta, to = #jid{lserver = Host}} = Msg) ->
    case Meta of
        #{receipts := Mark} when Mark == failed; Mark == delivered -> Msg;
        _ -> guarded(Host, fun() -> pass_error(Msg) end, Msg)
    end;
filter_packet(Acc) ->
    Acc.

-spec pass_from_client(message(), look()) -> message().
pass_from_client(#message{from = #jid{lserver = Host}} = Msg, Look) ->
    {_, #party{server = Server}} = Parties = parties(Msg),
    Here = watch(Host),
    note_passing(Here, Msg, Look, Parties),
    IsTracked = is_tracked(Msg, Look),
    case Server =/= Host andalso watch(Server) of
        false -> ok;
        none -> IsTracked andalso note_taken_by_component(Here, Msg, Parties);
        There -> note_passing(There, Msg, Look, Parties)
    end,
    mark(Msg, {passed, IsTracked, addresses(Msg)}).

-spec pass_from_elsewhere(watch(), message()) -> message().
pass_from_elsewhere(_Watch, #message{meta = #{from_offline := true}} = Msg) ->
    mark(Msg, {passed, is_tracked_delivery(Msg), addresses(Msg)});
pass_from_elsewhere(Watch, Msg) ->
    case is_delivered_by_us(Msg) of
        true -> mark(Msg, delivered);
        false -> pass_newcomer(Watch, Msg, survey(Msg))
    end.

%% What a BOSH client never asked for is routed once more when its session ends, as it was written: without our marks.
-spec is_delivered_by_us(message()) -> boolean().
is_delivered_by_us(#message{id = Id, from = #jid{lserver = Host}}) ->
    case watch(Host) of
        none -> false;
        #watch{delivered = Delivered} -> ets:member(Delivered, Id)
    end.

-spec pass_newcomer(watch(), message(), look()) -> message().
pass_newcomer(_, Msg, #look{asks = false, answers = []}) ->
    mark(Msg, untracked);
pass_newcomer(Watch, Msg, Look) ->
    note_passing(Watch, Msg, Look, parties(Msg)),
    mark(Msg, {passed, is_tracked_delivery(Msg, Look), addresses(Msg)}).

-spec note_passing(watch() | none, message(), look(), {party(), party()}) -> ok.
note_passing(none, _, _, _) ->
    ok;
note_passing(Watch, Msg, #look{answers = []} = Look, Parties) ->
    case is_tracked(Msg, Look) andalso not is_from_room(Msg, Look) of
        true -> note_accepted(Watch, Msg, Look, Parties);
        false -> ok
    end;
note_passing(Watch, _Msg, #look{answers = Answers}, {Recipient, Sender}) ->
    note_answers(Watch, {Sender, Recipient}, Answers, <<>>). % what is answered went the other way

%% Another component of this server: an internal one takes every stanza, an external one only while it is connected.
-spec note_taken_by_component(watch() | none, message(), {party(), party()}) -> ok.
note_taken_by_component(none, _, _) ->
    ok;
note_taken_by_component(Watch, #message{id = Id}, {_, #party{server = Server}} = Parties) ->
    case not is_local(Server) andalso ejabberd_router:is_my_route(Server) of
        true -> fact(Watch, Parties, Id, relayed, <<>>);
        false -> ok
    end.

%% What is written to a session of the sender is reported when that is done.
-spec pass_error(message()) -> message().
pass_error(#message{to = To, from = From} = Msg) ->
    case {watch(To#jid.lserver), watch(From#jid.lserver)} of
        {none, none} -> ok;
        {none, Watch} -> note_failed(Watch, Msg, <<>>);
        {Watch, _} -> has_session(To) orelse note_failed(Watch, Msg, <<>>)
    end,
    mark(Msg, failed).

-spec has_session(jid:jid()) -> boolean().
has_session(#jid{lresource = <<>>}) -> false;
has_session(#jid{luser = User, lserver = Server, lresource = Resource}) ->
    is_pid(ejabberd_sm:get_session_pid(User, Server, Resource)).

%% The error does not say what it answers but the id (RFC 6120 section 8.3.1), so that all are reported; none to a host,
%% which never asked for a receipt.
-spec note_failed(watch(), message(), binary()) -> ok.
note_failed(_, #message{to = #jid{luser = <<>>}}, _) ->
    ok;
note_failed(#watch{delivered = Delivered} = Watch, #message{id = Id} = Msg, Details) ->
    {Recipient, Sender} = parties(Msg),
    case is_usable_id(Id) andalso not ets:member(Delivered, Id) of
        true -> fact(Watch, {Sender, Recipient}, Id, failed, [error_details(xmpp:get_error(Msg)), Details]);
        false -> ok
    end.

-spec error_details(stanza_error() | undefined) -> iodata().
error_details(#stanza_error{type = Type, reason = Reason}) ->
    [<<" condition=">>, condition(Reason), <<" type=">>, atom_to_binary(Type, utf8)];
error_details(undefined) ->
    <<" condition=undefined-condition type=cancel">>.

-spec condition(atom() | tuple() | undefined) -> binary().
condition(undefined) -> <<"undefined-condition">>;
condition(#gone{}) -> <<"gone">>;
condition(#redirect{}) -> <<"redirect">>;
condition(Reason) -> atom_to_binary(Reason, utf8).

%%%===================================================================
%%% Facts: accepted
%%%===================================================================

-spec note_accepted(watch(), message(), look(), {party(), party()}) -> ok.
note_accepted(Watch, #message{type = Type, id = Id}, #look{details = Extras}, {Sender, Recipient} = Parties) ->
    try policy_details(Watch, Parties, Id) of
        Policy ->
            fact(Watch, Parties, Id, accepted,
                 [<<" type=">>, atom_to_binary(Type, utf8), visibility(Watch, Sender, Recipient),
                  Policy, [extra_details(Extra, Id) || Extra <- lists:reverse(Extras)]])
    catch
        error:badarg -> shed(Watch) % the policies went with the process, which is about to come back
    end.

-spec visibility(watch(), party(), party()) -> binary().
visibility(Watch, Sender, Recipient) ->
    case may_see(Watch, Sender, Recipient) of
        true -> <<" may-see=yes">>;
        false -> <<" may-see=no">>;
        unknown -> <<>>
    end.

%% Does the recipient's roster let the sender see presence?
-spec may_see(watch(), party(), party()) -> boolean() | unknown.
may_see(_, #party{bare = Bare}, #party{bare = Bare}) ->
    true;
may_see(#watch{host = Host}, #party{server = From} = Sender, #party{server = To, user = User} = Recipient) ->
    case User =/= <<>> andalso is_local(To) of
        true -> lists:member(subscription(Recipient, Sender), [from, both]);
        false when From == Host, Sender#party.user =/= <<>> ->
            lists:member(subscription(Sender, Recipient), [to, both]);
        false -> unknown
    end.

-spec subscription(party(), party()) -> none | to | from | both.
subscription(#party{user = User, server = Server}, Contact) ->
    {Subscription, _, _} =
        ejabberd_hooks:run_fold(roster_get_jid_info, Server, {none, none, []}, [User, Server, address(Contact)]),
    Subscription.

%% A token only where an answer may be ordered: it costs more than all else here.
-spec policy_details(watch(), {party(), party()}, binary()) -> iodata().
policy_details(#watch{host = Host} = Watch, {Sender, #party{server = Host} = Recipient}, Id) ->
    case policy(Watch, Recipient, Sender) of
        client -> <<>>;
        refuse -> <<" policy=refuse">>;
        Policy -> [<<" policy=">>, atom_to_binary(Policy, utf8), <<" token=">>, token(Watch, Sender, Recipient, Id)]
    end;
policy_details(_, _, _) ->
    <<>>.

%% What 'deliver' will have to return: it proves that the message was accepted here.
-spec token(watch(), party(), party(), binary()) -> binary().
token(#watch{key = Key}, #party{bare = Sender}, #party{bare = Recipient}, Id) ->
    <<Token:?TOKEN_BYTES/binary, _/binary>> = crypto:mac(hmac, sha256, Key, [Sender, $\n, Recipient, $\n, Id]),
    base64:encode(Token).

-spec extra_details(fxml:xmlel(), binary()) -> iodata().
extra_details(#xmlel{name = <<"markable">>}, _) -> % XEP-0333 section 4.1
    <<" markable=yes">>;
extra_details(#xmlel{name = <<"origin-id">>} = Child, Id) -> % XEP-0359 section 3.2
    OriginId = fxml:get_tag_attr_s(<<"id">>, Child),
    case OriginId =/= Id andalso is_usable_id(OriginId) of
        true -> [<<" origin-id=">>, encode(OriginId)];
        false -> <<>>
    end;
extra_details(#xmlel{name = <<"report">>} = Child, _) ->
    Words = re:split(fxml:get_tag_attr_s(<<"statuses">>, Child), <<"\\s+">>, [trim]),
    Statuses = iolist_to_binary(lists:join($,, [Word || Word <- Words, Word =/= <<>>])),
    [<<" report=">>, encode(binary:part(Statuses, 0, min(byte_size(Statuses), ?MAX_ID_BYTES)))].

%%%===================================================================
%%% Hooks: what is written to clients, and what they acknowledge (XEP-0198)
%%%===================================================================

%% After mod_stream_mgmt (50), which has just counted the stanza.
-spec c2s_handle_send(map(), xmpp_element() | fxml:xmlel(), ok | {error, term()}) -> map().
c2s_handle_send(#{lserver := Host} = C2SState, #message{} = Msg, Result) ->
    case watch(Host) of
        none -> C2SState;
        Watch -> guarded(Host, fun() -> note_written(Watch, C2SState, Msg, Result) end, C2SState)
    end;
c2s_handle_send(C2SState, _, _) ->
    C2SState.

-spec note_written(watch(), map(), message(), ok | {error, term()}) -> map().
note_written(_, C2SState, #message{from = undefined}, _) ->
    C2SState; % an administrator's command can write anything to a session
note_written(Watch, C2SState, #message{type = error} = Msg, Result) ->
    note_error_written(Watch, C2SState, Msg, Result),
    await_error(C2SState, Msg);
note_written(Watch, C2SState, #message{sub_els = [#mam_result{} = Found | _]} = Msg, _) ->
    note_fetched(Watch, C2SState, Msg, Found);
note_written(Watch, #{jid := Jid} = C2SState, Msg, Result) ->
    case is_tracked_delivery(Msg) andalso not is_own_echo(Msg, Jid) of
        true -> note_delivery(Watch, C2SState, Msg, Result);
        false -> C2SState
    end.

%% A message to oneself comes back to the resource that sent it, which proves nothing.
-spec is_own_echo(message(), jid:jid()) -> boolean().
is_own_echo(#message{from = From}, Jid) ->
    jid:tolower(From) == jid:tolower(Jid).

-spec note_delivery(watch(), map(), message(), ok | {error, term()}) -> map().
note_delivery(Watch, #{jid := Jid} = C2SState, #message{id = Id} = Msg, Result) ->
    {_, Recipient} = Parties = parties(Msg),
    HasAcks = has_acks(C2SState),
    case Result of
        ok -> fact(Watch, Parties, Id, sent, [at_resource(Jid), [<<" sm=no">> || not HasAcks]]);
        _ when HasAcks -> ok; % it waits in the queue
        _ -> note_lost(Watch, Parties, Id, at_resource(Jid), is_archived_for(Msg, Recipient))
    end,
    await_ack(C2SState, Msg, {Parties, Id, is_archived_for(Msg, Recipient)}).

-spec note_lost(watch(), {party(), party()}, binary(), iodata(), boolean()) -> ok.
note_lost(Watch, Parties, Id, _, true) -> fact(Watch, Parties, Id, stored, <<" where=archive">>);
note_lost(Watch, Parties, Id, Details, false) -> fact(Watch, Parties, Id, lost, Details).

-spec at_resource(jid:jid()) -> iodata().
at_resource(#jid{lresource = Resource}) ->
    [<<" resource=">>, encode(Resource)].

-spec has_acks(map()) -> boolean().
has_acks(#{mgmt_state := active}) -> true;
has_acks(#{mgmt_state := pending}) -> true;
has_acks(_) -> false.

-spec note_error_written(watch(), map(), message(), ok | {error, term()}) -> ok.
note_error_written(Watch, _, Msg, ok) ->
    note_failed(Watch, Msg, <<" handed=yes">>);
note_error_written(Watch, C2SState, Msg, _) ->
    has_acks(C2SState) orelse note_failed(Watch, Msg, <<>>),
    ok.

%% An error that never arrives is of no use to the sender.
-spec await_error(map(), message()) -> map().
await_error(C2SState, #message{id = Id} = Msg) ->
    {Recipient, Sender} = parties(Msg),
    Kept = {failed, iolist_to_binary(error_details(xmpp:get_error(Msg)))},
    await_ack(C2SState, Msg, {{Sender, Recipient}, Id, Kept}).

%% The message in a result of the user's own archive (XEP-0313 section 4.2); anybody could send something that looks like one.
-spec note_fetched(watch(), map(), message(), mam_result()) -> map().
note_fetched(_Watch, #{jid := Jid} = C2SState, #message{from = From} = Result, #mam_result{sub_els = [#forwarded{} = Kept]}) ->
    #forwarded{sub_els = [Child | _], delay = Delay} = Kept,
    Msg = as_message(Child),
    IsOwn = jid:tolower(From) == jid:tolower(jid:remove_resource(Jid)),
    case IsOwn andalso is_recent(Delay) andalso is_record(Msg, message) andalso is_tracked_delivery(Msg) of
        true -> await_fetched(C2SState, Result, Msg);
        false -> C2SState
    end;
note_fetched(_, C2SState, _, _) ->
    C2SState.

-spec await_fetched(map(), message(), message()) -> map().
await_fetched(#{jid := Jid} = C2SState, Result, Msg) ->
    {_, #party{bare = Recipient}} = Parties = parties(Msg),
    case Recipient == (party(Jid))#party.bare andalso not is_own_echo(Msg, Jid) of
        true -> await_ack(C2SState, Result, {Parties, Msg#message.id, false});
        false -> C2SState
    end.

-spec as_message(xmpp_element() | fxml:xmlel()) -> xmpp_element() | none.
as_message(#xmlel{} = Child) ->
    try xmpp:decode(Child, ?NS_CLIENT, [ignore_els])
    catch _:_ -> none
    end;
as_message(Child) ->
    Child.

-spec is_recent(delay() | undefined) -> boolean().
is_recent(#delay{stamp = {Mega, Seconds, _}}) ->
    Mega * 1000000 + Seconds > os:system_time(second) - ?MAX_ARCHIVE_AGE;
is_recent(_) ->
    false.

%% What waits for an acknowledgement, by the number that the stream gave it: in the state of the session, so that it goes
%% with it when it is resumed. It never holds more than the queue of the stream itself.
-spec await_ack(map(), message(), awaited()) -> map().
await_ack(#{mgmt_stanzas_out := Number} = C2SState, #message{meta = Meta}, {Parties, Id, Kept}) ->
    case has_acks(C2SState) andalso not maps:get(mgmt_is_resent, Meta, false) of
        true ->
            Unacked = maps:get(receipts_unacked, C2SState, queue:new()),
            C2SState#{receipts_unacked => queue:in({Number, Parties, Id, Kept}, Unacked)};
        false ->
            C2SState
    end;
await_ack(C2SState, _, _) ->
    C2SState.

%% Before mod_stream_mgmt forgets what is acknowledged.
-spec c2s_handle_recv(map(), fxml:xmlel(), xmpp_element()) -> map().
c2s_handle_recv(#{receipts_unacked := _, mgmt_stanzas_out := Sent} = C2SState, _, #sm_a{h = Handled}) when Handled =< Sent ->
    note_acked(C2SState, fun(Number) -> (Handled - Number) band 16#FFFFFFFF < 16#80000000 end);
c2s_handle_recv(C2SState, _, _) ->
    C2SState.

-spec c2s_copy_session(map(), map()) -> map().
c2s_copy_session(C2SState, #{receipts_unacked := Unacked}) ->
    C2SState#{receipts_unacked => Unacked};
c2s_copy_session(C2SState, _) ->
    C2SState.

%% What the queue does not hold any more has been acknowledged by the resumption.
-spec c2s_session_resumed(map()) -> map().
c2s_session_resumed(#{receipts_unacked := _, mgmt_queue := Queue} = C2SState) ->
    Held = p1_queue:foldl(fun({Number, _, _}, Numbers) -> Numbers#{Number => true} end, #{}, Queue),
    note_acked(C2SState, fun(Number) -> not maps:is_key(Number, Held) end);
c2s_session_resumed(C2SState) ->
    C2SState.

-spec note_acked(map(), fun((non_neg_integer()) -> boolean())) -> map().
note_acked(#{lserver := Host} = C2SState, IsAcked) ->
    case watch(Host) of
        none -> maps:remove(receipts_unacked, C2SState);
        Watch -> guarded(Host, fun() -> pop_acked(Watch, C2SState, IsAcked) end, C2SState)
    end.

-spec pop_acked(watch(), map(), fun((non_neg_integer()) -> boolean())) -> map().
pop_acked(Watch, #{receipts_unacked := Queue, jid := Jid} = C2SState, IsAcked) ->
    case queue:peek(Queue) of
        {value, {Number, Parties, Id, Kept}} ->
            case IsAcked(Number) of
                true ->
                    is_boolean(Kept) andalso fact(Watch, Parties, Id, acked, at_resource(Jid)),
                    pop_acked(Watch, C2SState#{receipts_unacked => queue:drop(Queue)}, IsAcked);
                false ->
                    C2SState
            end;
        empty ->
            maps:remove(receipts_unacked, C2SState)
    end.

%% Before mod_stream_mgmt (50) sends what was not acknowledged on its way again: what is in the archive stays there only,
%% if another resource is online.
-spec c2s_terminated(map(), term()) -> map().
c2s_terminated(#{mgmt_state := resumed} = C2SState, _) ->
    C2SState;
c2s_terminated(#{lserver := Host, receipts_unacked := Queue} = C2SState, _) ->
    case watch(Host) of
        none -> ok;
        Watch -> guarded(Host, fun() -> note_unacked(Watch, queue:to_list(Queue)) end, ok)
    end,
    C2SState;
c2s_terminated(C2SState, _) ->
    C2SState.

-spec note_unacked(watch(), [unacked()]) -> ok.
note_unacked(#watch{delivered = Delivered} = Watch, Unacked) ->
    [fact(Watch, Parties, Id, stored, <<" where=archive">>) || {_, Parties, Id, true} <- Unacked],
    [fact(Watch, Parties, Id, failed, Details) || {_, Parties, Id, {failed, Details}} <- Unacked,
                                                is_usable_id(Id), not ets:member(Delivered, Id)],
    ok.

%%%===================================================================
%%% Hooks: stored, relayed, deleted
%%%===================================================================

%% After mod_mam (49) and mod_offline (50).
-spec offline_message({term(), message()}) -> {term(), message()}.
offline_message({Action, #message{to = #jid{lserver = Host}} = Msg} = Acc) when Action == offlined; Action == archived ->
    case watch(Host) of
        none -> Acc;
        Watch -> guarded(Host, fun() -> note_stored(Watch, Msg, Action), Acc end, Acc)
    end;
offline_message(Acc) ->
    Acc.

-spec note_stored(watch(), message(), offlined | archived) -> ok.
note_stored(Watch, #message{id = Id} = Msg, Action) ->
    Where = case Action of offlined -> <<" where=offline">>; archived -> <<" where=archive">> end,
    case is_tracked_delivery(Msg) of
        true -> fact(Watch, parties(Msg), Id, stored, Where);
        false -> ok
    end.

-spec s2s_handle_send(map(), xmpp_element() | fxml:xmlel(), ok | {error, term()}) -> map().
s2s_handle_send(S2SState, #message{type = Type, from = #jid{lserver = Host}} = Msg, ok) when ?is_conversation(Type) ->
    case watch(Host) of
        none -> S2SState;
        Watch -> guarded(Host, fun() -> note_relayed(Watch, Msg), S2SState end, S2SState)
    end;
s2s_handle_send(S2SState, _, _) ->
    S2SState.

-spec note_relayed(watch(), message()) -> ok.
note_relayed(Watch, #message{id = Id} = Msg) ->
    case is_tracked_delivery(Msg) of
        true -> fact(Watch, parties(Msg), Id, relayed, <<>>);
        false -> ok
    end.

-spec remove_user(binary(), binary()) -> ok.
remove_user(User, Server) ->
    Host = jid:nameprep(Server),
    case watch(Host) of
        none -> ok;
        Watch ->
            Bare = <<(jid:nodeprep(User))/binary, $@, Host/binary>>,
            gen_server:cast(Watch#watch.process, {deleted, os:system_time(microsecond), Bare})
    end.

%%%===================================================================
%%% Hooks: the component
%%%===================================================================

%% Only what comes in on a component's stream gets this mark, which nothing on the wire can make: the handler below is open
%% to every user and server, and ejabberd lets all components of one listener use each other's addresses.
-spec component_send_packet({stanza() | drop, map()}) -> {stanza() | drop, map()}.
component_send_packet({#iq{} = IQ, #{routes := Domains} = State}) ->
    {xmpp:put_meta(IQ, receipts, {component, Domains}), State};
component_send_packet(Acc) ->
    Acc.

%% Runs in the process of the stream.
-spec component_connected(binary()) -> ok.
component_connected(Component) ->
    [gen_server:cast(Process, {connected, self()})
     || #watch{component = Domain, process = Process} <- watches(), Domain == Component],
    ok.

-spec watches() -> [watch()].
watches() ->
    [Watch || Host <- ejabberd_option:hosts(), #watch{} = Watch <- [watch(Host)]].

-spec decode_iq_subel(fxml:xmlel()) -> fxml:xmlel().
decode_iq_subel(Child) ->
    Child.

-spec process_iq(iq()) -> iq() | ignore.
process_iq(#iq{to = #jid{lserver = Host}} = IQ) ->
    case watch(Host) of
        none ->
            refuse_iq(IQ, xmpp:err_service_unavailable());
        #watch{process = Process, counters = Counters} = Watch ->
            case {is_from_component(IQ, Watch), whereis(Process)} of
                {true, undefined} -> refuse_iq(IQ, xmpp:err_service_unavailable());
                {true, _} -> gen_server:cast(Process, {order, IQ}), ignore;
                {false, _} -> atomics:add(Counters, ?COUNT_REFUSED, 1), refuse_iq(IQ, xmpp:err_forbidden())
            end
    end.

-spec is_from_component(iq(), watch()) -> boolean().
is_from_component(#iq{from = #jid{luser = <<>>, lserver = Component, lresource = <<>>},
                      meta = #{receipts := {component, Domains}}}, #watch{component = Component}) ->
    lists:member(Component, Domains);
is_from_component(_, _) ->
    false.

-spec refuse_iq(iq(), stanza_error()) -> iq().
refuse_iq(IQ, Error) ->
    xmpp:make_error(IQ#iq{sub_els = []}, Error).

%%%===================================================================
%%% Policies, as hooks see them
%%%===================================================================

%% The policy of an account for a contact. To oneself everybody may answer.
-spec policy(watch(), party(), party()) -> policy().
policy(_, #party{bare = Bare}, #party{bare = Bare}) ->
    client;
policy(#watch{counters = Counters} = Watch, Account, Contact) ->
    Swapped = atomics:get(Counters, ?COUNT_SWAPPED),
    Policy = read_policy_of(Account, Contact, policies_in_force(Watch)),
    case atomics:get(Counters, ?COUNT_SWAPPED) of
        Swapped -> Policy;
        _ -> policy(Watch, Account, Contact) % what was read may have been emptied meanwhile
    end.

-spec read_policy_of(party(), party(), ets:tid()) -> policy().
read_policy_of(#party{bare = Account}, Contact, Table) ->
    case ets:lookup(Table, settings) of
        [{_, #settings{locked = true, default = Default}}] -> Default;
        [{_, #settings{default = Default}}] -> own_policy(ets:lookup(Table, Account), Contact, Default);
        [] -> client
    end.

-spec own_policy([{bare(), policy() | {policy() | default, map()}}], party(), policy()) -> policy().
own_policy([], _, Default) ->
    Default;
own_policy([{_, {Own, Exceptions}}], #party{bare = Bare, server = Server}, Default) ->
    case Exceptions of
        #{Bare := Policy} -> Policy;
        #{Server := Policy} -> Policy;
        _ when Own == default -> Default;
        _ -> Own
    end;
own_policy([{_, Policy}], _, _) ->
    Policy.

-spec policies_in_force(watch()) -> ets:tid().
policies_in_force(#watch{policies = Tables, counters = Counters}) ->
    element(1 + atomics:get(Counters, ?COUNT_SWAPPED) band 1, Tables).

-spec policies_out_of_force(watch()) -> ets:tid().
policies_out_of_force(#watch{policies = Tables, counters = Counters}) ->
    element(2 - atomics:get(Counters, ?COUNT_SWAPPED) band 1, Tables).

%%%===================================================================
%%% The process of a host
%%%===================================================================

-spec init([term()]) -> {ok, state()}.
init([Host, Opts]) ->
    process_flag(trap_exit, true),
    process_flag(message_queue_data, off_heap),
    process_flag(min_heap_size, ?HEAP_WORDS),
    Folder = make_folder(Host, Opts),
    Watch = make_watch(Host, Opts, Folder),
    State0 = #state{watch = Watch,
                    tick = gen_mod:get_opt(tick, Opts),
                    result_timeout = gen_mod:get_opt(result_timeout, Opts),
                    spool = #spool{folder = Folder, limit = gen_mod:get_opt(spool_limit, Opts)}},
    State1 = attempt(fun load_policies/1, State0),
    persistent_term:put({?MODULE, Host}, Watch), % soon: policies are in force from here on
    State2 = attempt(fun recover_spool/1, State1),
    State3 = add_missed(State2),
    add_hooks(Host),
    self() ! greet,
    {ok, State3}.

%% What a process that died had taken and not stored. What has come since waits in the mailbox.
-spec add_missed(state()) -> state().
add_missed(#state{watch = #watch{counters = Counters}} = State) ->
    {messages, Messages} = process_info(self(), messages),
    Waiting = length([Fact || {'$gen_cast', {fact, _, _, _, _} = Fact} <- Messages]),
    Missed = atomics:get(Counters, ?COUNT_CAST) - atomics:get(Counters, ?COUNT_STORED) - Waiting,
    atomics:add(Counters, ?COUNT_STORED, Missed),
    note_shed(max(0, Missed), State).

-spec make_watch(binary(), gen_mod:opts(), file:filename()) -> watch().
make_watch(Host, Opts, Folder) ->
    Counters = counters(watch(Host)),
    Tables = {new_policies(), new_policies()},
    #watch{host = Host,
           component = component(Host, Opts),
           process = gen_mod:get_module_proc(Host, ?MODULE),
           counters = Counters,
           policies = Tables,
           delivered = ets:new(receipts_delivered, [set, protected, {read_concurrency, true}]),
           key = load_key(filename:join(Folder, "token.key"))}.

%% They outlive a process that dies.
-spec counters(watch() | none) -> atomics:atomics_ref().
counters(none) -> atomics:new(5, [{signed, true}]);
counters(#watch{counters = Counters}) -> Counters.

-spec new_policies() -> ets:tid().
new_policies() ->
    Table = ets:new(receipts_policies, [set, protected, {read_concurrency, true}]),
    ets:insert(Table, {settings, #settings{}}),
    Table.

-spec component(binary(), gen_mod:opts()) -> binary().
component(Host, Opts) ->
    Name = misc:expand_keyword(<<"@HOST@">>, gen_mod:get_opt(component, Opts), Host),
    case jid:nameprep(Name) of
        Component when is_binary(Component), Component =/= Host -> Component;
        _ ->
            ?ERROR_MSG("Option component of mod_receipts cannot be ~ts: it must name the component of xmpp-receipts, "
                       "for instance receipts.~ts; until then facts are kept on disk", [Name, Host]),
            <<>>
    end.

-spec make_folder(binary(), gen_mod:opts()) -> file:filename().
make_folder(Host, Opts) ->
    Base = case gen_mod:get_opt(spool_dir, Opts) of
               <<>> -> filename:join(mnesia:system_info(directory), "receipts");
               Dir -> binary_to_list(Dir)
           end,
    Folder = filename:join(Base, binary_to_list(Host)),
    case filelib:ensure_dir(filename:join(Folder, "x")) of
        ok -> file:change_mode(Folder, 8#700); % it tells who writes to whom
        {error, Reason} -> ?ERROR_MSG("Cannot make the folder ~ts: ~p", [Folder, Reason])
    end,
    Folder.

-spec load_key(file:filename()) -> binary().
load_key(Path) ->
    case file:read_file(Path) of
        {ok, <<Key:32/binary>>} -> Key;
        _ -> make_key(Path)
    end.

-spec make_key(file:filename()) -> binary().
make_key(Path) ->
    Key = crypto:strong_rand_bytes(32),
    case {file:write_file(Path, <<>>), file:change_mode(Path, 8#600), file:write_file(Path, Key)} of
        {ok, _, ok} -> ok;
        {_, _, Problem} -> ?ERROR_MSG("Cannot write ~ts (~p): tokens will end with this run", [Path, Problem])
    end,
    Key.

%% With what cannot be read the module runs all the same.
-spec attempt(fun((state()) -> state()), state()) -> state().
attempt(Act, State) ->
    try Act(State)
    catch Class:Reason:Stack -> note_complaint({Class, Reason, hd(Stack ++ [none])}, State)
    end.

-spec host_hooks() -> [{atom(), atom(), pos_integer()}].
host_hooks() ->
    [{user_send_packet, user_send_packet, 90},
     {c2s_handle_send, c2s_handle_send, 60},
     {c2s_handle_recv, c2s_handle_recv, 40},
     {c2s_copy_session, c2s_copy_session, 60},
     {c2s_session_resumed, c2s_session_resumed, 60},
     {c2s_terminated, c2s_terminated, 40},
     {offline_message_hook, offline_message, 60},
     {s2s_out_handle_send, s2s_handle_send, 90},
     {s2s_in_handle_send, s2s_handle_send, 90}, % mod_s2s_bidi, since 24.10
     {remove_user, remove_user, 50}].

-spec global_hooks() -> [{atom(), atom(), pos_integer()}].
global_hooks() ->
    [{filter_packet, filter_packet, 90},
     {component_send_packet, component_send_packet, 50},
     {component_connected, component_connected, 50}].

-spec add_hooks(binary()) -> ok.
add_hooks(Host) ->
    [ejabberd_hooks:add(Hook, Host, ?MODULE, Function, Place) || {Hook, Function, Place} <- host_hooks()],
    [ejabberd_hooks:add(Hook, ?MODULE, Function, Place) || {Hook, Function, Place} <- global_hooks()],
    gen_iq_handler:add_iq_handler(ejabberd_local, Host, ?NS_FEED, ?MODULE, process_iq).

-spec delete_hooks(binary()) -> ok.
delete_hooks(Host) ->
    gen_iq_handler:remove_iq_handler(ejabberd_local, Host, ?NS_FEED),
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Function, Place) || {Hook, Function, Place} <- host_hooks()],
    [ejabberd_hooks:delete(Hook, ?MODULE, Function, Place) || watches() == [], {Hook, Function, Place} <- global_hooks()],
    ok.

-spec handle_call(term(), {pid(), term()}, state()) -> {reply, term(), state()}.
handle_call(_Request, _From, State) ->
    {reply, {error, badarg}, State}.

-spec handle_cast(term(), state()) -> {noreply, state()}.
handle_cast(Request, State) ->
    {noreply, attempt(fun(S) -> take(Request, S) end, State)}.

-spec handle_info(term(), state()) -> {noreply, state()}.
handle_info(Info, State) ->
    {noreply, attempt(fun(S) -> wake(Info, S) end, State)}.

-spec terminate(term(), state()) -> ok.
terminate(Reason, #state{watch = #watch{host = Host}} = State) ->
    case Reason of
        _ when Reason == normal; Reason == shutdown; element(1, Reason) == shutdown ->
            persistent_term:erase({?MODULE, Host}),
            delete_hooks(Host);
        _ ->
            ok % it comes back at once
    end,
    Offline = go_offline(drain(State)), % what is left goes to the spool only
    _ = attempt(fun(S) -> save_position(flush_to_end(S)) end, Offline),
    ok.

%% What the last lines push out of a full spool is told of by one more line, which may push out another segment.
-spec flush_to_end(state()) -> state().
flush_to_end(State) ->
    flush(flush(flush(State))).

%% What hooks have handed over before the end.
-spec drain(state()) -> state().
drain(State) ->
    receive
        {'$gen_cast', {fact, _, _, _, _} = Fact} -> drain(take(Fact, State));
        {'$gen_cast', {deleted, _, _} = Deleted} -> drain(take(Deleted, State))
    after 0 ->
            State
    end.

-spec code_change(term(), state(), term()) -> {ok, state()}.
code_change(_OldVersion, State, _Extra) ->
    {ok, State}.

-spec take(term(), state()) -> state().
take({fact, At, Key, Kind, Details}, State) ->
    #state{facts = Facts} = State1 = add_fact(At, Key, Kind, Details, State),
    State1#state{facts = Facts + 1};
take({deleted, At, Account}, State) ->
    {Stamp, State1} = next_stamp(At, State),
    State2 = add_line([<<"deleted\t">>, integer_to_binary(Stamp), $\t, encode(Account)], State1),
    forget_policy(Account, State2);
take({order, IQ}, State) ->
    take_order(IQ, State);
take({connected, Stream}, State) ->
    greet(attach(Stream, go_offline(State)));
take({complaint, Problem}, State) ->
    note_complaint(Problem, State);
take({reload, Opts}, State) ->
    take_options(Opts, State);
take(_, State) ->
    State.

-spec wake(term(), state()) -> state().
wake(tick, State) ->
    flush(State#state{is_ticking = false});
wake({iq_reply, Reply, {hello, Tag}}, State) ->
    settle_hello(Reply, Tag, State);
wake({iq_reply, Reply, {batch, Tag}}, State) ->
    settle_batch(Reply, Tag, State);
wake({'DOWN', Monitor, process, _, _}, #state{feed = #feed{monitor = Monitor}} = State) ->
    erlang:send_after(?RETRY_INTERVAL, self(), greet), % there may be another one
    go_offline(State);
wake(watch, State) ->
    end_silence(set_feed(#{is_watched => false}, State));
wake(rested, State) ->
    pump(set_feed(#{is_resting => false}, State));
wake({greet, Attempt}, #state{feed = #feed{attempt = Attempt}} = State) ->
    greet(State);
wake(greet, State) ->
    greet(State);
wake(save, State) ->
    save_position(State#state{is_saving = false});
wake(retry, State) ->
    pump(retry_unwritten(State#state{is_retrying = false}));
wake(_, State) ->
    State.

-spec take_options(gen_mod:opts(), state()) -> state().
take_options(Opts, #state{watch = #watch{host = Host} = Watch, spool = Spool} = State) ->
    NewWatch = Watch#watch{component = component(Host, Opts)},
    persistent_term:put({?MODULE, Host}, NewWatch),
    State1 = State#state{watch = NewWatch, tick = gen_mod:get_opt(tick, Opts),
                         result_timeout = gen_mod:get_opt(result_timeout, Opts),
                         spool = Spool#spool{limit = gen_mod:get_opt(spool_limit, Opts)}},
    case NewWatch == Watch of
        true -> State1;
        false -> greet(go_offline(State1))
    end.

%%%===================================================================
%%% Facts of the present tick
%%%===================================================================

-spec next_stamp(stamp(), state()) -> {stamp(), state()}.
next_stamp(At, #state{newest = Newest} = State) ->
    Stamp = max(At, Newest + 1),
    {Stamp, State#state{newest = Stamp}}.

-spec add_fact(stamp(), tuple(), kind(), binary(), state()) -> state().
add_fact(At, Key, Kind, Details, State) ->
    {Stamp, #state{slots = Slots} = State1} = next_stamp(At, State),
    Fact = <<$\t, (atom_to_binary(Kind, utf8))/binary, $\s, (integer_to_binary(Stamp))/binary, Details/binary>>,
    case Slots of
        #{Key := Facts} -> State1#state{slots = Slots#{Key := [Fact | Facts]}};
        _ -> add_slot(Key, [Fact], State1)
    end.

%% A line that is not about a message.
-spec add_line(iodata(), state()) -> state().
add_line(Line, State) ->
    add_slot(make_ref(), [Line], State).

-spec add_slot(term(), [iodata()], state()) -> state().
add_slot(Key, Facts, #state{slots = Slots} = State) when map_size(Slots) >= ?MAX_LINES_PER_TICK ->
    add_slot(Key, Facts, flush(State));
add_slot(Key, Facts, #state{slots = Slots, order = Order} = State) ->
    set_tick(State#state{slots = Slots#{Key => Facts}, order = [Key | Order]}).

-spec set_tick(state()) -> state().
set_tick(#state{is_ticking = true} = State) ->
    State;
set_tick(#state{tick = Tick} = State) ->
    erlang:send_after(Tick, self(), tick),
    State#state{is_ticking = true}.

-spec flush(state()) -> state().
flush(State) ->
    #state{slots = Slots, order = Order} = State1 = add_gap(add_shed(State)),
    Lines = lists:flatmap(fun(Key) -> lines(Key, lists:reverse(map_get(Key, Slots))) end, lists:reverse(Order)),
    pump(count_stored(store_lines(Lines, State1#state{slots = #{}, order = []}))).

-spec count_stored(state()) -> state().
count_stored(#state{watch = #watch{counters = Counters}, facts = Facts} = State) ->
    atomics:add(Counters, ?COUNT_STORED, Facts),
    State#state{facts = 0}.

-spec add_shed(state()) -> state().
add_shed(#state{watch = #watch{counters = Counters}} = State) ->
    note_shed(atomics:exchange(Counters, ?COUNT_SHED, 0), State).

%% By the fact, since no line was made of it; it may be newer than all that has been taken.
-spec note_shed(non_neg_integer(), state()) -> state().
note_shed(Facts, #state{newest = Newest} = State) ->
    note_dropped(Facts, max(Newest, os:system_time(microsecond)), State).

-spec add_gap(state()) -> state().
add_gap(#state{spool = #spool{gap = Gap, unwritten = Unwritten}} = State) when Gap == 0; Unwritten =/= [] ->
    State;
add_gap(#state{spool = #spool{gap = Gap, gap_stamp = Stamp} = Spool, slots = Slots, order = Order} = State) ->
    Line = [<<"gap\t">>, integer_to_binary(Stamp), $\t, integer_to_binary(Gap)],
    State#state{spool = Spool#spool{gap = 0}, slots = Slots#{gap => [Line]}, order = [gap | Order]}.

-spec lines(term(), [iodata()]) -> [iodata()].
lines({Sender, Recipient, Id}, Facts) ->
    Head = [<<"message\t">>, encode(Id), $\t, encode(Sender), $\t, encode(Recipient)],
    split_line(Head, Facts, [], 0);
lines(_, [Line]) ->
    [Line].

-spec split_line(iodata(), [iodata()], [iodata()], non_neg_integer()) -> [iodata()].
split_line(Head, [], Taken, _) ->
    [[Head | lists:reverse(Taken)]];
split_line(Head, Facts, Taken, Bytes) when Bytes > ?MAX_LINE_BYTES ->
    [[Head | lists:reverse(Taken)] | split_line(Head, Facts, [], 0)];
split_line(Head, [Fact | Facts], Taken, Bytes) ->
    split_line(Head, Facts, [Fact | Taken], Bytes + iolist_size(Fact)).

-spec store_lines([iodata()], state()) -> state().
store_lines([], State) ->
    State;
store_lines(Lines, State) ->
    {Taken, Items, Rest} = take_lines(Lines, [], 0, 0),
    Text = iolist_to_binary(lists:join($\n, Taken)),
    store_lines(Rest, store(Text, Items, State#state{coming = length(Rest)})).

-spec take_lines([iodata()], [iodata()], non_neg_integer(), non_neg_integer()) -> {[iodata()], pos_integer(), [iodata()]}.
take_lines([Line | Lines], Taken, Items, Bytes) when Items < ?MAX_BATCH_ITEMS, Bytes < ?FULL_BATCH_BYTES ->
    take_lines(Lines, [Line | Taken], Items + 1, Bytes + iolist_size(Line) + 1);
take_lines(Lines, Taken, Items, _) ->
    {lists:reverse(Taken), Items, Lines}.

%%%===================================================================
%%% Spool: every line is on disk before it is sent
%%%===================================================================

%% A reader that keeps up gets the lines at once, the others wait on the disk.
-spec store(binary(), pos_integer(), state()) -> state().
store(Text, Items, #state{spool = #spool{unwritten = [_ | _]}} = State) ->
    hold(Text, Items, State);
store(Text, Items, #state{spool = #spool{written = From, read = Read}} = State) ->
    case append(Text, State) of
        {error, State1} ->
            hold(Text, Items, State1);
        {ok, #state{spool = #spool{written = To} = Spool} = State1} ->
            case From == Read andalso can_send(State1) andalso not has_due(State1) of
                true -> transmit_new(#batch{text = Text, items = Items, ends = To},
                                     State1#state{spool = Spool#spool{read = To}});
                false -> keep_within_limit(add_waiting(Items, State1))
            end
    end.

-spec add_waiting(integer(), state()) -> state().
add_waiting(Items, #state{spool = #spool{waiting = Waiting} = Spool} = State) ->
    State#state{spool = Spool#spool{waiting = max(0, Waiting + Items)}}.

%% A failed write may have left half a line: nothing is read beyond what is known to be whole, and writing goes on in
%% another segment.
-spec append(binary(), state()) -> {ok | error, state()}.
append(Text, #state{newest = Newest, spool = Spool} = State) ->
    case try_append(Text, Newest, Spool) of
        {ok, Spool1} ->
            Spool1#spool.is_failing andalso ?INFO_MSG("Facts are written to ~ts again", [Spool1#spool.folder]),
            {ok, State#state{spool = Spool1#spool{is_failing = false}}};
        {error, Reason, Spool1} ->
            Spool1#spool.is_failing orelse
                ?ERROR_MSG("Cannot write facts to ~ts (~p): keeping at most ~p in memory",
                           [Spool1#spool.folder, Reason, ?MAX_UNWRITTEN_ITEMS]),
            {error, State#state{spool = (close_file(Spool1))#spool{is_failing = true}}}
    end.

-spec try_append(binary(), stamp(), spool()) -> {ok, spool()} | {error, term(), spool()}.
try_append(Text, Newest, Spool) ->
    case open_segment(Newest, Spool) of
        {ok, #spool{file = File} = Spool1} ->
            case file:write(File, [Text, $\n]) of
                ok -> {ok, grow(byte_size(Text) + 1, Spool1)};
                {error, Reason} -> {error, Reason, Spool1}
            end;
        {error, Reason} ->
            {error, Reason, Spool}
    end.

-spec grow(pos_integer(), spool()) -> spool().
grow(Bytes, #spool{segments = Segments, size = Size, written = Written} = Spool) ->
    {Before, [Last]} = lists:split(length(Segments) - 1, Segments),
    Grown = Last#segment{size = Last#segment.size + Bytes},
    Spool#spool{segments = Before ++ [Grown], size = Size + Bytes, written = Written + Bytes}.

-spec open_segment(stamp(), spool()) -> {ok, spool()} | {error, term()}.
open_segment(Newest, #spool{file = undefined} = Spool) ->
    begin_segment(Newest, Spool);
open_segment(Newest, #spool{segments = Segments, limit = Limit} = Spool) ->
    case (lists:last(Segments))#segment.size >= min(1024 * 1024, Limit div 8) of
        true -> begin_segment(Newest, close_file(Spool));
        false -> {ok, Spool}
    end.

-spec begin_segment(stamp(), spool()) -> {ok, spool()} | {error, term()}.
begin_segment(Newest, #spool{written = Base, segments = Segments} = Spool) ->
    Segment = #segment{base = Base, size = 0, stamp = Newest},
    case file:open(path_of(Segment, Spool), [write, raw, binary]) of
        {ok, File} -> {ok, Spool#spool{file = File, segments = [S || S <- Segments, S#segment.base =/= Base] ++ [Segment]}};
        {error, Reason} -> {error, Reason}
    end.

-spec close_file(spool()) -> spool().
close_file(#spool{file = undefined} = Spool) ->
    Spool;
close_file(#spool{file = File} = Spool) ->
    _ = file:close(File),
    Spool#spool{file = undefined}.

-spec path_of(#segment{}, spool()) -> file:filename().
path_of(#segment{base = Base}, #spool{folder = Folder}) ->
    filename:join(Folder, io_lib:format("~16..0B.facts", [Base])).

-spec end_of(#segment{}) -> non_neg_integer().
end_of(#segment{base = Base, size = Size}) ->
    Base + Size.

-spec hold(binary(), pos_integer(), state()) -> state().
hold(Text, Items, #state{spool = #spool{unwritten = Unwritten} = Spool} = State) ->
    State1 = State#state{spool = Spool#spool{unwritten = Unwritten ++ [{Text, Items}]}},
    set_retry(shed_unwritten(add_waiting(Items, State1))).

-spec shed_unwritten(state()) -> state().
shed_unwritten(#state{spool = #spool{unwritten = [{Text, Items} | Rest] = Unwritten} = Spool, newest = Newest} = State) ->
    case lists:sum([Count || {_, Count} <- Unwritten]) > ?MAX_UNWRITTEN_ITEMS of
        true ->
            State1 = add_waiting(-Items, State#state{spool = Spool#spool{unwritten = Rest}}),
            shed_unwritten(note_dropped(count_items(Text), Newest, State1));
        false ->
            State
    end;
shed_unwritten(State) ->
    State.

-spec set_retry(state()) -> state().
set_retry(#state{is_retrying = true} = State) ->
    State;
set_retry(State) ->
    erlang:send_after(?RETRY_INTERVAL, self(), retry),
    State#state{is_retrying = true}.

-spec retry_unwritten(state()) -> state().
retry_unwritten(#state{spool = #spool{unwritten = []} = Spool} = State) ->
    case Spool#spool.gap > 0 of
        true -> set_tick(State);
        false -> State
    end;
retry_unwritten(#state{spool = #spool{unwritten = [{Text, _} | Rest]}} = State) ->
    case append(Text, State) of
        {ok, #state{spool = Spool} = State1} ->
            retry_unwritten(State1#state{spool = Spool#spool{unwritten = Rest}});
        {error, State1} ->
            set_retry(State1)
    end.

-spec note_dropped(non_neg_integer(), stamp(), state()) -> state().
note_dropped(0, _, State) ->
    State;
note_dropped(Items, Stamp, #state{spool = #spool{gap = Gap, gap_stamp = Newest} = Spool} = State) ->
    set_tick(State#state{spool = Spool#spool{gap = Gap + Items, gap_stamp = max(Newest, Stamp)}}).

-spec keep_within_limit(state()) -> state().
keep_within_limit(#state{spool = #spool{size = Size, limit = Limit, segments = [_, _ | _]} = Spool} = State) when Size > Limit ->
    Spool#spool.is_overfull orelse
        ?WARNING_MSG("The component has not taken facts for long and the spool is full (~p bytes): dropping the oldest", [Limit]),
    keep_within_limit(drop_oldest(State#state{spool = Spool#spool{is_overfull = true}}));
keep_within_limit(State) ->
    State.

%% Gives up what has not been read of the oldest segment.
-spec drop_oldest(state()) -> state().
drop_oldest(#state{spool = #spool{segments = [Oldest, Next | _], read = Read, acknowledged = Acknowledged} = Spool} = State) ->
    From = max(Read, Oldest#segment.base),
    Text = read_text(Oldest, From, end_of(Oldest) - From, Spool),
    Forgotten = forget_oldest(Spool),
    State1 = State#state{spool = Forgotten#spool{read = max(Read, Next#segment.base),
                                                 acknowledged = max(Acknowledged, Next#segment.base)}},
    note_dropped(count_items(Text), Next#segment.stamp, add_waiting(-count_lines(Text), State1)).

-spec forget_oldest(spool()) -> spool().
forget_oldest(#spool{segments = [Oldest | Rest], size = Size} = Spool) ->
    Closed = case Rest of [] -> close_file(Spool); _ -> Spool end,
    _ = file:delete(path_of(Oldest, Spool)),
    Closed#spool{segments = Rest, size = Size - Oldest#segment.size}.

-spec read_text(#segment{}, non_neg_integer(), integer(), spool()) -> binary().
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

-spec count_lines(binary()) -> non_neg_integer().
count_lines(Text) ->
    length(binary:matches(Text, <<"\n">>)).

%% Lines, and instead of a gap those that it stands for.
-spec count_items(binary()) -> non_neg_integer().
count_items(Text) ->
    Lines = [Line || Line <- binary:split(Text, <<"\n">>, [global]), Line =/= <<>>],
    lists:sum([count_item(Line) || Line <- Lines]).

-spec count_item(binary()) -> pos_integer().
count_item(<<"gap\t", Rest/binary>>) ->
    try binary_to_integer(lists:last(binary:split(Rest, <<"\t">>)))
    catch error:badarg -> 1
    end;
count_item(_) ->
    1.

%% The position is saved before a segment goes: it also tells the newest stamp, which would go with the last one.
-spec acknowledge(non_neg_integer(), state()) -> state().
acknowledge(Position, #state{spool = #spool{acknowledged = Acknowledged} = Spool} = State) ->
    State1 = set_save(State#state{spool = Spool#spool{acknowledged = max(Acknowledged, Position), is_overfull = false}}),
    case is_oldest_done(State1#state.spool) of
        true -> forget_done(save_position(State1));
        false -> State1
    end.

-spec forget_done(state()) -> state().
forget_done(#state{spool = Spool} = State) ->
    case is_oldest_done(Spool) of
        true -> forget_done(State#state{spool = forget_oldest(Spool)});
        false -> State
    end.

-spec is_oldest_done(spool()) -> boolean().
is_oldest_done(#spool{segments = []}) ->
    false;
is_oldest_done(#spool{segments = [Oldest | Rest], acknowledged = Acknowledged}) ->
    end_of(Oldest) =< Acknowledged andalso (Rest =/= [] orelse Oldest#segment.size >= ?IDLE_SEGMENT_BYTES).

-spec set_save(state()) -> state().
set_save(#state{is_saving = true} = State) ->
    State;
set_save(State) ->
    erlang:send_after(?SAVE_INTERVAL, self(), save),
    State#state{is_saving = true}.

%% A full disk must not empty the position that is there.
-spec save_position(state()) -> state().
save_position(#state{spool = #spool{folder = Folder, acknowledged = Acknowledged}, newest = Newest} = State) ->
    Path = filename:join(Folder, "position"),
    Text = io_lib:format("~B ~B~n", [Acknowledged, Newest]),
    case write_and_rename(Path, Text) of
        ok -> State;
        {error, Reason} -> note_complaint({cannot_save_position, Reason}, State)
    end.

-spec write_and_rename(file:filename(), iodata()) -> ok | {error, term()}.
write_and_rename(Path, Text) ->
    case file:write_file(Path ++ ".tmp", Text, [raw]) of
        ok -> file:rename(Path ++ ".tmp", Path);
        Error -> Error
    end.

%% Takes the next batch of what waits: first what is on the disk, then what the disk did not take.
-spec take_batch(state()) -> {batch(), state()} | none.
take_batch(#state{spool = #spool{read = Read, written = Written} = Spool} = State) when Read < Written ->
    Segment = segment_at(Read, Spool#spool.segments),
    From = max(Read, Segment#segment.base),
    Text = read_text(Segment, From, min(?MAX_BATCH_BYTES, end_of(Segment) - From), Spool),
    case cut_batch(Text) of
        {_, 0, _} ->
            take_batch(skip_unreadable(Segment, State));
        {Cut, Items, Bytes} ->
            State1 = add_waiting(-Items, State#state{spool = Spool#spool{read = From + Bytes}}),
            {#batch{text = Cut, items = Items, ends = From + Bytes}, State1}
    end;
take_batch(#state{spool = #spool{unwritten = [{Text, Items} | Rest], read = Read} = Spool} = State) ->
    State1 = add_waiting(-Items, State#state{spool = Spool#spool{unwritten = Rest}}),
    State2 = case Spool#spool.gap > 0 of true -> set_tick(State1); false -> State1 end,
    {#batch{text = Text, items = Items, ends = Read}, State2};
take_batch(_) ->
    none.

-spec segment_at(non_neg_integer(), [#segment{}]) -> #segment{}.
segment_at(Position, Segments) ->
    hd([Segment || Segment <- Segments, Position < end_of(Segment)]).

%% As many whole lines as a batch may hold: without the last line end, how many, how many bytes.
-spec cut_batch(binary()) -> {binary(), non_neg_integer(), non_neg_integer()}.
cut_batch(Text) ->
    case lists:sublist(binary:matches(Text, <<"\n">>), ?MAX_BATCH_ITEMS) of
        [] -> {<<>>, 0, 0};
        Ends ->
            {Last, 1} = lists:last(Ends),
            {binary:part(Text, 0, Last), length(Ends), Last + 1}
    end.

-spec skip_unreadable(#segment{}, state()) -> state().
skip_unreadable(Segment, #state{spool = Spool, newest = Newest} = State) ->
    ?ERROR_MSG("Cannot read facts from ~ts: leaving it out", [path_of(Segment, Spool)]),
    note_dropped(1, Newest, State#state{spool = Spool#spool{read = end_of(Segment)}}). % at least one: nobody can tell how many

%% What the last run left
-spec recover_spool(state()) -> state().
recover_spool(#state{spool = #spool{folder = Folder} = Spool} = State) ->
    {Position, Stamp} = read_position(filename:join(Folder, "position")),
    Bases = find_segments(Folder),
    Acknowledged = max(Position, hd(Bases ++ [0])),
    Spool1 = Spool#spool{acknowledged = Acknowledged, read = Acknowledged},
    {Segments, Waiting, Newest} = recover_segments(Bases, Spool1, Stamp),
    Written = max(Acknowledged, lists:max([0 | [end_of(Segment) || Segment <- Segments]])),
    Spool2 = Spool1#spool{segments = Segments, waiting = Waiting, written = Written,
                          size = lists:sum([Segment#segment.size || Segment <- Segments])},
    Unreadable = length(Bases) - length(Segments), % at least one line each
    acknowledge(Acknowledged, note_dropped(Unreadable, Newest, State#state{spool = Spool2, newest = Newest})).

%% The folder may hold what is not ours.
-spec find_segments(file:filename()) -> [non_neg_integer()].
find_segments(Folder) ->
    {ok, Names} = file:list_dir(Folder),
    lists:sort([list_to_integer(filename:rootname(Name))
                || Name <- Names, re:run(Name, "^[0-9]{16}\\.facts$", [{capture, none}]) == match]).

-spec read_position(file:filename()) -> {non_neg_integer(), stamp()}.
read_position(Path) ->
    try
        {ok, Text} = file:read_file(Path),
        [Position, Stamp, <<>>] = re:split(Text, <<"[ \n]">>),
        {binary_to_integer(Position), binary_to_integer(Stamp)}
    catch _:_ -> {0, 0}
    end.

-spec recover_segments([non_neg_integer()], spool(), stamp()) -> {[#segment{}], non_neg_integer(), stamp()}.
recover_segments([], _, Newest) ->
    {[], 0, Newest};
recover_segments([Base | Bases], Spool, Newest) ->
    Unread = #segment{base = Base, size = 0, stamp = 0},
    case file:read_file(path_of(Unread, Spool)) of
        {ok, All} ->
            recover_segment(Base, whole_lines(All, Base, Bases), Bases, Spool, Newest);
        {error, Reason} ->
            ?ERROR_MSG("Cannot read facts from ~ts (~p): leaving it out", [path_of(Unread, Spool), Reason]),
            recover_segments(Bases, Spool, Newest)
    end.

-spec recover_segment(non_neg_integer(), binary(), [non_neg_integer()], spool(), stamp()) ->
          {[#segment{}], non_neg_integer(), stamp()}.
recover_segment(Base, Text, Bases, #spool{read = Read} = Spool, Newest) ->
    Segment = #segment{base = Base, size = byte_size(Text), stamp = hd(stamps(first_part(Text)) ++ [Newest])},
    Known = max(0, min(Read - Base, byte_size(Text))),
    Waiting = count_lines(binary:part(Text, Known, byte_size(Text) - Known)),
    {Segments, More, Last} = recover_segments(Bases, Spool, lists:max([Newest | stamps(last_part(Text))])),
    {[Segment | Segments], Waiting + More, Last}.

%% The end of a segment may be half a line, written when the server died or the disk was full.
-spec whole_lines(binary(), non_neg_integer(), [non_neg_integer()]) -> binary().
whole_lines(All, Base, Following) ->
    Own = case Following of
              [Next | _] -> binary:part(All, 0, min(byte_size(All), Next - Base));
              [] -> All
          end,
    case binary:matches(Own, <<"\n">>) of
        [] -> <<>>;
        Ends -> binary:part(Own, 0, element(1, lists:last(Ends)) + 1)
    end.

%% Stamps increase from tick to tick: one of the first line is the first, the last is among those of the last tick.
-spec first_part(binary()) -> binary().
first_part(Text) ->
    binary:part(Text, 0, min(byte_size(Text), 2 * ?MAX_LINE_BYTES)).

-spec last_part(binary()) -> binary().
last_part(Text) ->
    Size = min(byte_size(Text), ?LAST_TICK_BYTES),
    binary:part(Text, byte_size(Text) - Size, Size).

-spec stamps(binary()) -> [stamp()].
stamps(Text) ->
    case re:run(Text, <<"(?:\t[a-z]+ |^deleted\t)([0-9]+)">>, [global, multiline, {capture, all_but_first, binary}]) of
        {match, Found} -> [binary_to_integer(Stamp) || [Stamp] <- Found];
        nomatch -> []
    end.

%%%===================================================================
%%% Feed: batches on their way to the component
%%%===================================================================

-spec set_feed(#{atom() => term()}, state()) -> state().
set_feed(Changes, #state{feed = Feed} = State) ->
    State#state{feed = maps:fold(fun set_field/3, Feed, Changes)}.

-spec set_field(atom(), term(), feed()) -> feed().
set_field(is_watched, Value, Feed) -> Feed#feed{is_watched = Value};
set_field(is_resting, Value, Feed) -> Feed#feed{is_resting = Value};
set_field(in_flight, Value, Feed) -> Feed#feed{in_flight = Value};
set_field(heard, Value, Feed) -> Feed#feed{heard = Value};
set_field(backoff, Value, Feed) -> Feed#feed{backoff = Value}.

-spec now_ms() -> integer().
now_ms() ->
    erlang:monotonic_time(millisecond).

-spec go_offline(state()) -> state().
go_offline(#state{feed = #feed{monitor = Monitor, in_flight = InFlight} = Feed} = State) ->
    Monitor == undefined orelse erlang:demonitor(Monitor, [flush]),
    Due = [case Batch#batch.state of done -> Batch; _ -> Batch#batch{state = due} end || Batch <- InFlight],
    abandon_set(State#state{feed = Feed#feed{stream = undefined, monitor = undefined, is_greeted = false,
                                             hello = undefined, in_flight = Due}}).

-spec attach(pid(), state()) -> state().
attach(Stream, #state{feed = Feed, watch = #watch{component = Component}} = State) ->
    [replace(Older, Component) || Older <- streams(Component), Older =/= Stream, is_own(Older), is_own(Stream)],
    State#state{feed = Feed#feed{stream = Stream, monitor = erlang:monitor(process, Stream)}}.

%% The component may be connected already, or to another node.
-spec find_stream(state()) -> pid() | none.
find_stream(#state{watch = #watch{component = Component}}) ->
    hd(streams(Component) ++ [none]).

-spec streams(binary()) -> [pid()].
streams(Component) ->
    try [Pid || #route{pid = Pid} <- mnesia:dirty_read(route, Component), is_pid(Pid)]
    catch _:_ -> []
    end.

%% Where global_routes is left as it is, each stream gets the stanzas of all components of its listener.
-spec is_own(pid()) -> boolean().
is_own(Stream) ->
    length(mnesia:dirty_match_object(#route{pid = Stream, _ = '_'})) == 1.

%% The server lets in any number of streams with one name and gives each stanza to any of them, also to one that nobody
%% reads any more. The newest is the component; what is at the other end of an older one hears why (RFC 6120 section
%% 4.9.3.3), unless it does not read.
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

%% Nothing is sent where no route is: the server would look for the domain elsewhere, and bounce.
-spec send_iq(get | set, fxml:xmlel(), term(), state()) -> ok.
send_iq(Type, Child, Tag, #state{watch = #watch{host = Host, component = Component}, result_timeout = Timeout}) ->
    IQ = #iq{type = Type, from = jid:make(Host), to = jid:make(Component), sub_els = [Child]},
    ejabberd_router:route_iq(IQ, Tag, self(), 2 * Timeout + ?HELLO_INTERVAL).

-spec transmit(batch(), state()) -> batch().
transmit(#batch{text = Text} = Batch, State) ->
    Tag = make_ref(),
    Waiting = integer_to_binary(count_behind(State)),
    Facts = #xmlel{name = <<"facts">>, attrs = [{<<"xmlns">>, ?NS_FEED}, {<<"waiting">>, Waiting}],
                   children = [{xmlcdata, Text}]},
    send_iq(set, Facts, {batch, Tag}, State),
    Batch#batch{state = Tag}.

%% Items that are not on their way to the component.
-spec count_behind(state()) -> non_neg_integer().
count_behind(#state{spool = #spool{waiting = Waiting}, slots = Slots, coming = Coming}) ->
    Waiting + map_size(Slots) + Coming.

-spec transmit_new(batch(), state()) -> state().
transmit_new(Batch, #state{feed = #feed{in_flight = InFlight}} = State) ->
    State1 = begin_listening(State),
    Sent = transmit(Batch, State1),
    set_feed(#{in_flight => InFlight ++ [Sent]}, State1).

-spec begin_listening(state()) -> state().
begin_listening(#state{feed = #feed{in_flight = InFlight}} = State) ->
    State1 = case lists:any(fun is_sent/1, InFlight) of
                 true -> State;
                 false -> set_feed(#{heard => now_ms()}, State)
             end,
    set_watch(State1#state.result_timeout, State1).

-spec is_sent(batch()) -> boolean().
is_sent(#batch{state = State}) ->
    is_reference(State).

-spec set_watch(pos_integer(), state()) -> state().
set_watch(_, #state{feed = #feed{is_watched = true}} = State) ->
    State;
set_watch(Delay, State) ->
    erlang:send_after(Delay, self(), watch),
    set_feed(#{is_watched => true}, State).

-spec end_silence(state()) -> state().
end_silence(#state{feed = #feed{in_flight = InFlight, heard = Heard}, result_timeout = Timeout} = State) ->
    case {lists:any(fun is_sent/1, InFlight), Heard + Timeout - now_ms()} of
        {false, _} -> State;
        {true, Remaining} when Remaining > 0 -> set_watch(Remaining, State);
        {true, _} -> end_stream(State)
    end.

%% A stream that writes to a reader that does not read hears no order to end.
-spec end_stream(state()) -> state().
end_stream(#state{feed = #feed{stream = Stream}, watch = #watch{component = Component}, result_timeout = Timeout} = State) ->
    ?WARNING_MSG("~ts has not answered for ~p s: ending its stream, sending again after it has connected",
                 [Component, Timeout div 1000]),
    xmpp_stream_in:stop_async(Stream),
    _ = timer:kill_after(?CLOSE_DELAY, Stream),
    go_offline(State).

-spec can_send(state()) -> boolean().
can_send(#state{feed = #feed{is_greeted = IsGreeted, is_resting = IsResting, in_flight = InFlight}} = State) ->
    IsGreeted andalso not IsResting andalso length(InFlight) < ?MAX_BATCHES andalso is_connected(State).

-spec has_due(state()) -> boolean().
has_due(#state{feed = #feed{in_flight = InFlight}}) ->
    lists:keymember(due, #batch.state, InFlight).

-spec pump(state()) -> state().
pump(#state{feed = #feed{is_greeted = IsGreeted, is_resting = IsResting}} = State) ->
    case IsGreeted andalso not IsResting andalso is_connected(State) of
        true -> pump_new(pump_due(State));
        false -> State
    end.

%% Again with another head: it says how much is waiting now.
-spec pump_due(state()) -> state().
pump_due(State) ->
    case has_due(State) of
        true ->
            State1 = begin_listening(State),
            InFlight = [case Batch#batch.state of due -> transmit(Batch, State1); _ -> Batch end
                        || Batch <- State1#state.feed#feed.in_flight],
            set_feed(#{in_flight => InFlight}, State1);
        false ->
            State
    end.

-spec pump_new(state()) -> state().
pump_new(#state{feed = #feed{in_flight = InFlight}} = State) when length(InFlight) >= ?MAX_BATCHES ->
    State;
pump_new(State) ->
    case take_batch(State) of
        none -> State;
        {Batch, State1} -> pump_new(transmit_new(Batch, State1))
    end.

-spec settle_batch(iq() | timeout, reference(), state()) -> state().
settle_batch(timeout, _, State) ->
    State;
settle_batch(#iq{} = Reply, Tag, #state{feed = #feed{in_flight = InFlight}} = State) ->
    case {lists:keyfind(Tag, #batch.state, InFlight), is_ours(Reply, State)} of
        {#batch{} = Batch, true} ->
            pump(settle(Reply#iq.type, Batch, Tag, set_feed(#{heard => now_ms()}, State)));
        _ ->
            State
    end.

-spec is_ours(iq(), state()) -> boolean().
is_ours(#iq{from = #jid{luser = <<>>, lserver = Server}}, #state{watch = #watch{component = Component}}) ->
    Server == Component.

-spec settle(result | error, batch(), reference(), state()) -> state().
settle(result, Batch, Tag, #state{feed = #feed{in_flight = InFlight}} = State) ->
    Done = lists:keyreplace(Tag, #batch.state, InFlight, Batch#batch{state = done}),
    release(set_feed(#{in_flight => Done, backoff => 1000}, State));
settle(error, Batch, Tag, #state{feed = #feed{in_flight = InFlight}} = State) ->
    Due = lists:keyreplace(Tag, #batch.state, InFlight, Batch#batch{state = due}),
    rest(set_feed(#{in_flight => Due}, State)).

-spec release(state()) -> state().
release(#state{feed = #feed{in_flight = [#batch{state = done, ends = Ends} | Rest]}} = State) ->
    release(acknowledge(Ends, set_feed(#{in_flight => Rest}, State)));
release(State) ->
    State.

-spec rest(state()) -> state().
rest(#state{feed = #feed{is_resting = true}} = State) ->
    State;
rest(#state{feed = #feed{backoff = Backoff}, watch = #watch{component = Component}} = State) ->
    Backoff == 1000 andalso
        ?WARNING_MSG("~ts did not take a batch of facts: keeping it, trying again", [Component]),
    erlang:send_after(Backoff, self(), rested),
    set_feed(#{is_resting => true, backoff => min(Backoff * 2, ?MAX_BACKOFF)}, State).

%%%===================================================================
%%% Feed: hello
%%%===================================================================

%% Repeated until the component has answered, however long it takes.
-spec greet(state()) -> state().
greet(#state{feed = #feed{is_greeted = true}} = State) ->
    State;
greet(#state{feed = #feed{stream = undefined}} = State) ->
    case find_stream(State) of
        none -> greet_later(State);
        Stream -> greet(attach(Stream, State))
    end;
greet(State) ->
    State1 = #state{feed = Feed} = greet_later(State),
    case is_connected(State1) of
        false -> State1;
        true ->
            Tag = make_ref(),
            {Hello, State2} = hello(State1#state{feed = Feed#feed{hello = Tag}}),
            send_iq(get, Hello, {hello, Tag}, State2),
            State2
    end.

-spec greet_later(state()) -> state().
greet_later(#state{feed = #feed{attempt = Attempt} = Feed} = State) ->
    erlang:send_after(?HELLO_INTERVAL, self(), {greet, Attempt + 1}),
    State#state{feed = Feed#feed{attempt = Attempt + 1}}.

-spec hello(state()) -> {fxml:xmlel(), state()}.
hello(State) ->
    State1 = flush(State),
    Waiting = count_behind(State1) + lists:sum([Batch#batch.items || Batch <- State1#state.feed#feed.in_flight]),
    {At, State2} = case Waiting of
                       0 -> next_stamp(os:system_time(microsecond), State1);
                       _ -> {State1#state.newest, State1}
                   end,
    {#xmlel{name = <<"hello">>,
            attrs = [{<<"xmlns">>, ?NS_FEED}, {<<"version">>, <<"1">>}, {<<"module">>, ?MODULE_VERSION},
                     {<<"server">>, <<"ejabberd">>}, {<<"server-version">>, server_version()},
                     {<<"proves">>, ?PROVES}, {<<"enforces">>, ?ENFORCES}, {<<"policies">>, held_version(State2)},
                     {<<"at">>, integer_to_binary(At)}, {<<"waiting">>, integer_to_binary(Waiting)}]}, State2}.

-spec server_version() -> binary().
server_version() ->
    iolist_to_binary(ejabberd_option:version()).

-spec settle_hello(iq() | timeout, reference(), state()) -> state().
settle_hello(#iq{} = Reply, Tag, #state{feed = #feed{hello = Tag} = Feed} = State) ->
    case is_ours(Reply, State) of
        true -> settle_hello(Reply, State#state{feed = Feed#feed{hello = undefined}});
        false -> State
    end;
settle_hello(_, _, State) ->
    State.

-spec settle_hello(iq(), state()) -> state().
settle_hello(#iq{type = error} = Reply, State) ->
    refuse_hello(error_text(xmpp:get_error(Reply)), State);
settle_hello(#iq{sub_els = [#xmlel{name = <<"hello">>} = Answer]}, State) ->
    case fxml:get_tag_attr_s(<<"version">>, Answer) of
        <<"1">> -> begin_feeding(fxml:get_tag_attr_s(<<"daemon">>, Answer), State);
        Version -> refuse_hello([<<"version ">>, Version], State)
    end;
settle_hello(_, State) ->
    refuse_hello(<<"it does not say hello">>, State).

-spec begin_feeding(binary(), state()) -> state().
begin_feeding(Version, #state{feed = Feed, watch = #watch{component = Component}} = State) ->
    ?INFO_MSG("Reporting facts to ~ts (~ts)", [Component, Version]),
    pump(State#state{feed = Feed#feed{is_greeted = true, is_resting = false, backoff = 1000, problem = none}}).

-spec error_text(stanza_error() | undefined) -> iodata().
error_text(#stanza_error{reason = Reason, text = Text}) ->
    [condition(Reason), [[<<": ">>, xmpp:get_text(Text)] || Text =/= []]];
error_text(undefined) ->
    <<"an error">>.

-spec refuse_hello(iodata(), state()) -> state().
refuse_hello(Problem, #state{feed = #feed{problem = Problem}} = State) ->
    State;
refuse_hello(Problem, #state{feed = Feed, watch = #watch{component = Component, host = Host}} = State) ->
    ?WARNING_MSG("~ts does not take facts of ~ts (~ts): is it xmpp-receipts of this version, and is ~ts among its domains? "
                 "Trying again every ~p s", [Component, Host, Problem, Host, ?HELLO_INTERVAL div 1000]),
    State#state{feed = Feed#feed{problem = Problem}}.

%%%===================================================================
%%% Orders of the component
%%%===================================================================

-spec take_order(iq(), state()) -> state().
take_order(#iq{type = get, sub_els = [#xmlel{name = <<"hello">>}]} = IQ, State) ->
    {Hello, State1} = hello(State),
    answer(IQ, Hello),
    greet(State1);
take_order(#iq{type = set, sub_els = [#xmlel{name = <<"policies">>} = Order]} = IQ, State) ->
    {Answer, State1} = take_policies(Order, State),
    answer(IQ, Answer),
    State1;
take_order(#iq{type = set, sub_els = [#xmlel{name = <<"deliver">>} = Order]} = IQ, State) ->
    {Answer, State1} = take_deliveries(Order, State),
    answer(IQ, Answer),
    State1;
take_order(IQ, State) ->
    answer(IQ, xmpp:err_bad_request()),
    State.

-spec answer(iq(), fxml:xmlel() | stanza_error()) -> ok.
answer(IQ, #stanza_error{} = Error) ->
    ejabberd_router:route(refuse_iq(IQ, Error));
answer(IQ, Child) ->
    ejabberd_router:route(xmpp:make_iq_result(IQ, Child)).

%% The text of an order, if that is all it holds.
-spec text_of(fxml:xmlel()) -> binary() | none.
text_of(#xmlel{children = Children} = Order) ->
    case [Child || #xmlel{} = Child <- Children] of
        [] -> fxml:get_tag_cdata(Order);
        _ -> none
    end.

%%%===================================================================
%%% Deliver: answers on behalf of a recipient
%%%===================================================================

-spec take_deliveries(fxml:xmlel(), state()) -> {fxml:xmlel() | stanza_error(), state()}.
take_deliveries(Order, State) ->
    Text = text_of(Order),
    case is_binary(Text) andalso byte_size(Text) =< ?MAX_ORDER_BYTES andalso count_lines(Text) < ?MAX_ORDER_LINES of
        true -> deliver_lines([Line || Line <- binary:split(Text, <<"\n">>, [global]), Line =/= <<>>], State);
        false -> {xmpp:err_bad_request(), State}
    end.

-spec deliver_lines([binary()], state()) -> {fxml:xmlel(), state()}.
deliver_lines(Lines, State) ->
    {Delivered, State1} = lists:foldl(fun deliver_line/2, {0, State}, Lines),
    {#xmlel{name = <<"deliver">>,
            attrs = [{<<"xmlns">>, ?NS_FEED}, {<<"delivered">>, integer_to_binary(Delivered)},
                     {<<"forbidden">>, integer_to_binary(length(Lines) - Delivered)}]}, State1}.

-spec deliver_line(binary(), {non_neg_integer(), state()}) -> {non_neg_integer(), state()}.
deliver_line(Line, {Delivered, #state{watch = Watch} = State}) ->
    try read_order(Line) of
        {Id, Sender, Recipient, Token, Reason} ->
            case may_deliver(Watch, Id, {Sender, Recipient}, Token, Reason) of
                true -> {Delivered + 1, send_received(Id, {Sender, Recipient}, Token, State)};
                false -> {Delivered, State}
            end;
        unreadable ->
            {Delivered, State}
    catch Class:Problem:Stack ->
            {Delivered, note_complaint({Class, Problem, hd(Stack ++ [none])}, State)}
    end.

-spec read_order(binary()) -> {binary(), party(), party(), binary(), binary()} | unreadable.
read_order(Line) ->
    case binary:split(Line, <<"\t">>, [global]) of
        [Id, From, To, Token, Reason | _] ->
            case {read_party(decode(From)), read_party(decode(To))} of
                {#party{} = Sender, #party{} = Recipient} -> {decode(Id), Sender, Recipient, Token, Reason};
                _ -> unreadable
            end;
        _ ->
            unreadable
    end.

-spec read_party(binary()) -> party() | unreadable.
read_party(Text) ->
    try party(jid:decode(Text))
    catch error:{bad_jid, _} -> unreadable
    end.

-spec may_deliver(watch(), binary(), {party(), party()}, binary(), binary()) -> boolean().
may_deliver(#watch{host = Host} = Watch, Id, {Sender, #party{server = Host, user = User} = Recipient}, Token, Reason)
  when User =/= <<>> ->
    is_usable_id(Id)
        andalso Token == token(Watch, Sender, Recipient, Id)
        andalso ejabberd_auth:user_exists(User, Host)
        andalso is_allowed(Reason, policy(Watch, Recipient, Sender), Watch, {Sender, Recipient})
        andalso not is_blocked(Sender, Recipient);
may_deliver(_, _, _, _, _) ->
    false.

-spec is_allowed(binary(), policy(), watch(), {party(), party()}) -> boolean().
is_allowed(<<"acked">>, automatic, Watch, Parties) -> is_entitled(Watch, Parties);
is_allowed(<<"approved">>, Policy, _, _) -> Policy =/= refuse;
is_allowed(_, _, _, _) -> false.

%% Does it reveal no more of the recipient's presence than the sender may know?
-spec is_entitled(watch(), {party(), party()}) -> boolean().
is_entitled(Watch, {#party{server = From} = Sender, #party{server = To} = Recipient}) ->
    case ets:lookup(policies_in_force(Watch), settings) of
        [{_, #settings{disclosure = <<"everyone">>}}] -> true;
        [{_, #settings{disclosure = <<"domain">>}}] when From == To -> true;
        _ -> may_see(Watch, Sender, Recipient) == true
    end.

-spec is_blocked(party(), party()) -> boolean().
is_blocked(Sender, #party{server = To} = Recipient) ->
    Own = address(Recipient),
    Msg = #message{type = chat, from = address(Sender), to = Own},
    ejabberd_hooks:run_fold(privacy_check_packet, To, allow, [Own, Msg, in]) == deny.

%% An order may be repeated: the same message is sent once.
-spec send_received(binary(), {party(), party()}, binary(), state()) -> state().
send_received(Id, {Sender, Recipient}, Token, #state{watch = #watch{delivered = Table}} = State) ->
    case ets:insert_new(Table, {Token}) of
        false -> State;
        true ->
            ejabberd_router:route(
              #message{type = chat, id = Token, from = address(Recipient), to = address(Sender),
                       sub_els = [#receipt_response{id = Id}, #hint{type = store}], meta = #{receipts => delivered}}),
            remember(Token, State)
    end.

-spec remember(binary(), state()) -> state().
remember(Token, #state{delivered = Delivered, watch = #watch{delivered = Table}} = State) ->
    Newer = queue:in(Token, Delivered),
    case ets:info(Table, size) > ?MAX_DELIVERED of
        true ->
            {{value, Oldest}, Rest} = queue:out(Newer),
            ets:delete(Table, Oldest),
            State#state{delivered = Rest};
        false ->
            State#state{delivered = Newer}
    end.

%%%===================================================================
%%% Policies: what each recipient allows
%%%
%%% In memory a policy for each account that has one; where there are exceptions, a map of them by contact and by domain.
%%% On disk the lines of the component as they came, changes behind the whole. A line of settings ends each order, so that
%%% without one at its end the file holds half an order, and no version.
%%%===================================================================

-spec take_policies(fxml:xmlel(), state()) -> {fxml:xmlel() | stanza_error(), state()}.
take_policies(Order, State) ->
    Text = text_of(Order),
    Attr = fun(Name) -> fxml:get_tag_attr_s(Name, Order) end,
    Settings = make_settings(Attr(<<"version">>), Attr(<<"default">>), Attr(<<"locked">>), Attr(<<"disclosure">>)),
    IsUsable = is_binary(Text) andalso byte_size(Text) =< ?MAX_ORDER_BYTES andalso is_record(Settings, settings)
        andalso Settings#settings.version =/= none,
    case {IsUsable, Attr(<<"since">>), part_number(Attr(<<"part">>))} of
        {false, _, _} -> {xmpp:err_bad_request(), State};
        {true, <<>>, none} -> {xmpp:err_bad_request(), State};
        {true, <<>>, Part} -> take_part(Part, Attr(<<"last">>) == <<"yes">>, Settings, Text, State);
        {true, Since, _} -> take_change(Since, Settings, Text, State)
    end.

-spec part_number(binary()) -> non_neg_integer() | none.
part_number(Text) ->
    case re:run(Text, <<"^[0-9]{1,9}$">>) of
        nomatch -> none;
        _ -> binary_to_integer(Text)
    end.

-spec make_settings(binary(), binary(), binary(), binary()) -> settings() | none.
make_settings(Version, Default, Locked, Disclosure) ->
    case {read_policy(Default), lists:member(Locked, [<<"yes">>, <<"no">>, <<>>])} of
        {Policy, true} when Policy =/= none, Policy =/= default ->
            #settings{version = case is_usable_id(Version) of true -> Version; false -> none end,
                      default = Policy, locked = Locked == <<"yes">>, disclosure = disclosure(Disclosure)};
        _ ->
            none
    end.

%% What is not known is the strictest.
-spec disclosure(binary()) -> binary().
disclosure(Known) when Known == <<"domain">>; Known == <<"everyone">> -> Known;
disclosure(_) -> <<"subscribers">>.

-spec read_policy(binary()) -> policy() | default | none.
read_policy(<<"client">>) -> client;
read_policy(<<"automatic">>) -> automatic;
read_policy(<<"manual">>) -> manual;
read_policy(<<"refuse">>) -> refuse;
read_policy(<<"default">>) -> default;
read_policy(_) -> none.

-spec held(binary() | none) -> fxml:xmlel().
held(Version) ->
    #xmlel{name = <<"policies">>, attrs = [{<<"xmlns">>, ?NS_FEED} | [{<<"version">>, Version} || Version =/= none]]}.

%% To be sent again as a whole, once the changes outweigh it.
-spec held_version(state()) -> binary().
held_version(#state{settings = #settings{version = Version}, file_size = Size, whole_size = Whole}) ->
    case Version == none orelse Size - Whole > ?MAX_APPENDED_BYTES + 2 * Whole of
        true -> <<>>;
        false -> Version
    end.

-spec not_on_disk() -> stanza_error().
not_on_disk() ->
    xmpp:err_resource_constraint(<<"The policies are in force, but cannot be written to disk">>, <<"en">>).

%% The version is that of the accounts: an operator may have changed the settings under the same one.
-spec take_change(binary(), settings(), binary(), state()) -> {fxml:xmlel() | stanza_error(), state()}.
take_change(_, New, _, #state{settings = New} = State) ->
    {held(New#settings.version), State};
take_change(_, #settings{version = Version} = New, _, #state{settings = #settings{version = Version}} = State) ->
    change_policies(New, <<>>, State);
take_change(Since, New, Text, #state{settings = #settings{version = Since}} = State) ->
    change_policies(New, Text, State);
take_change(_, _, _, State) ->
    {xmpp:err_item_not_found(), State}.

-spec change_policies(settings(), binary(), state()) -> {fxml:xmlel() | stanza_error(), state()}.
change_policies(New, Text, #state{watch = Watch} = State) ->
    State1 = put_settings(New, read_lines(policies_in_force(Watch), Text, State)),
    Lines = case Text of <<>> -> <<>>; _ -> [Text, $\n] end,
    case append_policies(Lines, State1) of
        {ok, State2} -> {held(New#settings.version), State2};
        {error, State2} -> {not_on_disk(), State2}
    end.

-spec put_settings(settings(), state()) -> state().
put_settings(Settings, #state{watch = Watch} = State) ->
    ets:insert(policies_in_force(Watch), {settings, Settings}),
    State#state{settings = Settings}.

-spec take_part(non_neg_integer(), boolean(), settings(), binary(), state()) -> {fxml:xmlel() | stanza_error(), state()}.
take_part(1, IsLast, #settings{version = Version} = Settings, Text, State) ->
    take_next_part(1, IsLast, Settings, Text, begin_set(Version, State));
take_part(Part, IsLast, Settings, Text, State) ->
    take_next_part(Part, IsLast, Settings, Text, State).

-spec take_next_part(non_neg_integer(), boolean(), settings(), binary(), state()) ->
          {fxml:xmlel() | stanza_error(), state()}.
take_next_part(Part, IsLast, #settings{version = Version} = Settings, Text,
               #state{incoming = #incoming{version = Version, parts = Parts}, watch = Watch} = State)
  when Part == Parts + 1 ->
    State1 = read_lines(policies_out_of_force(Watch), Text, State),
    State2 = #state{incoming = Incoming} = write_incoming([Text, $\n], State1),
    case IsLast of
        true -> end_set(Settings, State2);
        false -> {held(Version), State2#state{incoming = Incoming#incoming{parts = Part}}}
    end;
take_next_part(_, _, _, _, State) ->
    {xmpp:err_unexpected_request(), State}.

-spec policies_path(state()) -> file:filename().
policies_path(#state{spool = #spool{folder = Folder}}) ->
    filename:join(Folder, "policies.list").

-spec begin_set(binary(), state()) -> state().
begin_set(Version, #state{watch = Watch} = State) ->
    State1 = abandon_set(State),
    ets:delete_all_objects(policies_out_of_force(Watch)),
    case file:open(policies_path(State1) ++ ".tmp", [write, raw, binary]) of
        {ok, File} -> State1#state{incoming = #incoming{version = Version, file = File}};
        {error, Reason} -> State1#state{incoming = #incoming{version = Version, problem = Reason}}
    end.

-spec abandon_set(state()) -> state().
abandon_set(#state{incoming = none} = State) ->
    State;
abandon_set(#state{incoming = #incoming{file = File}, watch = Watch} = State) ->
    _ = File == undefined orelse file:close(File),
    _ = file:delete(policies_path(State) ++ ".tmp"),
    ets:delete_all_objects(policies_out_of_force(Watch)),
    State#state{incoming = none}.

-spec write_incoming(iodata(), state()) -> state().
write_incoming(_, #state{incoming = #incoming{file = undefined}} = State) ->
    State;
write_incoming(Text, #state{incoming = #incoming{file = File, size = Size} = Incoming} = State) ->
    case file:write(File, Text) of
        ok -> State#state{incoming = Incoming#incoming{size = Size + iolist_size(Text)}};
        {error, Reason} -> State#state{incoming = Incoming#incoming{problem = Reason}}
    end.

%% What cannot be written is in force all the same, from the last part on.
-spec end_set(settings(), state()) -> {fxml:xmlel() | stanza_error(), state()}.
end_set(#settings{version = Version} = Settings, #state{watch = #watch{counters = Counters} = Watch} = State) ->
    ets:insert(policies_out_of_force(Watch), {settings, Settings}),
    atomics:add(Counters, ?COUNT_SWAPPED, 1),
    State1 = write_incoming(settings_line(Settings), State#state{settings = Settings}),
    Size = State1#state.incoming#incoming.size,
    Result = keep_set(State1),
    State2 = note_disk(Result, abandon_set(State1)),
    case Result of
        ok -> {held(Version), State2#state{file_size = Size, whole_size = Size, is_torn = false}};
        _ -> {not_on_disk(), put_settings(Settings#settings{version = none}, State2)}
    end.

-spec keep_set(state()) -> ok | {error, term()}.
keep_set(#state{incoming = #incoming{problem = none, file = File}} = State) ->
    _ = file:close(File),
    file:rename(policies_path(State) ++ ".tmp", policies_path(State));
keep_set(#state{incoming = #incoming{problem = Problem}}) ->
    {error, Problem}.

-spec note_disk(ok | {error, term()}, state()) -> state().
note_disk(ok, #state{is_disk_failing = IsFailing} = State) ->
    IsFailing andalso ?INFO_MSG("Policies are written to ~ts again", [policies_path(State)]),
    State#state{is_disk_failing = false};
note_disk({error, Reason}, #state{is_disk_failing = IsFailing} = State) ->
    IsFailing orelse
        ?ERROR_MSG("Cannot write ~ts (~p): enforcing the policies from memory", [policies_path(State), Reason]),
    State#state{is_disk_failing = true}.

%% Without a version the component sends the whole again, which mends the file.
-spec append_policies(iodata(), state()) -> {ok | error, state()}.
append_policies(Lines, #state{settings = Settings, is_torn = IsTorn, file_size = Size} = State) ->
    Text = iolist_to_binary([[$\n || IsTorn], Lines, settings_line(Settings)]),
    Result = file:write_file(policies_path(State), Text, [append, raw]),
    State1 = note_disk(Result, State#state{is_torn = Result =/= ok}),
    case Result of
        ok -> {ok, State1#state{file_size = Size + byte_size(Text)}};
        _ -> {error, put_settings(Settings#settings{version = none}, State1)}
    end.

%% It begins with what no line of an account begins with.
-spec settings_line(settings()) -> iodata().
settings_line(#settings{version = Version, default = Default, locked = IsLocked, disclosure = Disclosure}) ->
    Told = case Version of none -> <<>>; _ -> encode(Version) end,
    Locked = case IsLocked of true -> <<"yes">>; false -> <<"no">> end,
    [lists:join($\t, [<<"=">>, Told, atom_to_binary(Default, utf8), Locked, Disclosure]), $\n].

-spec forget_policy(bare(), state()) -> state().
forget_policy(Account, #state{watch = Watch, incoming = Incoming} = State) ->
    Line = [encode(Account), <<"\tdefault\n">>],
    State1 = case Incoming of
                 none -> State;
                 _ -> ets:delete(policies_out_of_force(Watch), Account), write_incoming(Line, State)
             end,
    case ets:take(policies_in_force(Watch), Account) of
        [] -> State1;
        _ -> element(2, append_policies(Line, State1))
    end.

%%% Lines of policies

-spec read_lines(ets:tid(), binary(), state()) -> state().
read_lines(Table, Text, #state{watch = #watch{host = Host}} = State) ->
    Lines = [Line || Line <- binary:split(Text, <<"\n">>, [global]), Line =/= <<>>],
    case [Line || Line <- Lines, not read_line(Table, Line, Host)] of
        [] -> State;
        _ -> note_complaint(a_policy_that_cannot_be_read, State)
    end.

-spec read_line(ets:tid(), binary(), binary()) -> boolean().
read_line(Table, Line, Host) ->
    case binary:split(Line, <<"\t">>, [global]) of
        [Account, Policy | Fields] ->
            set_policy(Table, account(Account, Host), read_policy(Policy), Fields);
        _ ->
            false
    end.

-spec account(binary(), binary()) -> bare() | none.
account(Account, Host) ->
    case binary:split(Account, <<"@">>) of
        [User, Host] when User =/= <<>> -> decode(Account);
        _ -> none
    end.

-spec set_policy(ets:tid(), bare() | none, policy() | default | none, [binary()]) -> boolean().
set_policy(_, none, _, _) -> false;
set_policy(_, _, none, _) -> false;
set_policy(Table, Account, default, []) -> ets:delete(Table, Account);
set_policy(Table, Account, Policy, []) -> ets:insert(Table, {Account, Policy});
set_policy(Table, Account, Policy, Fields) ->
    Exceptions = [read_exception(Field) || Field <- Fields, Field =/= <<>>],
    not lists:member(unreadable, Exceptions)
        andalso ets:insert(Table, {Account, {Policy, maps:from_list(Exceptions)}}).

-spec read_exception(binary()) -> {binary(), policy()} | unreadable.
read_exception(Field) ->
    case binary:split(Field, <<" ">>) of
        [Text, Contact] when Contact =/= <<>> ->
            case read_policy(Text) of
                Policy when Policy == none; Policy == default -> unreadable;
                Policy -> {decode(Contact), Policy}
            end;
        _ ->
            unreadable
    end.

%%% What the last run left

%% What can be read stays in force; only then its version is told when all could be.
-spec load_policies(state()) -> state().
load_policies(State) ->
    _ = file:delete(policies_path(State) ++ ".tmp"),
    case file:read_file(policies_path(State)) of
        {ok, Text} -> read_saved(Text, State);
        {error, enoent} -> State;
        {error, Reason} -> note_complaint({cannot_read_policies, Reason}, State)
    end.

-spec read_saved(binary(), state()) -> state().
read_saved(Text, State) ->
    Lines = binary:split(Text, <<"\n">>, [global]),
    IsTorn = lists:last(Lines) =/= <<>>,
    Start = {State, true, true, 0},
    {State1, IsWell, IsSettled, _} = lists:foldl(fun read_saved_line/2, Start, lists:droplast(Lines)),
    State2 = State1#state{file_size = byte_size(Text), is_torn = IsTorn},
    case IsWell andalso IsSettled andalso not IsTorn of
        true -> State2;
        false ->
            ?WARNING_MSG("Some of ~ts cannot be read: enforcing the rest until the component sends the policies again",
                         [policies_path(State)]),
            put_settings((State2#state.settings)#settings{version = none}, State2)
    end.

-spec read_saved_line(binary(), {state(), boolean(), boolean(), non_neg_integer()}) ->
          {state(), boolean(), boolean(), non_neg_integer()}.
read_saved_line(<<>>, {State, IsWell, IsSettled, At}) ->
    {State, IsWell, IsSettled, At + 1};
read_saved_line(<<"=\t", _/binary>> = Line, {State, IsWell, _, At}) ->
    End = At + byte_size(Line) + 1,
    State1 = case State#state.whole_size of 0 -> State#state{whole_size = End}; _ -> State end,
    case read_settings_line(Line) of
        none -> {State1, false, true, End};
        Settings -> {put_settings(Settings, State1), IsWell, true, End}
    end;
read_saved_line(Line, {#state{watch = #watch{host = Host} = Watch} = State, IsWell, _, At}) ->
    IsRead = read_line(policies_in_force(Watch), Line, Host),
    {State, IsWell andalso IsRead, false, At + byte_size(Line) + 1}.

-spec read_settings_line(binary()) -> settings() | none.
read_settings_line(Line) ->
    case binary:split(Line, <<"\t">>, [global]) of
        [<<"=">>, Version, Default, Locked, Disclosure] -> make_settings(decode(Version), Default, Locked, Disclosure);
        _ -> none
    end.
