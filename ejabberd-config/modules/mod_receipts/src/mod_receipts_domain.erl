%%% A domain and its spellings: in U-labels (bücher.test) and in A-labels (xn--bcher-kva.test).
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_domain).

-export([prepare/1, spellings/1, is_same/2]).

-include("mod_receipts.hrl").

%% RFC 7622 section 3.2: a dot at the end does not count.
-spec prepare(binary()) -> binary() | error.
prepare(Domain) ->
    case jid:nameprep(Domain) of
        error -> error;
        Prepared -> re:replace(Prepared, <<"\\.$">>, <<>>, [{return, binary}])
    end.

%% As it is given first. The server takes each for a domain of its own.
-spec spellings(binary()) -> [binary(), ...].
spellings(Domain) ->
    [Domain | lists:usort([convert(fun idna:to_unicode/1, Domain), convert(fun idna:to_ascii/1, Domain)]) -- [Domain]].

-spec is_same(binary(), binary()) -> boolean().
is_same(Domain, Domain) -> true;
is_same(Domain, Other) -> lists:member(Domain, spellings(Other)).

%% What is no name of RFC 5891 has no other spelling: idna ends with a reason, and of an A-label that
%% holds nothing it knows no clause.
-spec convert(fun((string()) -> string()), binary()) -> binary().
convert(Convert, Domain) ->
    Characters = unicode:characters_to_list(Domain),
    try Convert(Characters) of
        Converted -> unicode:characters_to_binary(Converted)
    catch
        exit:_ -> Domain;
        error:function_clause -> Domain
    end.
