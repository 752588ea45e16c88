%%% Has the server died without a word? Then the queues of the sessions that it kept for resumption
%%% are gone, and one line tells of it (docs/protocol.md section 2.2).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_crash).

-export([note/1, rule_out/1]).

-include("mod_receipts.hrl").

%% A file names the run of the server that has the module; it goes when that ends in good order. All
%% facts of the last run are in the spool, none of this one.
-spec note(state()) -> state().
note(#state{tick = Tick} = State) ->
    Path = path(State),
    Run = run(),
    Last = file:read_file(Path),
    case file:write_file(Path, Run, [raw]) of
        ok -> ok;
        {error, Reason} -> ?ERROR_MSG("Cannot write ~ts (~p): a crash would not be noticed", [Path, Reason])
    end,
    case Last of
        {ok, Other} when Other =/= Run, Other =/= <<>> -> State#state{tick = mod_receipts_tick:add_crashed(Tick)};
        _ -> State
    end.

%% Sessions that end later give back what they hold, and their messages are taken anew.
-spec rule_out(state()) -> ok.
rule_out(State) ->
    _ = file:delete(path(State)),
    ok.

-spec path(state()) -> file:filename().
path(#state{spool = #spool{folder = Folder}}) ->
    filename:join(Folder, "running").

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
