%%% An upgrade loads anew what the list of parts names: every file of the module.
-module(mod_receipts_parts_tests).

-include("expect.hrl").

every_file_is_a_part_test_() ->
    [{"the list of parts names every file beside mod_receipts.erl",
      ?_assertEqual(files(), lists:sort(mod_receipts_parts:names()))}].

files() ->
    Folder = filename:dirname(code:which(mod_receipts)),
    Names = [filename:basename(Path, ".beam") || Path <- filelib:wildcard(filename:join(Folder, "mod_receipts_*.beam"))],
    [list_to_atom(Name) || Name <- lists:sort(Names), string:find(Name, "_tests") == nomatch].
