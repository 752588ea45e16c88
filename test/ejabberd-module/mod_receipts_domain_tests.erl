%%% The spellings of a domain.
-module(mod_receipts_domain_tests).

-include("expect.hrl").

-import(mod_receipts_domain, [spellings/1, is_same/2]).

-define(U_LABEL, <<"receipts.bücher.test"/utf8>>).
-define(A_LABEL, <<"receipts.xn--bcher-kva.test">>).

spellings_test_() ->
    [{"in U-labels a domain has a spelling in A-labels too", ?_assertEqual([?U_LABEL, ?A_LABEL], spellings(?U_LABEL))},
     {"in A-labels a domain has a spelling in U-labels too", ?_assertEqual([?A_LABEL, ?U_LABEL], spellings(?A_LABEL))}
     | [{"what has no other spelling is itself only: " ++ binary_to_list(Text), ?_assertEqual([Text], spellings(Text))}
        || Text <- [<<"receipts.test">>, <<"here_x.test">>, <<"127.0.0.1">>, <<"xn--zzzzzzz9999999.test">>, <<"xn--zzzzzz9.test">>,
                    <<"xn--.test">>, <<"-a.test">>, <<"a b.test">>, <<>>]]].

sameness_test_() ->
    [{"both spellings are one domain", ?_assert(is_same(?U_LABEL, ?A_LABEL) andalso is_same(?A_LABEL, ?U_LABEL))},
     {"another domain is another one", ?_assertNot(is_same(?U_LABEL, <<"receipts.bucher.test">>))}].
