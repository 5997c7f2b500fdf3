"""Tables of claims, decisions and payouts. Name -> (what was played before, the table)."""

from tests.tables.beginnings import CLAIMED, COVERED, DECIDED, FUNDED, PAID, TERMS_SIGNERS

_SECOND = f"second: {TERMS_SIGNERS} terms version=2 first_day=2019-02-01"

SEALED = {
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
        insurer terms programme=two version=2 first_day=2019-02-01 accounts=$own-insurer flows=$none splits=$none -claims_share -refund_from unique=$by-programme ok
        county+insurer  claim  programme=two member=qian cover=@cover2 invoices=w1    ok
        county+insurer  claim  programme=two member=qian cover=@cover2 invoices=w1    invoice_used
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
    "an interim decision": (
        CLAIMED,
        """
        i: insurer  decision  claim=@wang amount=300 result=interim             ok
        insurer     withdraw  claim=@wang                                       wrong_signers
        county      withdraw  claim=@wang                                       state_wrong
        p: insurer  payout    decision=@i amount=301                            exceeds_decision
        p: insurer  payout    decision=@i amount=300                            ok
        insurer     confirm   payout=@p                                         ok
        insurer     payout    decision=@i amount=1                              exceeds_decision
        j: insurer  decision  claim=@wang amount=800 result=interim             ok
        insurer     payout    decision=@i amount=1                              decision_superseded
        d: insurer  decision  claim=@wang amount=800                            ok
        insurer     payout    decision=@d amount=501                            exceeds_decision
        insurer     payout    decision=@d amount=500 part=1                     part_wrong
        q: insurer  payout    decision=@d amount=500 part=2                     ok
        insurer     confirm   payout=@q                                         ok
        insurer     payout    decision=@d amount=1                              state_wrong
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
        t: insurer  decision  claim=@wang amount=500 result=interim reviews=@s  ok
        insurer     payout    decision=@t amount=1                              exceeds_decision
        insurer     decision  claim=@wang amount=800                            ok
        """,
    ),
    "fewer states by the terms": (
        f"""
        {_SECOND} life=$short-life ok
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
        {_SECOND} signed_by=$signed-by ok
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
    "officers": (
        f"""
        {_SECOND} officers=$officers ok
        {COVERED}
        """,
        """
        wang: county+insurer/wu  claim    member=wang cover=@cover invoices=w            ok
        li: county+insurer       claim    member=li cover=@cover bill=500 residual=500 invoices=l  ok
        insurer            decision  claim=@li amount=400                                officer_missing
        dli: insurer/wu    decision  claim=@li amount=400                                ok
        insurer/sun        decision  claim=@wang amount=800                              officer_missing
        insurer+insurer/sun decision claim=@wang amount=800                              officer_missing
        insurer/sun+insurer/wu  decision  claim=@wang amount=800                         same_officer
        dwang: insurer/sun+insurer/zhou  decision  claim=@wang amount=800                ok
        insurer            payout    decision=@dli amount=400                            officer_missing
        insurer/wu         payout    decision=@dli amount=400                            same_officer
        insurer/sun        payout    decision=@dli amount=400                            ok
        insurer/wu         decision  claim=@li amount=400 reviews=@dli                   same_officer
        r: insurer/zhou    decision  claim=@li amount=400 reviews=@dli                   ok
        o: county/gao      objection claim=@li about=@r                                  ok
        insurer            answer    claim=@li objection=@o                              officer_missing
        insurer/zhou       answer    claim=@li objection=@o                              same_officer
        insurer/wu         answer    claim=@li objection=@o                              ok
        """,
    ),
    "officers without a limit for two": (
        f"""
        {_SECOND} officers=$officers-of-unknown-number ok
        {CLAIMED}
        """,
        """
        insurer            decision  claim=@wang amount=800                              officer_missing
        insurer/wu         decision  claim=@wang amount=800                              terms_incomplete
        insurer/wu         decision  claim=@wang amount=0 result=refuse reason=fraud     terms_incomplete
        """,
    ),
    "officers who may review what they decided": (
        f"""
        {_SECOND} officers=$officers-for-all ok
        {CLAIMED}
        """,
        """
        d: insurer/wu      decision  claim=@wang amount=800                              ok
        o: county          objection claim=@wang about=@d                                ok
        insurer/wu         answer    claim=@wang objection=@o                            ok
        insurer/wu         decision  claim=@wang amount=800 reviews=@d                   ok
        """,
    ),
    "what a case must say": (
        f"""
        {_SECOND} formulas=$benefits year=$calendar-year ok
        {COVERED}
        c1: county+insurer  claim  member=wang cover=@cover benefits=unstated invoices=1                    ok
        c2: county+insurer  claim  member=wang cover=@cover benefits=stay invoices=2                        ok
        c3: county+insurer  claim  member=wang cover=@cover benefits=hurt invoices=3 facts=grade:eleven         ok
        c4: county+insurer  claim  member=wang cover=@cover benefits=surgery invoices=4                     ok
        c5: county+insurer  claim  member=wang cover=@cover benefits=yearly invoices=5 facts=discharged_on:2020-01-02 ok
        """,
        """
        insurer  decision  claim=@c1 amount=0 result=refuse                                     terms_incomplete
        insurer  decision  claim=@c2 amount=100                                                 fact_missing
        insurer  decision  claim=@c2 amount=100 result=part facts=days:many                     fact_wrong
        insurer  decision  claim=@c2 amount=100 result=part facts=days:true                     fact_wrong
        insurer  decision  claim=@c2 amount=100 result=part facts=discharged_on:2019-03-04      arithmetic_wrong
        insurer  decision  claim=@c2 amount=0 result=refuse facts=days:0                        ok       # nothing_left
        insurer  decision  claim=@c3 amount=100                                                 grade_unknown
        insurer  decision  claim=@c3 amount=300 result=part facts=grade:10                      fact_wrong
        insurer  decision  claim=@c3 amount=300 result=part facts=assessed:300                  ok
        insurer  decision  claim=@c4 amount=0 result=refuse                                     ok       # not_in_group
        insurer  decision  claim=@c5 amount=800                                                 stay_crosses_year
        insurer  decision  claim=@c5 amount=800 result=part facts=discharged_on:soon            fact_wrong
        insurer  decision  claim=@c5 amount=800 result=part facts=discharged_on:2019-12-31      ok
        """,
    ),
    "room under the caps": (
        f"""
        {_SECOND} formulas=$benefits year=$calendar-year ok
        {COVERED}
        a1: county+insurer claim member=wang cover=@cover benefits=surgery invoices=1 facts=group:poor ok
        a2: county+insurer claim member=wang cover=@cover benefits=surgery invoices=2 facts=group:poor,accident:fall ok
        a3: county+insurer claim member=wang cover=@cover benefits=surgery invoices=3 facts=group:poor,accident:fire ok
        y1: county+insurer claim member=wang cover=@cover benefits=yearly invoices=4 ok
        y2: county+insurer claim member=wang cover=@cover benefits=yearly invoices=5 ok
        y3: county+insurer claim member=wang cover=@cover benefits=yearly invoices=6 admitted=2020-01-01 ok
        z1: county+insurer claim member=li cover=@cover benefits=yearly,illness invoices=7 ok
        """,
        """
        insurer      decision  claim=@a1 amount=500                                             fact_missing
        insurer      decision  claim=@a1 amount=500 result=part facts=accident:Fall             fact_wrong
        insurer      decision  claim=@a1 amount=500 result=part facts=accident:7                fact_wrong
        d1: insurer  decision  claim=@a1 amount=500 result=part facts=accident:fall             ok
        insurer      decision  claim=@a2 amount=500                                             amount_wrong
        insurer      decision  claim=@a2 amount=0 result=refuse                                 ok      # cap_reached
        insurer      decision  claim=@a3 amount=500                                             ok      # another one
        e1: insurer  decision  claim=@y1 amount=800                                             ok
        insurer      decision  claim=@y2 amount=800                                             amount_wrong
        insurer      decision  claim=@y2 amount=100                                             ok
        insurer      decision  claim=@y1 amount=800 reviews=@e1                                 ok      # its own room
        insurer      decision  claim=@y3 amount=800                                             ok      # another year
        insurer      decision  claim=@z1 amount=800                                             amount_wrong
        insurer      decision  claim=@z1 amount=1000                                            ok      # overlap
        """,
    ),
    "room under caps of a policy year": (
        f"""
        {_SECOND} formulas=$benefits year=$policy-year ok
        {COVERED}
        y1: county+insurer claim member=wang cover=@cover benefits=yearly invoices=4 ok
        y3: county+insurer claim member=wang cover=@cover benefits=yearly invoices=6 admitted=2020-01-01 ok
        """,
        """
        insurer      decision  claim=@y1 amount=800                                             ok
        insurer      decision  claim=@y3 amount=800                                             amount_wrong
        insurer      decision  claim=@y3 amount=100                                             ok
        """,
    ),
    "a year that the terms leave open": (
        f"""
        {_SECOND} formulas=$benefits ok
        {COVERED}
        y1: county+insurer claim member=wang cover=@cover benefits=yearly invoices=4 ok
        """,
        """
        insurer      decision  claim=@y1 amount=800                                             terms_incomplete
        """,
    ),
    "age": (
        f"""
        {_SECOND} formulas=$by-age eligibility=age ok
        {COVERED}
        old: county+insurer claim member=wang cover=@cover invoices=1 facts=age:61 ok
        fit: county+insurer claim member=li cover=@cover invoices=2 facts=age:60 ok
        who: county+insurer claim member=zhao cover=@cover invoices=3 ok
        """,
        """
        insurer      decision  claim=@old amount=800                                            amount_wrong
        insurer      decision  claim=@old amount=0 result=refuse                                ok      # age_above
        insurer      decision  claim=@fit amount=800                                            ok
        insurer      decision  claim=@who amount=800                                            fact_missing
        insurer      decision  claim=@who amount=800 result=part facts=born:1980-02-29          ok
        """,
    ),
    "time for a claim": (
        COVERED,
        """
        a: county          claim     member=wang cover=@cover invoices=a complete=false         ok
        b: county+insurer  claim     member=li cover=@cover invoices=b                          ok
        c: county+insurer  claim     member=zhao cover=@cover invoices=c at=2019-02-20          ok
        insurer            request   claim=@c                                                   deadline_passed
        insurer            request   claim=@a day=2019-03-04                                    deadline_passed
        county+insurer     complete  claim=@a at=2019-03-02                                     ok
        insurer            request   claim=@b day=2019-03-09                                    deadline_passed
        insurer            request   claim=@a                                                   ok
        county+insurer     complete  claim=@a                                                   ok
        auditor            balance   day=2019-03-16                                             ok
        d: insurer         decision  claim=@a amount=800                                        ok
        insurer            payout    decision=@d amount=800                                     ok
        auditor            figure    metric=dlz/insurer/2019/duties_due value=6                 ok
        auditor            figure    metric=dlz/insurer/2019/duties_in_time value=2             ok
        auditor            balance   day=2019-04-30                                             ok
        auditor            figure    metric=dlz/insurer/2019/duties_due value=7                 ok
        """,
    ),
    "working days": (
        f"""
        {_SECOND} deadlines=$working-days calendar=cn ok
        {CLAIMED}
        """,
        """
        county+foundation+insurer+platform            calendar year=2019                         wrong_signers
        auditor+county+foundation+insurer+platform    calendar year=2019 days_off=$sunday        format
        dw: insurer        decision  claim=@wang amount=800 day=2019-03-29                       ok
        auditor            balance   day=2019-04-01                                              ok
        auditor            figure    metric=dlz/insurer/2019/duties_due value=1                  figure_not_supported
        auditor            figure    metric=dlz/insurer/2019/duties_provisional value=1          ok
        auditor+county+foundation+insurer+platform    calendar                                   ok
        auditor            balance                                                               ok
        auditor            figure    metric=dlz/insurer/2019/duties_due value=1                  ok
        """,
    ),
    "payout": (
        DECIDED,
        """
        insurer  payout   decision=@wang amount=800                                    decision_unknown
        insurer  payout   decision=@dwang amount=800 programme=two                     decision_unknown
        insurer  payout   decision=@dwang amount=800 to=paid/dlz/guyuan                account_unknown
        county   payout   decision=@dwang amount=800                                   wrong_signers
        insurer  payout   decision=@dwang amount=800 from=recovered/dlz/kangbao        flow_unknown
        insurer  payout   decision=@dwang amount=800 at=2018-12-31                     terms_missing
        insurer  payout   decision=@dwang amount=801                                   exceeds_decision
        insurer  payout   decision=@dwang amount=300 again=@wang                       payout_not_bounced
        insurer  payout   decision=@dwang amount=300 part=2                            part_wrong
        p: insurer payout decision=@dwang amount=300                                   ok
        insurer  payout   decision=@dwang amount=300 part=1                            part_wrong
        insurer  receive  transfer=@p amount=300                                       transfer_unknown
        insurer  payout   decision=@dwang amount=501                                   exceeds_decision
        insurer  confirm  payout=@dwang                                                payout_unknown
        foundation confirm payout=@p                                                   wrong_signers
        county   bounce   payout=@p                                                    wrong_signers
        insurer  payout   decision=@dwang amount=300 again=@p part=1                   payout_not_bounced
        insurer  bounce   payout=@p                                                    ok
        insurer  confirm  payout=@p                                                    payout_not_open
        insurer  payout   decision=@dwang amount=299 again=@p part=1                   payout_not_bounced
        insurer  payout   decision=@dwang amount=300 again=@p part=2                   payout_not_bounced
        insurer  payout   decision=@dli amount=300 again=@p part=1                     payout_not_bounced
        q: insurer payout decision=@dwang amount=300 again=@p part=1                   ok
        insurer  payout   decision=@dwang amount=300 again=@p part=1                   payout_not_bounced
        insurer  bounce   payout=@p                                                    payout_not_open
        insurer  confirm  payout=@q                                                    ok
        r: insurer payout decision=@dwang amount=500                                   ok
        insurer  confirm  payout=@r                                                    ok
        insurer  payout   decision=@dwang amount=1                                     state_wrong
        """,
    ),
    "payout of the insurer's own money": (
        f"""
        {_SECOND} flows=$own-money risk=insurer ok
        {DECIDED}
        """,
        """
        p: insurer payout   decision=@dwang amount=800 from=own/insurer                ok
        insurer    bounce   payout=@p                                                  ok
        insurer    payout   decision=@dwang amount=800 again=@p part=1                 flow_unknown
        q: insurer payout   decision=@dwang amount=800 again=@p part=1 from=own/insurer  ok
        insurer    confirm  payout=@q                                                  ok
        insurer    payout   decision=@dli amount=800 from=own/insurer                  ok
        auditor    balance  publish=own/insurer                                        not_paying
        auditor    figure   metric=dlz/paid value=800                                  too_few_payouts
        insurer    transfer from=own/insurer to=claims/dlz/kangbao amount=1 purpose=advance ok
        """,
    ),
    "recovery": (
        PAID,
        """
        s: insurer payout   decision=@dli amount=800                                   ok
        insurer    recovery payout=@dwang amount=1                                     payout_unknown
        insurer    recovery payout=@pwang amount=1 to=recovered/x                      account_unknown
        county     recovery payout=@pwang amount=1                                     wrong_signers
        insurer    recovery payout=@s amount=1                                         payout_not_confirmed
        insurer    recovery payout=@pwang amount=1 to=claims/dlz/kangbao               flow_unknown
        insurer    recovery payout=@pwang amount=801                                   exceeds_payout
        insurer    recovery payout=@pwang amount=300 part=2                            part_wrong
        insurer    recovery payout=@pwang amount=300                                   ok
        insurer    recovery payout=@pwang amount=300 part=1                            part_wrong
        insurer    recovery payout=@pwang amount=501                                   exceeds_payout
        insurer    spend    from=paid/dlz/kangbao to=spent/dlz/fee amount=10 purpose=levy   ok
        insurer    recovery payout=@pwang amount=500                                   position_left
        """,
    ),
}
