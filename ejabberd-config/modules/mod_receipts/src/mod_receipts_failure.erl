%%% What fails in the process of a host: it is logged once, and the process goes on.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_failure).

-export([attempt/2, attempt_order/3, note_failure/4, note_complaint/2]).

-include("mod_receipts.hrl").

-define(MAX_COMPLAINTS, 20).

%% What fails leaves the state as it was, and the process goes on.
-spec attempt(fun((state()) -> state()), state()) -> state().
attempt(Act, State) ->
    try Act(State)
    catch Class:Reason:Stack -> note_failure(Class, Reason, Stack, State)
    end.

%% The component waits for an answer, also if something fails before it is made.
-spec attempt_order(fun((state()) -> state()), iq(), state()) -> state().
attempt_order(Act, IQ, State) ->
    try Act(State)
    catch Class:Reason:Stack ->
            mod_receipts_component:answer(IQ, xmpp:err_internal_server_error()),
            note_failure(Class, Reason, Stack, State)
    end.

-spec note_failure(error | exit | throw, term(), [term()], state()) -> state().
note_failure(Class, Reason, Stack, State) ->
    note_complaint({Class, Reason, hd(Stack ++ [none])}, State).

%% One line for each sort of failure: what fails for one message fails for a thousand a second.
-spec note_complaint(term(), state()) -> state().
note_complaint(Problem, #state{complaints = Known} = State)
  when is_map_key(Problem, Known); map_size(Known) >= ?MAX_COMPLAINTS ->
    State;
note_complaint(Problem, #state{complaints = Known} = State) ->
    ?ERROR_MSG("mod_receipts: a fact was not reported or a policy not enforced; "
               "messages are still delivered. Error: ~0p", [Problem]),
    State#state{complaints = Known#{Problem => true}}.
