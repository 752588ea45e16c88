%%% The component: it connects, and what it orders reaches the process of the host.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_component).

-export([component_send_packet/1, component_connected/1, process_iq/1, decode_iq_subel/1, answer/2, text_of/1]).

-import(mod_receipts_hook, [watch/1, watches/0, guarded/3]).
-import(mod_receipts_domain, [is_same/2]).

-include("mod_receipts.hrl").

%% Only what comes in on a component's stream gets this mark; nothing on the wire can make it. The
%% handler below is open to every user and server, and ejabberd lets all components of one listener
%% use each other's addresses, and share their routes. So it names the domain that has authenticated.
-spec component_send_packet({stanza() | drop, map()}) -> {stanza() | drop, map()}.
component_send_packet({#iq{} = IQ, #{remote_server := Domain} = State}) ->
    {xmpp:put_meta(IQ, receipts, {component, Domain}), State};
component_send_packet(Acc) ->
    Acc.

%% Runs in the process of the stream, so self() is the stream.
-spec component_connected(binary()) -> ok.
component_connected(Component) ->
    [gen_server:cast(Process, {connected, self()})
     || #watch{component = Domain, process = Process} <- watches(), is_same(Domain, Component)],
    ok.

-spec decode_iq_subel(fxml:xmlel()) -> fxml:xmlel().
decode_iq_subel(Child) ->
    Child.

-spec process_iq(iq()) -> iq() | ignore.
process_iq(#iq{to = #jid{lserver = Host}} = IQ) ->
    case watch(Host) of
        none ->
            refuse_iq(IQ, xmpp:err_service_unavailable());
        #watch{process = Process} = Watch ->
            case {is_from_component(IQ, Watch), whereis(Process)} of
                {true, undefined} -> refuse_iq(IQ, xmpp:err_service_unavailable());
                {true, _} -> gen_server:cast(Process, {order, IQ}), ignore;
                {false, _} -> mod_receipts_counts:add('orders-refused', Host), refuse_iq(IQ, xmpp:err_forbidden())
            end
    end.

-spec is_from_component(iq(), watch()) -> boolean().
is_from_component(#iq{from = #jid{luser = <<>>, lserver = Name, lresource = <<>>},
                      meta = #{receipts := {component, Name}}}, #watch{component = Component}) ->
    is_same(Name, Component);
is_from_component(_, _) ->
    false.

-spec refuse_iq(iq(), stanza_error()) -> iq().
refuse_iq(IQ, Error) ->
    xmpp:make_error(IQ#iq{sub_els = []}, Error).

%% What was ordered is done, whether it can be answered or not.
-spec answer(iq(), fxml:xmlel() | stanza_error()) -> ok.
answer(#iq{to = #jid{lserver = Host}} = IQ, Answer) ->
    guarded(Host, fun() -> ejabberd_router:route(make_answer(IQ, Answer)) end, ok).

-spec make_answer(iq(), fxml:xmlel() | stanza_error()) -> iq().
make_answer(IQ, #stanza_error{} = Error) ->
    refuse_iq(IQ, Error);
make_answer(IQ, Child) ->
    xmpp:make_iq_result(IQ, Child).

%% The text of an order, if that is all it holds.
-spec text_of(fxml:xmlel()) -> binary() | none.
text_of(#xmlel{children = Children} = Order) ->
    case [Child || #xmlel{} = Child <- Children] of
        [] -> fxml:get_tag_cdata(Order);
        _ -> none
    end.
