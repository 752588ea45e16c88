%%% Has the server started anew? Then the queues of the sessions that it kept for resumption are
%%% gone, and one line tells of it (docs/protocol.md section 2.2). A stop in good order makes no
%%% difference: seen on 23.01, most of what the queues hold is lost then too. What goes to the offline
%%% store instead is reported (mod_receipts_stream:c2s_terminated/2).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_restart).

-export([note/1, rule_out/1, stopping/0]).

-include("mod_receipts.hrl").

%% A file names the run of the server that has the module; it goes when the module ends and the server
%% goes on. All facts of the last run are in the spool, none of this one.
-spec note(state()) -> state().
note(#state{tick = Tick} = State) ->
    Path = path(State),
    forget_stopped_run(),
    Run = run(),
    Last = file:read_file(Path),
    case file:write_file(Path, Run, [raw]) of
        ok -> ok;
        {error, Reason} -> ?ERROR_MSG("Cannot write ~ts (~p): a restart of the server would not be noticed. "
                                       "Let the server's user write there, then restart the module", [Path, Reason])
    end,
    case Last of
        {ok, Other} when Other =/= Run, Other =/= <<>> -> State#state{tick = mod_receipts_tick:add_restarted(word(State), Tick)};
        _ -> State
    end.

%% Of several nodes only one has lost what its sessions held.
-spec word(state()) -> binary().
word(State) ->
    case mod_receipts_cluster:is_alone(State) of
        true -> <<"restarted">>;
        false -> <<"node-restarted">>
    end.

%% Nobody watches the sessions from here on: what becomes of their queues is not known.
-spec rule_out(state()) -> ok.
rule_out(State) ->
    _ = persistent_term:get(mod_receipts_stopping, false) orelse file:delete(path(State)),
    ok.

%% Notes that the server stops: then the file stays, so that the next start is told of.
-spec stopping() -> ok.
stopping() ->
    persistent_term:put(mod_receipts_stopping, true).

-spec path(state()) -> file:filename().
path(#state{spool = #spool{folder = Folder}}) ->
    filename:join(Folder, "running").

%% A node that joins a cluster stops its server and starts it again in the same system process.
-spec forget_stopped_run() -> ok.
forget_stopped_run() ->
    _ = persistent_term:get(mod_receipts_stopping, false) andalso persistent_term:erase(mod_receipts_run),
    _ = persistent_term:erase(mod_receipts_stopping),
    ok.

%% It names this run of the server, also to a process that begins anew.
-spec run() -> binary().
run() ->
    case persistent_term:get(mod_receipts_run, none) of
        none ->
            persistent_term:put(mod_receipts_run, base64:encode(crypto:strong_rand_bytes(9))),
            run();
        Run ->
            Run
    end.
