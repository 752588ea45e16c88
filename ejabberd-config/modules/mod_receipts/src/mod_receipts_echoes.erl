%%% Errors that are no failure of a message, because they are for an answer (RFC 6120 section 8.3.1).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% Not every error holds what it is for, and from some an answer was taken out: so the ids of the
%%% answers are remembered for a while. A message under the same id looks the same: of that one no
%%% failure is reported then.

-module(mod_receipts_echoes).

-export([prepare/0, expect/1, remember/1, is_for_an_answer/1]).

-import(mod_receipts_address, [pair/1]).
-import(mod_receipts_message, [survey/1]).

-include("mod_receipts.hrl").

-define(SLOTS, 4096). % the newer key of a slot counts
-define(HASH_RANGE, 1 bsl 32).

%% All hosts share the slots: a sender of another host gets the error here too. No process is asked.
-spec prepare() -> ok.
prepare() ->
    case persistent_term:get(?MODULE, none) of
        none -> persistent_term:put(?MODULE, atomics:new(?SLOTS, [{signed, false}]));
        _ -> ok
    end.

%% An answer goes out: an error for it comes the other way.
-spec expect(message()) -> ok.
expect(#message{id = Id} = Answer) ->
    {FromUser, FromServer, ToUser, ToServer} = pair(Answer),
    put_key({{ToUser, ToServer, FromUser, FromServer}, Id}).

%% An answer is taken out of this error. Without it nobody could see later that it is the echo of one.
-spec remember(message()) -> ok.
remember(#message{id = Id} = Error) ->
    put_key({pair(Error), Id}).

%% A message that is tracked holds no answer, so such an error is about no tracked message.
-spec is_for_an_answer(message()) -> boolean().
is_for_an_answer(#message{id = Id} = Error) ->
    mod_receipts_answers:are_on_top(survey(Error)) orelse has_key({pair(Error), Id}).

-spec put_key(term()) -> ok.
put_key(Key) ->
    atomics:put(persistent_term:get(?MODULE), slot(Key), hash(Key)).

-spec has_key(term()) -> boolean().
has_key(Key) ->
    atomics:get(persistent_term:get(?MODULE), slot(Key)) == hash(Key).

-spec slot(term()) -> pos_integer().
slot(Key) ->
    erlang:phash2(Key, ?SLOTS) + 1.

%% Of another value than the slot's, and never that of an empty slot.
-spec hash(term()) -> pos_integer().
hash(Key) ->
    erlang:phash2({hash, Key}, ?HASH_RANGE) + 1.
