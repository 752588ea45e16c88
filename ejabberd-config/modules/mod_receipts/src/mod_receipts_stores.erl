%%% The stores of a host that keep messages for a recipient who is away.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_stores).

-export([of_host/1]).

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
