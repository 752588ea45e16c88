%%% Who may get a message: the address in 'to', and all who are named inside.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_named).

-export([contacts/1]).

-import(mod_receipts_address, [party/1, parties/1]).

-include("mod_receipts.hrl").

-define(NS_ADDRESSES, <<"http://jabber.org/protocol/address">>).

%% XEP-0033 section 4: a service sends it on to those that are named. Which of them, by what type,
%% each service decides in its own way: so all of them count.
-spec contacts(message()) -> [party(), ...].
contacts(#message{sub_els = Children} = Msg) ->
    {_, Contact} = parties(Msg),
    [Contact | [Named || Child <- Children, xmpp:get_ns(Child) == ?NS_ADDRESSES, Named <- named_in(xmpp:encode(Child))]].

-spec named_in(fxml:xmlel()) -> [party()].
named_in(Addresses) ->
    lists:flatmap(fun(Address) -> named(fxml:get_tag_attr_s(<<"jid">>, Address)) end,
                  fxml:get_subtags(Addresses, <<"address">>)).

%% Nobody can send to what is no address, so it is left out.
-spec named(binary()) -> [party()].
named(Text) ->
    try [party(jid:decode(Text))]
    catch error:{bad_jid, _} -> []
    end.
