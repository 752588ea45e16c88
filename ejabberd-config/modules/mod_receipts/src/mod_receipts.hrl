%%% What the parts of mod_receipts share: limits, types and records.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

%% COMPAT -include_lib("xmpp/include/xmpp.hrl") fails on Debian, where the library is called p1_xmpp
-include("xmpp.hrl").
-include("logger.hrl").

-define(NS_FEED, <<"xmpp-receipts:feed:1">>).

%% Limits of the protocol: the same numbers stand in the module for Prosody and in the component.
-define(MAX_ID_BYTES, 256).
-define(MAX_LINE_BYTES, 7168). % of facts, after which another line begins; in XML six times as long
-define(MAX_BATCH_ITEMS, 100).
-define(MAX_BATCH_BYTES, 61440).
-define(MAX_BATCHES, 8). % on their way
-define(MAX_ORDER_BYTES, 61440).
-define(MAX_ORDER_LINES, 100). % to deliver

%% Counters that hooks and process share, by their place.
-define(COUNT_HANDED, 1). % facts that hooks have handed over
-define(COUNT_STORED, 2). % those of them that the process is done with
-define(COUNT_SHED, 3).
-define(COUNT_SWAPPED, 5). % sets of policies; odd: the second table is in force
-define(COUNTERS, 5). % the fourth is free: a version that runs may count there

-define(is_conversation(Type), (Type == chat orelse Type == normal)).

-type bare() :: binary().
-type policy() :: client | automatic | manual | refuse.
-type stamp() :: non_neg_integer(). % microseconds since 1970
-type item_count() :: non_neg_integer().
-type position() :: non_neg_integer(). % bytes

%% Each kind of fact that this module proves; told in the hello.
-define(PROVES, [accepted, relayed, sent, stored, kept, acked, received, displayed, failed, lost]).
-type kind() :: accepted | relayed | sent | stored | kept | acked | received | displayed | failed | lost
              | unseen. % one of them, of a session that hides from the sender
-type stop_count() :: 'stopped-manual' | 'stopped-refuse' | 'stopped-manual-named' | 'stopped-refuse-named'.
-type untracked() :: exempt | answers | 'no-content' | 'no-id' | 'from-room'. % why, though it asks
-type fact() :: {fact, At :: stamp(), key(), kind(), Details :: binary()}. % as hooks report it
-type count_name() :: stop_count() | 'orders-refused' | 'untracked-exempt' | 'untracked-answers' | 'untracked-no-content'
                    | 'untracked-no-id' | 'untracked-from-room' | 'unreported-no-id' | 'unreported-too-many' | 'unwatched-within'.
-type answer() :: {received | displayed, Id :: binary()}.

%% What hooks need to know of a host. In a persistent term: nothing is copied, no process is asked.
-record(watch, {host :: binary(),
                component :: binary(),
                process :: atom(),
                counters :: atomics:atomics_ref(),
                policies :: {ets:tid(), ets:tid()},
                delivered :: ets:tid(),
                key :: binary(),
                other_keys = [] :: [binary()]}). % of the other nodes of a cluster
-type watch() :: #watch{}.

-record(party, {bare :: bare(), user :: binary(), server :: binary(), nick = <<>> :: binary()}). % nick: of an occupant
-type party() :: #party{}.
-type parties() :: {Sender :: party(), Recipient :: party()}.
-type key() :: {Sender :: bare(), Recipient :: bare() | {Room :: bare(), Nick :: binary()}, Id :: binary()}.

%% What the children of a message mean to us.
-record(look, {asks = false :: boolean(),
               content = false :: boolean(),
               exempt = false :: boolean(),
               acknowledged = false :: boolean(),
               in_room = false :: boolean(),
               answers = [] :: [answer()],
               events = [] :: [answer()], % XEP-0022
               details = [] :: [fxml:xmlel()],
               archived = [] :: [bare()]}).
-type look() :: #look{}.

-define(NOT_LED, -(1 bsl 58)). % no other node speaks

%% What has happened since the last lines were made.
-record(tick, {newest = 0 :: stamp(), % that was given out
               slots = #{} :: #{term() => [iodata()]}, % the facts of each message, newest first
               order = [] :: [term()], % of the slots, newest first
               facts = 0 :: non_neg_integer(), % in the slots
               ahead = 0 :: integer(), % how far stamps are ahead of the clock, in microseconds
               led = ?NOT_LED :: integer(), % how far those of another node are ahead of this clock
               %% What clock and stopwatch showed last; none: no stamp was given out in this run.
               last = none :: none | {integer(), integer()},
               set_at = none :: none | integer()}). % by the stopwatch, when the clock was set last
-type tick() :: #tick{}.

-record(segment, {base :: position(), size :: non_neg_integer(), stamp :: stamp()}).
-type segment() :: #segment{}.

%% Lines have positions: the number of bytes ever written before them. A segment is a file that is
%% named by the position of its first line. Lines from 'acknowledged' on are kept, those before
%% 'read' are on their way to the component.
-record(spool, {folder :: file:filename(),
                limit :: pos_integer(),
                segments = [] :: [segment()], % oldest first, without the open one
                open = none :: none | segment(), % the only one that is written to
                file :: undefined | file:fd(), % of the open segment
                size = 0 :: non_neg_integer(), % of all segments
                acknowledged = 0 :: position(),
                read = 0 :: position(),
                written = 0 :: position(),
                newest = 0 :: stamp(), % in a line or in a hello
                waiting = 0 :: item_count(), % not yet on their way
                fresh = [] :: [batch()], % written, not yet read: what stands at 'read', oldest first
                unwritten = [] :: [{binary(), item_count()}], % that the disk did not take, oldest first
                is_saved = true :: boolean(), % the position
                is_save_failing = false :: boolean(),
                is_failing = false :: boolean(),
                is_overfull = false :: boolean(),
                gap = 0 :: item_count(), % dropped and not yet reported
                gap_stamp = 0 :: stamp()}). % of the newest gap, reported or not
-type spool() :: #spool{}.

-record(batch, {text :: binary(),
                items :: item_count(),
                ends :: position(),
                is_held = false :: boolean(), % not of the spool
                is_understood = false :: boolean(), % taken by a component that knows all that restricts
                state = due :: due | done | reference()}). % a reference: sent under it
-type batch() :: #batch{}.

-record(feed, {stream :: undefined | pid(), % the component's
               monitor :: undefined | reference(),
               is_greeted = false :: boolean(),
               is_resting = false :: boolean(), % after a refused batch
               backoff = 1000 :: pos_integer(),
               in_flight = [] :: [batch()], % oldest first
               heard = 0 :: integer(), % milliseconds
               hello :: undefined | reference(),
               secret = <<>> :: binary(), % of the component's hello; empty: not told
               knows_all = false :: boolean(), % that restricts what may be told
               knows_nodes = false :: boolean(), % that a server can have several
               tried = 0 :: integer(), % to greet, milliseconds
               problem = none :: none | iodata()}).
-type feed() :: #feed{}.

%% What waits for a component that knows it.
-record(held, {path :: file:filename(),
               limit :: pos_integer(),
               size = 0 :: non_neg_integer(), % of the file
               lines = 0 :: item_count(), % in the file
               missed = 0 :: item_count(), % that the disk did not take
               given = none :: none | given()}).
-type held() :: #held{}.

%% While it is given: what is not on its way, what is, and whether the file has nothing else.
-record(given, {text :: binary(), lines :: item_count(), in_flight = 0 :: non_neg_integer(), is_all = true :: boolean()}).
-type given() :: #given{}.

-record(settings, {version = none :: none | binary(), % none if the component is to send all
                   known = none :: none | binary(), % what the accounts are of all the same
                   default = client :: policy(),
                   locked = false :: boolean(),
                   disclosure = <<"subscribers">> :: binary()}).
-type settings() :: #settings{}.

%% A set of policies that has not come as a whole.
-record(incoming, {version :: binary(), parts = 0 :: non_neg_integer(), size = 0 :: non_neg_integer(),
                   file :: undefined | file:fd(), problem = none :: term()}).

%% The tables are those of #watch{}: the process of the host writes them, hooks read them.
-record(policies, {host :: binary(),
                   path :: file:filename(),
                   tables :: {ets:tid(), ets:tid()},
                   counters :: atomics:atomics_ref(),
                   settings = #settings{} :: settings(),
                   is_sure = true :: boolean(), % false: others may hold stricter ones, so all answers are stopped
                   ordered = 0 :: stamp(), % when the component ordered last what is held; 0: not in this run
                   instead = none :: none | binary(), % the version that its last whole set replaced
                   incoming = none :: none | #incoming{},
                   list = none :: none | {pos_integer(), [bare()]}, % the next part, and who is in it
                   whole_size = 0 :: non_neg_integer(), % of the file, when all of it came last
                   file_size = 0 :: non_neg_integer(),
                   is_torn = false :: boolean(), % the file ends with half a line
                   is_disk_failing = false :: boolean()}).
-type policies() :: #policies{}.

-type timer() :: tick | retry | save | listen | rest | greet | gossip.

%% Another node of the cluster, as this one sees it.
-record(peer, {state = silent :: up | silent | down,
               since :: stamp(), % by the clock
               heard :: integer(), % milliseconds
               is_said = false :: boolean(), % in the log
               lead = 0 :: integer(), % how far its stamps are ahead of this clock
               report = none :: none | mod_receipts_cluster_report:saying()}). % what it said last
-type peer() :: #peer{}.

%% An order about policies that every node has to carry out before it is confirmed.
-record(ordered, {iq :: iq(), answer :: fxml:xmlel(), until :: integer()}). % milliseconds
%% A hello of the component, until the other nodes have said how they are.
-record(greeting, {iq :: iq(), tag :: reference(), missing :: [node()]}).

-record(cluster, {peers = #{} :: #{node() => peer()}, % all that are known, whether they run or not
                  orders = [] :: [#ordered{}],
                  greetings = [] :: [#greeting{}],
                  told = none :: term(), % of the cluster, in the last hello
                  is_aligned = false :: boolean(), % stamps of this run follow those of the others
                  doubts = 0 :: non_neg_integer()}). % seconds in which nobody could say what holds
-type cluster() :: #cluster{}.

%% The process of a host.
-record(state, {watch :: watch(),
                tick_length :: pos_integer(), % milliseconds, as it is set
                result_timeout :: pos_integer(), % milliseconds
                tick = #tick{} :: tick(),
                spool :: spool(),
                held :: held(),
                feed = #feed{} :: feed(),
                policies :: policies(),
                cluster = #cluster{} :: cluster(),
                delivered = queue:new() :: queue:queue(binary()), % tokens, oldest first
                timers = #{} :: #{timer() => true}, % that run
                complaints = #{} :: #{term() => true},
                present_tick_length :: pos_integer()}). % milliseconds, by what happens
-type state() :: #state{}.
