%%% What tests say of values. COMPAT Debian has eunit.hrl in the package erlang-dev only, which needs much else.

-compile({parse_transform, eunit_autoexport}).

-define(assertMatch(Pattern, Value),
        ((fun() ->
                  case (Value) of
                      Pattern -> ok;
                      Found__ -> erlang:error({expected, ??Pattern, found, Found__})
                  end
          end)())).
-define(assertEqual(Expected, Value),
        ((fun(Expected__) ->
                  case (Value) of
                      Expected__ -> ok;
                      Found__ -> erlang:error({expected, Expected__, found, Found__})
                  end
          end)(Expected))).
-define(assert(Value), ?assertEqual(true, Value)).
-define(assertNot(Value), ?assertEqual(false, Value)).

-define(_assertEqual(Expected, Value), fun() -> ?assertEqual(Expected, Value) end).
-define(_assert(Value), fun() -> ?assert(Value) end).
-define(_assertNot(Value), fun() -> ?assertNot(Value) end).
