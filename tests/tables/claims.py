"""Tables of the life of a claim, its objections and its clocks. Name -> (what was played before, the table)."""

from tests.tables.beginnings import CLAIMED, COVERED, DECIDED, EVERYBODY, FUNDED, SECOND

CLAIMS = {
    "claim": (
        COVERED,
        """
        county+insurer  claim  member=wang cover=@terms                                               cover_unknown
        county+insurer  claim  member=wang cover=@cover admitted=2018-12-31                           terms_missing
        insurer         claim  member=wang cover=@cover                                               wrong_signers
        county          claim  member=wang cover=@cover                                               wrong_signers
        county+insurer  claim  member=wang cover=@cover complete=false                                wrong_signers
        county+insurer  claim  member=sun cover=@cover                                                member_unknown
        county/chen+insurer  claim  member=wang cover=@cover                                          not_own_village
        county+insurer  claim  member=wang cover=@cover admitted=2019-02-28                           outside_cover
        county+insurer  claim  member=wang cover=@cover admitted=2020-03-01                           outside_cover
        county+insurer  claim  member=wang cover=@cover benefits=cure                                 benefit_unknown
        county+insurer  claim  member=wang cover=@cover benefits=premium                              benefit_unknown
        county+insurer  claim  member=wang cover=@cover benefits=illness,illness                      benefit_unknown
        county+insurer  claim  member=wang cover=@cover benefits=                                     format
        county+insurer  claim  member=wang cover=@cover facts=residual:5                              fact_reserved
        county+insurer  claim  member=wang cover=@cover facts=basic_paid:5                            fact_reserved
        county+insurer  claim  member=wang cover=@cover facts=Grade:5                                 format
        county+insurer  claim  member=wang cover=@cover residual=999                                  arithmetic_wrong
        county+insurer  claim  member=wang cover=@cover prior=basic:200,basic:200 residual=600        arithmetic_wrong
        county+insurer  claim  member=wang cover=@cover prior=basic:1001 residual=0                   arithmetic_wrong
        county+insurer  claim  member=wang cover=@cover invoices=                                     invoice_missing
        county+insurer  claim  member=wang cover=@cover bill=0 residual=0                             invoice_missing
        county+insurer  claim  member=wang cover=@cover invoices=a,a                                  invoice_used
        county+insurer  claim  member=wang cover=@cover at=2019-03-03                                 at_in_future
        county+insurer  claim  member=wang cover=@cover prior=basic:400 residual=600 invoices=a       ok
        county+insurer  claim  member=li cover=@cover invoices=b,a                                    invoice_used
        platform        claim  member=li cover=@cover invoices=b complete=false                       ok
        county/gao+insurer/wu  claim  member=zhao cover=@cover bill=0 residual=0 invoices=            ok
        county+insurer  claim  member=li cover=@cover colour=red                                      format
        """,
    ),
    "an officer claims for a village": (
        f"""
        {FUNDED}
        here:   county              enrolment lines=wang,li place=shuangmiao  ok
        there:  county              enrolment lines=zhao place=hekou          ok
        cover:  foundation+insurer  cover     persons=3 terms=@terms          ok
        """,
        """
        county/chen         claim  member=zhao cover=@cover complete=false               not_own_village
        county/chen         claim  member=wang cover=@cover complete=false invoices=a    ok
        county+county/chen  claim  member=zhao cover=@cover complete=false invoices=b    not_own_village
        county/gao          claim  member=zhao cover=@cover complete=false invoices=b    ok
        """,
    ),
    "invoices of two programmes": (
        f"""
        {CLAIMED}
        two:     insurer            terms     programme=two accounts=$own-insurer flows=$none splits=$none -claims_share -refund_from  ok
                 foundation+county  agreement programme=two                                         ok
                 county             enrolment programme=two lines=qian                              ok
        cover2:  foundation+insurer cover     programme=two persons=1 terms=@two                    ok
        """,  # noqa: E501
        """
        county+insurer  claim  programme=two member=qian cover=@cover invoices=q1     cover_unknown
        county+insurer  claim  programme=two member=qian cover=@cover2 invoices=w1    invoice_used
        insurer terms programme=two version=2 first_day=2019-02-01 accounts=$own-insurer flows=$none splits=$none -claims_share -refund_from unique=$by-programme version_wrong
        three:   insurer            terms     programme=three accounts=$own-insurer flows=$none splits=$none -claims_share -refund_from unique=$by-programme ok
                 foundation+county  agreement programme=three                                       ok
                 county             enrolment programme=three lines=zhou                            ok
        cover3:  foundation+insurer cover     programme=three persons=1 terms=@three                ok
        county+insurer  claim  programme=three member=zhou cover=@cover3 invoices=w1,t1  ok
        county+insurer  claim  programme=three member=zhou cover=@cover3 invoices=w1     invoice_used
        county+insurer  claim  programme=two member=qian cover=@cover2 invoices=t1       invoice_used   # the log knows it
        """,  # noqa: E501
    ),
    "life of a claim": (
        CLAIMED,
        """
        insurer         request   claim=@cover                                  claim_unknown
        insurer         request   claim=@wang programme=two                     claim_unknown
        county          request   claim=@wang                                   wrong_signers
        county+insurer  complete  claim=@wang                                   state_wrong
        insurer         request   claim=@wang                                   ok
        insurer         request   claim=@wang                                   state_wrong
        insurer         decision  claim=@wang amount=800                        state_wrong
        insurer         complete  claim=@wang                                   wrong_signers
        county+insurer  complete  claim=@wang                                   ok
        insurer         request   claim=@wang                                   request_made
        insurer         decision  claim=@wang amount=800 terms=@charter         terms_wrong
        insurer         decision  claim=@wang amount=800 facts=residual:5       fact_reserved
        insurer         decision  claim=@wang amount=800 facts=ward:3           result_wrong
        insurer         decision  claim=@wang amount=800 result=part            result_wrong
        insurer         decision  claim=@wang amount=800 reason=fraud           result_wrong
        insurer         decision  claim=@wang amount=0 result=refuse reason=fraud benefits=$nothing   result_wrong
        insurer         decision  claim=@wang amount=0 result=refuse reason=bad_mood   reason_unknown
        insurer         decision  claim=@wang amount=1 result=refuse reason=fraud      amount_wrong
        insurer         decision  claim=@wang amount=800 benefits=$none         steps_wrong
        insurer         decision  claim=@wang amount=800 benefits=$nothing      steps_wrong
        insurer         decision  claim=@wang amount=801                        amount_wrong
        insurer         decision  claim=@wang amount=801 result=interim         amount_wrong
        insurer         decision  claim=@wang amount=0 result=interim           amount_wrong
        insurer         decision  claim=@wang amount=0 result=refuse            amount_wrong
        r: insurer      decision  claim=@wang amount=0 result=refuse reason=fraud   ok
        insurer         decision  claim=@wang amount=800                        state_wrong
        insurer         payout    decision=@r amount=1                          decision_unknown
        county          objection claim=@li about=@li                           ok
        insurer         withdraw  claim=@li                                     wrong_signers
        county          withdraw  claim=@li                                     ok
        county          withdraw  claim=@li                                     state_wrong
        county          objection claim=@li about=@li                           state_wrong
        w2: county+insurer claim  member=wang cover=@cover bill=1100 residual=1100 invoices=w2   ok
        insurer         decision  claim=@w2 amount=880                          ok
        w3: county+insurer claim  member=wang cover=@cover invoices=w3          ok
        insurer         decision  claim=@w3 amount=800                          amount_wrong
        insurer         decision  claim=@w3 amount=120                          ok             # up to the cap
        w4: county+insurer claim  member=wang cover=@cover invoices=w4          ok
        insurer         decision  claim=@w4 amount=1                            amount_wrong
        insurer         decision  claim=@w4 amount=0 result=refuse              ok             # cap_reached
        """,
    ),
    "objection and review": (
        DECIDED,
        """
        insurer     objection claim=@wang about=@wang                           wrong_signers
        county      objection claim=@wang about=@terms                          about_unknown
        county      objection claim=@wang about=@dli                            about_unknown
        insurer     answer    claim=@wang objection=@wang                       objection_unknown
        o: county   objection claim=@wang about=@dwang                          ok
        auditor     objection claim=@wang about=@wang                           objection_open
        county      answer    claim=@wang objection=@o                          wrong_signers
        insurer     answer    claim=@wang objection=@dwang                      objection_unknown
        insurer     answer    claim=@li objection=@o                            objection_unknown
        insurer     answer    claim=@wang objection=@o                          ok
        insurer     answer    claim=@wang objection=@o                          objection_unknown
        o2: auditor objection claim=@wang about=@wang                           ok
        insurer     decision  claim=@wang amount=800                            state_wrong
        insurer     decision  claim=@wang amount=800 reviews=@dli               reviews_wrong
        insurer     decision  claim=@wang amount=800 reviews=@wang              reviews_wrong
        r: insurer  decision  claim=@wang amount=0 result=refuse reason=fraud reviews=@dwang   ok
        insurer     answer    claim=@wang objection=@o2                         objection_unknown    # closed by it
        insurer     payout    decision=@dwang amount=800                        decision_superseded
        insurer     decision  claim=@wang amount=800 reviews=@dwang             reviews_wrong
        s: insurer  decision  claim=@wang amount=800 reviews=@r                 ok
        p: insurer  payout    decision=@s amount=800                            ok
        insurer     confirm   payout=@p                                         ok
        insurer     decision  claim=@wang amount=500 result=interim reviews=@s  result_wrong
        z: county+insurer  claim  member=zhao cover=@cover invoices=z           ok
        oz: county  objection claim=@z about=@z                                 ok
        insurer     decision  claim=@z amount=800                               ok      # reviews nothing
        insurer     answer    claim=@z objection=@oz                            ok
        """,
    ),
    "fewer states by the terms": (
        f"""
        {SECOND} life=$short-life ok
        {CLAIMED}
        """,
        """
        county      withdraw  claim=@wang                                       state_wrong
        insurer     request   claim=@wang                                       state_wrong
        county      objection claim=@wang about=@wang                           state_wrong
        d: insurer  decision  claim=@wang amount=800                            ok
        insurer     decision  claim=@wang amount=800 reviews=@d                 state_wrong
        county      objection claim=@wang about=@d                              ok
        insurer     payout    decision=@d amount=800                            ok
        """,
    ),
    "other signers by the terms": (
        f"""
        {SECOND} signed_by=$signed-by ok
        {COVERED}
        """,
        """
        county               claim    member=wang cover=@cover complete=false   wrong_signers
        platform+insurer     claim    member=wang cover=@cover complete=false   wrong_signers
        c: platform          claim    member=wang cover=@cover complete=false   ok
        platform             claim    member=li cover=@cover invoices=l         wrong_signers
        platform+insurer     claim    member=li cover=@cover invoices=l         ok
        insurer              request  claim=@c                                  wrong_signers
        county+insurer       request  claim=@c                                  ok
        county+insurer       complete claim=@c                                  ok
        d: insurer           decision claim=@c amount=800                       ok
        p: insurer           payout   decision=@d amount=800                    ok
        insurer              confirm  payout=@p                                 wrong_signers
        auditor              confirm  payout=@p                                 ok
        """,
    ),
    "time for a claim": (
        COVERED,
        """
        a: county          claim     member=wang cover=@cover invoices=a complete=false         ok
        b: county+insurer  claim     member=li cover=@cover invoices=b                          ok
        c: county+insurer  claim     member=zhao cover=@cover invoices=c                        ok
        insurer            request   claim=@a day=2019-03-04                                    deadline_passed
        county+insurer     complete  claim=@a at=2019-03-02                                     ok
        insurer            request   claim=@b day=2019-03-09                                    deadline_passed
        insurer            request   claim=@a                                                   ok
        county+insurer     complete  claim=@a                                                   ok
        auditor            balance   day=2019-03-16                                             ok
        d: insurer         decision  claim=@a amount=800                                        ok
        insurer            payout    decision=@d amount=800                                     ok
        auditor            figure    metric=dlz/insurer/2019/duties_due value=5                 ok
        auditor            figure    metric=dlz/insurer/2019/duties_in_time value=2             ok
        auditor            balance   day=2019-04-30                                             ok
        auditor            figure    metric=dlz/insurer/2019/duties_due value=7                 ok
        """,
    ),
    "working days": (
        f"""
        {SECOND} deadlines=$working-days calendar=cn ok
        {CLAIMED}
        """,
        """
        county+foundation+insurer                     calendar year=2019                         wrong_signers
        auditor+county+foundation+insurer+platform    calendar year=2019 days_off=$sunday        format
        dw: insurer        decision  claim=@wang amount=800 day=2019-03-29                       ok
        auditor            balance   day=2019-04-01                                              ok
        auditor            figure    metric=dlz/insurer/2019/duties_due value=1                  figure_not_supported
        auditor            figure    metric=dlz/insurer/2019/duties_provisional value=1          ok
        auditor+county+foundation+platform            calendar                                   ok
        auditor            balance                                                               ok
        auditor            figure    metric=dlz/insurer/2019/duties_due value=1                  ok
        """,
    ),
    "calendars of the years that were counted": (
        f"""
        {SECOND} deadlines=$days-at-the-turn calendar=cn ok
        {COVERED}
        """,
        f"""
        wang: county+insurer  claim  member=wang cover=@cover day=2019-12-31                        ok
        {EVERYBODY}  calendar                                                                       ok
        {EVERYBODY}  calendar year=2020 days_off=$new-year-2020 work_days=$none                     ok
        {EVERYBODY}  calendar year=2020 days_off=$none work_days=$none                              ok
        """,
    ),
}
