%%% Nodes that an operator drops: what their spools held is lost.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_cluster_drops).

-export([note/2]).

-include("mod_receipts.hrl").

%% Each of the nodes that are left says that, as the component may be away now: a gap up to this moment,
%% of one item for each node that is gone. Nobody knows how many it held.
-spec note(#{node() => peer()}, state()) -> state().
note(Dropped, #state{tick = Tick, spool = Spool} = State) ->
    [?INFO_MSG("~ts is not in the cluster of this server any more", [Node]) || Node <- maps:keys(Dropped)],
    Count = length([Peer || Peer <- maps:values(Dropped), not has_told_all(Peer)]),
    State#state{spool = mod_receipts_spool:note_dropped(Count, mod_receipts_tick:present(Tick), Spool)}.

%% Just before it was dropped.
-spec has_told_all(peer()) -> boolean().
has_told_all(#peer{state = up, report = #{attrs := Attrs}}) ->
    lists:member({<<"waiting">>, <<"0">>}, Attrs);
has_told_all(_) ->
    false.
