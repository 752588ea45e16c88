%%% What a node says of itself to the others. It is a map: a newer version may say more.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_cluster_report).

-export([make/2, held/1, settings/1, to_term/1]).

-export_type([saying/0, holding/0]).

-include("mod_receipts.hrl").

-type settings_term() :: {none | binary(), none | binary(), policy(), boolean(), binary()}.
-type holding() :: #{settings := settings_term(), ordered := stamp(), instead := none | binary(), is_empty := boolean(),
                  digest := none | integer()}.
-type saying() :: #{held := holding(), is_sure := boolean(), clock := stamp(), keys := [binary()],
                    attrs := [{binary(), binary()}], feed := none | tuple(), tag := none | reference(), _ => _}.

%% What has happened so far is in the spool then.
-spec make(none | reference(), state()) -> {saying(), state()}.
make(Tag, State) ->
    {Attrs, State1} = mod_receipts_hello:of_node(mod_receipts_process:flush(State)),
    #state{policies = #policies{is_sure = IsSure} = Policies, watch = Watch, tick = #tick{ahead = Ahead}} = State1,
    {#{held => held(Policies), is_sure => IsSure, clock => os:system_time(microsecond) + Ahead,
       keys => [Watch#watch.key | Watch#watch.other_keys], attrs => Attrs, feed => feed(State1), tag => Tag}, State1}.

%% The node with the stream passes on what the component has told it.
-spec feed(state()) -> none | {pid(), binary(), boolean(), boolean()}.
feed(#state{feed = #feed{is_greeted = true} = Feed} = State) ->
    case mod_receipts_cluster:has_stream(State) of
        true -> {Feed#feed.stream, Feed#feed.secret, Feed#feed.knows_all, Feed#feed.knows_nodes};
        false -> none
    end;
feed(_) ->
    none.

%% Which policies are held: enough to say which of two nodes has the newer ones.
-spec held(policies()) -> holding().
held(#policies{settings = Settings, ordered = Ordered, instead = Instead} = Policies) ->
    Table = mod_receipts_policies:in_force(Policies),
    #{settings => to_term(Settings), ordered => Ordered, instead => Instead, is_empty => ets:info(Table, size) == 1,
      digest => digest(Settings, Table)}.

%% Only policies without a version are known by what they are.
-spec digest(settings(), ets:tid()) -> none | integer().
digest(#settings{known = none}, Table) ->
    erlang:phash2(lists:sort(mod_receipts_cluster_policies:accounts(Table)), 1 bsl 32);
digest(_, _) ->
    none.

-spec to_term(settings()) -> settings_term().
to_term(#settings{version = Version, known = Known, default = Default, locked = IsLocked, disclosure = Disclosure}) ->
    {Version, Known, Default, IsLocked, Disclosure}.

-spec settings(settings_term()) -> settings().
settings({Version, Known, Default, IsLocked, Disclosure}) ->
    #settings{version = Version, known = Known, default = Default, locked = IsLocked, disclosure = Disclosure}.
