%%% The keys of the tokens (docs/protocol.md section 2.4): this node's own, which is made once, and those of
%%% the other nodes of the cluster.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_token_keys).

-export([own/1, others/1, save/2]).

-include("mod_receipts.hrl").

-spec own(file:filename()) -> binary().
own(Folder) ->
    Path = filename:join(Folder, "token.key"),
    case file:read_file(Path) of
        {ok, <<Key:32/binary>>} -> Key;
        _ -> make(Path)
    end.

-spec make(file:filename()) -> binary().
make(Path) ->
    Key = crypto:strong_rand_bytes(32),
    write(Path, Key),
    Key.

-spec others(file:filename()) -> [binary()].
others(Folder) ->
    case file:read_file(path_of_others(Folder)) of
        {ok, Text} -> [Key || <<Key:32/binary>> <= Text];
        {error, _} -> [] % never in a cluster
    end.

-spec save(file:filename(), [binary()]) -> ok.
save(Folder, Keys) ->
    write(path_of_others(Folder), iolist_to_binary(Keys)).

-spec path_of_others(file:filename()) -> file:filename().
path_of_others(Folder) ->
    filename:join(Folder, "token.keys").

%% Nobody else may read it, also not while it is written.
-spec write(file:filename(), binary()) -> ok.
write(Path, Key) ->
    case {file:write_file(Path, <<>>), file:change_mode(Path, 8#600), file:write_file(Path, Key)} of
        {ok, _, ok} -> ok;
        {_, _, Problem} -> ?ERROR_MSG("Cannot write ~ts (~p): after a restart of the server the component can deliver no receipt "
                                       "for older messages. Let the server's user write there, then restart the server", [Path, Problem])
    end.
