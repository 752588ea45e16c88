%%% Runs what a test asks for inside the server, and tells the server where other domains are.
-module(receipts_test_control).
-export([start/1, register/2, delete/1, subscribe/3, reload/2, load/2, unload/2, closed_ports/1, learn_peers/1]).

-include("xmpp.hrl").

%% From the command line, before ejabberd itself: a port of the loopback interface.
-spec start([atom()]) -> ok.
start([Text]) ->
    Port = list_to_integer(atom_to_list(Text)),
    spawn(fun() -> answer_dns() end),
    spawn(fun() ->
                  Options = [binary, {packet, line}, {buffer, 16#100000}, {active, false}, {ip, {127, 0, 0, 1}}, {reuseaddr, true}],
                  {ok, Listener} = gen_tcp:listen(Port, Options),
                  accept(Listener)
          end),
    ok.

-spec accept(gen_tcp:socket()) -> no_return().
accept(Listener) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    serve(Socket, <<>>).

%% Without its test the server ends.
-spec serve(gen_tcp:socket(), binary()) -> no_return().
serve(Socket, Before) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, Part} ->
            Line = <<Before/binary, Part/binary>>,
            case binary:last(Line) of
                $\n -> ok = gen_tcp:send(Socket, [to_json(reply(from_json(Line))), $\n]), serve(Socket, <<>>);
                _ -> serve(Socket, Line)
            end;
        {error, _} ->
            timer:sleep(15000),
            halt(0)
    end.

%% COMPAT from Erlang/OTP 27 on ejabberd brings no library for JSON
-if(?OTP_RELEASE >= 27).
-spec from_json(binary()) -> map().
from_json(Line) -> json:decode(Line).

-spec to_json(map()) -> iodata().
to_json(Reply) -> json:encode(Reply).
-else.
-spec from_json(binary()) -> map().
from_json(Line) -> jiffy:decode(Line, [return_maps]).

-spec to_json(map()) -> iodata().
to_json(Reply) -> jiffy:encode(Reply).
-endif.

-spec reply(map()) -> map().
reply(#{<<"id">> := Id, <<"code">> := Code, <<"args">> := Args}) ->
    try run(binary_to_list(Code), Args) of
        Value -> #{id => Id, ok => true, value => as_json(Value)}
    catch Class:Reason:Stack ->
            #{id => Id, ok => false, error => iolist_to_binary(io_lib:format("~0p", [{Class, Reason, Stack}]))}
    end.

-spec run(string(), [term()]) -> term().
run(Code, Args) ->
    {ok, Tokens, _} = erl_scan:string(Code ++ "."),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    {value, Value, _} = erl_eval:exprs(Expressions, [{'Args', Args}]),
    Value.

-spec as_json(term()) -> term().
as_json(Value) when is_binary(Value); is_number(Value); is_atom(Value) -> Value;
as_json(Value) -> iolist_to_binary(io_lib:format("~0p", [Value])).

-spec register(binary(), binary()) -> ok.
register(Jid, Password) ->
    #jid{luser = User, lserver = Server} = jid:decode(Jid),
    case ejabberd_auth:try_register(User, Server, Password) of
        ok -> ok;
        {error, exists} -> ok = ejabberd_auth:set_password(User, Server, Password)
    end,
    mnesia:sync_log(). % also for a server that is killed at once

-spec delete(binary()) -> ok.
delete(Jid) ->
    #jid{luser = User, lserver = Server} = jid:decode(Jid),
    ejabberd_auth:remove_user(User, Server).

%% Another server's user is left out.
-spec subscribe(binary(), binary(), binary()) -> ok.
subscribe(Jid, Contact, Subscription) ->
    Owner = jid:decode(Jid),
    case lists:member(Owner#jid.lserver, ejabberd_option:hosts()) of
        true ->
            Item = #roster_item{jid = jid:decode(Contact), subscription = binary_to_existing_atom(Subscription, utf8)},
            ok = mod_roster:set_item_and_notify_clients(Owner, Item, true),
            mnesia:sync_log();
        false ->
            ok
    end.

-spec reload(binary(), atom()) -> ok.
reload(Host, Module) ->
    code:purge(Module),
    {module, _} = code:load_file(Module),
    Opts = gen_mod:get_module_opts(Host, Module),
    Module:reload(Host, Opts, Opts),
    _ = sys:get_state(gen_mod:get_module_proc(Host, Module)), % until it has done so
    ok.

-spec load(binary(), atom()) -> ok.
load(Host, Module) ->
    {ok, _} = gen_mod:start_module(Host, Module),
    ok.

-spec unload(binary(), atom()) -> ok.
unload(Host, Module) ->
    ok = gen_mod:stop_module(Host, Module).

-spec closed_ports([inet:port_number()]) -> binary().
closed_ports(Ports) ->
    Closed = [integer_to_binary(Port) || Port <- Ports, not is_open(Port)],
    iolist_to_binary(lists:join(<<", ">>, Closed)).

-spec is_open(inet:port_number()) -> boolean().
is_open(Port) ->
    case gen_tcp:connect({127, 0, 0, 1}, Port, []) of
        {ok, Socket} -> gen_tcp:close(Socket), true;
        {error, _} -> false
    end.

%%% The domains of other servers: a DNS server of our own, which knows no others.

-spec learn_peers(#{binary() => inet:port_number()}) -> ok.
learn_peers(Peers) ->
    Known = persistent_term:get(?MODULE, #{}),
    persistent_term:put(?MODULE, maps:merge(Known, Peers)).

-spec answer_dns() -> no_return().
answer_dns() ->
    {ok, Socket} = gen_udp:open(0, [binary, {active, false}, {ip, {127, 0, 0, 1}}]),
    {ok, Port} = inet:port(Socket),
    inet_db:set_resolv_conf(""),
    inet_db:set_hosts_file(""),
    inet_db:set_lookup([file, dns]),
    inet_db:set_timeout(500),
    inet_db:set_retry(1),
    [inet_db:del_ns(Address) || {Address, _} <- inet_db:res_option(nameservers)],
    inet_db:add_ns({127, 0, 0, 1}, Port),
    answer_questions(Socket).

-spec answer_questions(gen_udp:socket()) -> no_return().
answer_questions(Socket) ->
    {ok, {Address, Port, Packet}} = gen_udp:recv(Socket, 0),
    {ok, Question} = inet_dns:decode(Packet),
    ok = gen_udp:send(Socket, Address, Port, inet_dns:encode(answer(Question))),
    answer_questions(Socket).

-spec answer(term()) -> term().
answer(Message) ->
    [Question] = inet_dns:msg(Message, qdlist),
    Found = records(inet_dns:dns_query(Question, type), inet_dns:dns_query(Question, domain)),
    Code = case Found of [] -> 3; _ -> 0 end,
    Header = inet_dns:make_header([{id, inet_dns:header(inet_dns:msg(Message, header), id)}, {qr, true},
                                   {opcode, query}, {rd, true}, {ra, true}, {rcode, Code}]),
    inet_dns:make_msg([{header, Header}, {qdlist, [Question]}, {anlist, Found}]).

%% Newer servers ask the operating system for the target's address, which might know no localhost.
-spec records(atom(), string()) -> [term()].
records(srv, "_xmpp-server._tcp." ++ Domain = Name) ->
    case persistent_term:get(?MODULE, #{}) of
        #{} = Peers ->
            [inet_dns:make_rr([{domain, Name}, {type, srv}, {class, in}, {ttl, 0}, {data, {0, 0, Port, "127.0.0.1"}}])
             || {Peer, Port} <- maps:to_list(Peers), Peer == list_to_binary(Domain)]
    end;
records(_, _) ->
    [].
