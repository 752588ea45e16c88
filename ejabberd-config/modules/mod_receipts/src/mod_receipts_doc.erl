%%% What ejabberd shows about the module and its options.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_doc).

-export([text/0]).
-export_type([doc/0]).

-include("mod_receipts.hrl").

-type doc() :: #{desc := binary(), opts := [{atom(), #{value := binary(), desc := binary()}}]}.

-spec text() -> doc().
text() ->
    #{desc => <<"Reports what becomes of messages that ask for a receipt (XEP-0184) to the component xmpp-receipts, "
                "and lets recipients decide about answers.">>,
      opts => [option(component, <<"Domain">>, <<"The component's domain.">>),
               option(spool_dir, <<"Path">>, <<"Where facts and policies are kept.">>),
               option(spool_limit, <<"Bytes">>, <<"Kept on disk while the component is away.">>),
               option(tick, <<"Milliseconds">>, <<"What happens within becomes one line. Up to 100 while many messages pass.">>),
               option(result_timeout, <<"timeout()">>,
                      <<"Without an answer for so long the component's stream is ended.">>)]}.

-spec option(atom(), binary(), binary()) -> {atom(), #{value := binary(), desc := binary()}}.
option(Name, Value, Description) ->
    {Name, #{value => Value, desc => Description}}.
