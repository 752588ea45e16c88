%%% The stores of a host that keep messages for a recipient who is away.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_stores).

-export([of_host/1, of_message/2]).

-include("mod_receipts.hrl").

%% The hello names them. The offline store counts if it keeps what the archive does not keep, and
%% what has no body.
-spec of_host(binary()) -> [binary()].
of_host(Host) ->
    [<<"offline">> || gen_mod:is_loaded(Host, mod_offline), keeps_all(Host)]
        ++ [<<"archive">> || gen_mod:is_loaded(Host, mod_mam)].

-spec keeps_all(binary()) -> boolean().
keeps_all(Host) ->
    not gen_mod:get_module_opt(Host, mod_offline, use_mam_for_storage)
        andalso gen_mod:get_module_opt(Host, mod_offline, store_empty_body) =/= false.

%% Those that hold a message whose recipient is away. An offline store that leaves to the archive
%% what that keeps does not hold it.
-spec of_message(message(), offlined | archived) -> [binary()].
of_message(_, archived) ->
    [<<"archive">>];
of_message(#message{to = #jid{lserver = Host} = To} = Msg, offlined) ->
    IsArchived = mod_receipts_message:is_archived_for(Msg, mod_receipts_address:party(To)),
    IsLeftToArchive = IsArchived andalso gen_mod:get_module_opt(Host, mod_offline, use_mam_for_storage),
    [<<"archive">> || IsArchived] ++ [<<"offline">> || not IsLeftToArchive].
