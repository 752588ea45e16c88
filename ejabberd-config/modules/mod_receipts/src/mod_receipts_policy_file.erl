%%% Policies on disk: the component's lines as they came, changes behind the whole.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.
%%%
%%% A line of settings ends each order: a file without one at its end holds half an order, and no
%%% version. A change is on disk before it is confirmed; what the disk does not take is in force all
%%% the same, but has no version either. Without a version the component sends the whole again.

-module(mod_receipts_policy_file).

-export([load/1, held_version/1, append/2, begin_set/2, write/2, end_set/2, abandon/1]).

-import(mod_receipts_policies, [in_force/1, out_of_force/1, put_settings/2]).
-import(mod_receipts_address, [encode/1, decode/1]).

-include("mod_receipts.hrl").

-define(MAX_APPENDED_BYTES, 1048576). % of changes, beside twice the whole

%% To be sent again as a whole, once the changes outweigh it.
-spec held_version(policies()) -> binary().
held_version(#policies{settings = #settings{version = Version}, file_size = Size, whole_size = Whole}) ->
    case Version == none orelse Size - Whole > ?MAX_APPENDED_BYTES + 2 * Whole of
        true -> <<>>;
        false -> Version
    end.

%% ---- A change

-spec append(iodata(), policies()) -> {ok | error, policies()}.
append(Lines, #policies{settings = Settings, path = Path, is_torn = IsTorn, file_size = Size} = Policies) ->
    Text = iolist_to_binary([[$\n || IsTorn], Lines, settings_line(Settings)]),
    Result = file:write_file(Path, Text, [append, raw]),
    Noted = note_disk(Result, Policies#policies{is_torn = Result =/= ok}),
    case Result of
        ok -> {ok, Noted#policies{file_size = Size + byte_size(Text)}};
        _ -> {error, forget_version(Noted)}
    end.

-spec forget_version(policies()) -> policies().
forget_version(#policies{settings = Settings} = Policies) ->
    put_settings(Settings#settings{version = none}, Policies).

-spec note_disk(ok | {error, term()}, policies()) -> policies().
note_disk(ok, #policies{is_disk_failing = IsFailing, path = Path} = Policies) ->
    IsFailing andalso ?INFO_MSG("Policies are written to ~ts again", [Path]),
    Policies#policies{is_disk_failing = false};
note_disk({error, Reason}, #policies{is_disk_failing = IsFailing, path = Path} = Policies) ->
    IsFailing orelse ?ERROR_MSG("Cannot write ~ts (~p): enforcing the policies from memory", [Path, Reason]),
    Policies#policies{is_disk_failing = true}.

%% It begins with what no line of an account begins with.
-spec settings_line(settings()) -> iodata().
settings_line(#settings{version = Version, default = Default, locked = IsLocked, disclosure = Disclosure}) ->
    Told = case Version of none -> <<>>; _ -> encode(Version) end,
    Locked = case IsLocked of true -> <<"yes">>; false -> <<"no">> end,
    [lists:join($\t, [<<"=">>, Told, atom_to_binary(Default, utf8), Locked, Disclosure]), $\n].

%% ---- A whole set, in parts

-spec begin_set(binary(), policies()) -> policies().
begin_set(Version, Policies) ->
    #policies{path = Path} = Empty = abandon(Policies),
    ets:delete_all_objects(out_of_force(Empty)),
    case file:open(Path ++ ".tmp", [write, raw, binary]) of
        {ok, File} -> Empty#policies{incoming = #incoming{version = Version, file = File}};
        {error, Reason} -> Empty#policies{incoming = #incoming{version = Version, problem = Reason}}
    end.

-spec abandon(policies()) -> policies().
abandon(#policies{incoming = none} = Policies) ->
    Policies;
abandon(#policies{incoming = #incoming{file = File}, path = Path} = Policies) ->
    _ = File == undefined orelse file:close(File),
    _ = file:delete(Path ++ ".tmp"),
    ets:delete_all_objects(out_of_force(Policies)),
    Policies#policies{incoming = none}.

-spec write(iodata(), policies()) -> policies().
write(_, #policies{incoming = #incoming{file = undefined}} = Policies) ->
    Policies;
write(Text, #policies{incoming = #incoming{file = File, size = Size} = Incoming} = Policies) ->
    case file:write(File, Text) of
        ok -> Policies#policies{incoming = Incoming#incoming{size = Size + iolist_size(Text)}};
        {error, Reason} -> Policies#policies{incoming = Incoming#incoming{problem = Reason}}
    end.

%% What cannot be written is in force all the same, from the last part on.
-spec end_set(settings(), policies()) -> {ok | error, policies()}.
end_set(Settings, Policies) ->
    ets:insert(out_of_force(Policies), {settings, mod_receipts_policies:effective(Settings, Policies)}),
    mod_receipts_policies:swap(Policies),
    #policies{incoming = #incoming{size = Size} = Incoming, path = Path} = Written =
        write(settings_line(Settings), Policies#policies{settings = Settings}),
    Result = keep(Incoming, Path),
    Noted = note_disk(Result, abandon(Written)),
    case Result of
        ok -> {ok, Noted#policies{file_size = Size, whole_size = Size, is_torn = false}};
        _ -> {error, forget_version(Noted)}
    end.

-spec keep(#incoming{}, file:filename()) -> ok | {error, term()}.
keep(#incoming{problem = none, file = File}, Path) ->
    _ = file:close(File),
    file:rename(Path ++ ".tmp", Path);
keep(#incoming{problem = Problem}, _) ->
    {error, Problem}.

%% ---- What the last run left

%% What can be read stays in force; its version is told only if all could be read.
-spec load(policies()) -> policies().
load(#policies{path = Path, host = Host} = Policies) ->
    _ = file:delete(Path ++ ".tmp"),
    case file:read_file(Path) of
        {ok, Text} ->
            read_saved(Text, Policies);
        {error, enoent} ->
            Policies;
        {error, Reason} ->
            mod_receipts_hook:complain(Host, {cannot_read_policies, Reason}),
            Policies
    end.

-record(reading, {policies :: policies(), is_well = true :: boolean(), is_settled = true :: boolean(),
                  at = 0 :: non_neg_integer()}).

-spec read_saved(binary(), policies()) -> policies().
read_saved(Text, Policies) ->
    Lines = binary:split(Text, <<"\n">>, [global]),
    IsTorn = lists:last(Lines) =/= <<>>,
    #reading{policies = Read, is_well = IsWell, is_settled = IsSettled} =
        lists:foldl(fun read_saved_line/2, #reading{policies = Policies}, lists:droplast(Lines)),
    Sized = Read#policies{file_size = byte_size(Text), is_torn = IsTorn},
    case IsWell andalso IsSettled andalso not IsTorn of
        true ->
            Sized;
        false ->
            ?WARNING_MSG("Some of ~ts cannot be read: enforcing the rest until the component sends the policies again",
                         [Policies#policies.path]),
            forget_version(forget_half_order(IsSettled andalso not IsTorn, Sized))
    end.

%% Of half an order nobody knows which version it belongs to.
-spec forget_half_order(boolean(), policies()) -> policies().
forget_half_order(true, Policies) ->
    Policies;
forget_half_order(false, #policies{settings = Settings} = Policies) ->
    put_settings(Settings#settings{known = none}, Policies).

-spec read_saved_line(binary(), #reading{}) -> #reading{}.
read_saved_line(Line, #reading{at = At} = Reading) ->
    read_saved_line_to(At + byte_size(Line) + 1, Line, Reading).

-spec read_saved_line_to(pos_integer(), binary(), #reading{}) -> #reading{}.
read_saved_line_to(End, <<>>, Reading) ->
    Reading#reading{at = End};
read_saved_line_to(End, <<"=\t", _/binary>> = Line, #reading{policies = Policies} = Reading) ->
    Whole = case Policies#policies.whole_size of 0 -> End; Known -> Known end,
    Sized = Policies#policies{whole_size = Whole},
    case read_settings_line(Line) of
        none -> Reading#reading{policies = Sized, is_well = false, is_settled = true, at = End};
        Settings -> Reading#reading{policies = put_settings(Settings, Sized), is_settled = true, at = End}
    end;
read_saved_line_to(End, Line, #reading{policies = #policies{host = Host} = Policies, is_well = IsWell} = Reading) ->
    IsRead = mod_receipts_policies:read_line(in_force(Policies), Line, Host),
    Reading#reading{is_well = IsWell andalso IsRead, is_settled = false, at = End}.

-spec read_settings_line(binary()) -> settings() | none.
read_settings_line(Line) ->
    case binary:split(Line, <<"\t">>, [global]) of
        [<<"=">>, Version, Default, Locked, Disclosure] ->
            mod_receipts_policies:make_settings(decode(Version), Default, Locked, Disclosure);
        _ ->
            none
    end.
