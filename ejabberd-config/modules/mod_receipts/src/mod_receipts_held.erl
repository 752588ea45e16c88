%%% What restricts what may be told, and was taken by a component that does not know it: it left that
%%% out. It waits in a file for a component that knows it, which gets it before all else.
%%%
%%% Copyright (C) 2026 xmpp-receipts contributors
%%% This file is MIT/X11 licensed.

-module(mod_receipts_held).

-export([new/2, recover/1, keep/3, count/1, take/2, forget/1, rewind/1]).

-import(mod_receipts_spool, [count_lines/1, count_items/1, cut_batch/1]).

-include("mod_receipts.hrl").

-spec new(file:filename(), pos_integer()) -> held().
new(Folder, SpoolLimit) ->
    #held{path = filename:join(Folder, "held"), limit = SpoolLimit div 8}.

%% Half a line at the end goes: the server died as it was written.
-spec recover(held()) -> held().
recover(#held{path = Path} = Held) ->
    Text = read(Held),
    case binary:matches(Text, <<"\n">>) of
        [] -> Held;
        Ends ->
            Size = element(1, lists:last(Ends)) + 1,
            Size == byte_size(Text) orelse replace(Path, binary:part(Text, 0, Size)),
            Held#held{size = Size, lines = length(Ends)}
    end.

-spec read(held()) -> binary().
read(#held{path = Path}) ->
    case file:read_file(Path) of
        {ok, Text} -> Text;
        {error, _} -> <<>>
    end.

-spec replace(file:filename(), iodata()) -> ok | {error, term()}.
replace(Path, Text) ->
    case file:write_file(Path ++ ".tmp", Text, [raw]) of
        ok -> file:rename(Path ++ ".tmp", Path);
        Error -> Error
    end.

%% The component took these lines and does not know all of them.
-spec keep(binary(), stamp(), held()) -> held().
keep(Text, Newest, Held) ->
    case mod_receipts_restricting:part_of(Text) of
        {_, 0} -> Held;
        {Part, Lines} -> add(Part, Lines, note_more(make_room(byte_size(Part), Newest, Held)))
    end.

-spec note_more(held()) -> held().
note_more(#held{given = none} = Held) -> Held;
note_more(#held{given = Given} = Held) -> Held#held{given = Given#given{is_all = false}}.

-spec add(binary(), item_count(), held()) -> held().
add(Part, Lines, #held{path = Path, size = Size, lines = Known, missed = Missed} = Held) ->
    case file:write_file(Path, Part, [raw, append]) of
        ok ->
            Held#held{size = Size + byte_size(Part), lines = Known + Lines};
        {error, Reason} ->
            Missed == 0 andalso ?ERROR_MSG("Cannot write facts to ~ts (~p): what hides is not known after an upgrade",
                                           [Path, Reason]),
            Held#held{missed = Missed + Lines}
    end.

%% The older half goes. What is given in its place tells of it.
-spec make_room(non_neg_integer(), stamp(), held()) -> held().
make_room(More, Newest, #held{size = Size, limit = Limit, path = Path} = Held) when Size + More > Limit ->
    Text = read(Held),
    {Older, Rest} = halves(Text),
    Kept = iolist_to_binary([gap_line(count_items(Older), Newest), Rest]),
    case replace(Path, Kept) of
        ok -> Held#held{size = byte_size(Kept), lines = count_lines(Kept)};
        {error, _} -> Held
    end;
make_room(_, _, Held) ->
    Held.

-spec halves(binary()) -> {binary(), binary()}.
halves(Text) ->
    Half = byte_size(Text) div 2,
    case binary:match(Text, <<"\n">>, [{scope, {Half, byte_size(Text) - Half}}]) of
        {End, 1} -> split_binary(Text, End + 1);
        nomatch -> {Text, <<>>}
    end.

-spec gap_line(item_count(), stamp()) -> iodata().
gap_line(0, _) -> [];
gap_line(Items, Stamp) -> [<<"gap\t">>, integer_to_binary(Stamp), $\t, integer_to_binary(Items), $\n].

%% Lines that are not on their way.
-spec count(held()) -> item_count().
count(#held{given = #given{lines = Lines}}) -> Lines;
count(#held{lines = Lines, missed = 0}) -> Lines;
count(#held{lines = Lines}) -> Lines + 1.

%% The next batch. It moves no position of the spool.
-spec take(stamp(), held()) -> {batch(), held()} | none.
take(Newest, #held{given = none, missed = Missed} = Held) ->
    case count(Held) of
        0 -> none;
        _ ->
            Text = iolist_to_binary([gap_line(Missed, Newest), read(Held)]),
            take(Newest, Held#held{given = #given{text = Text, lines = count_lines(Text)}})
    end;
take(_, #held{given = #given{text = Text, lines = Lines, in_flight = InFlight} = Given} = Held) ->
    case cut_batch(binary:part(Text, 0, min(?MAX_BATCH_BYTES, byte_size(Text)))) of
        none ->
            none;
        {Part, Items, Bytes} ->
            <<_:Bytes/binary, Rest/binary>> = Text,
            {#batch{text = Part, items = Items, ends = 0, is_held = true},
             Held#held{given = Given#given{text = Rest, lines = Lines - Items, in_flight = InFlight + 1}}}
    end.

%% A batch of ours was taken by a component that knows it.
-spec forget(held()) -> held().
forget(#held{given = #given{lines = 0, in_flight = 1, is_all = true}, path = Path} = Held) ->
    _ = file:delete(Path),
    Held#held{size = 0, lines = 0, missed = 0, given = none};
forget(#held{given = #given{lines = 0, in_flight = 1}} = Held) ->
    Held#held{given = none};
forget(#held{given = #given{in_flight = InFlight} = Given} = Held) ->
    Held#held{given = Given#given{in_flight = InFlight - 1}}.

%% The stream has ended: what was on its way is given again.
-spec rewind(held()) -> held().
rewind(Held) ->
    Held#held{given = none}.
