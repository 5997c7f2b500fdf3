"""Tables of what a claim is worth and of who decides it. Name -> (what was played before, the table)."""

from tests.tables.beginnings import CLAIMED, COVERED, SECOND

DECISIONS = {
    "officers": (
        f"""
        {SECOND} officers=$officers ok
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
        {SECOND} officers=$officers-of-unknown-number ok
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
        {SECOND} officers=$officers-for-all ok
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
        {SECOND} formulas=$benefits year=$calendar-year ok
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
        insurer  decision  claim=@c2 amount=100 result=part facts=discharged_on:2019-02-28      arithmetic_wrong
        insurer  decision  claim=@c2 amount=0 result=refuse facts=days:0                        ok       # nothing_left
        insurer  decision  claim=@c3 amount=100                                                 grade_unknown
        insurer  decision  claim=@c3 amount=300 result=part facts=grade:10                      fact_wrong
        insurer  decision  claim=@c3 amount=300 result=part facts=assessed:300                  ok
        insurer  decision  claim=@c4 amount=0 result=refuse                                     ok       # not_in_group
        insurer  decision  claim=@c5 amount=800                                                 stay_crosses_year
        insurer  decision  claim=@c5 amount=800 result=part facts=discharged_on:soon            fact_wrong
        insurer  decision  claim=@c5 amount=800 result=part facts=discharged_on:2018-12-31      arithmetic_wrong
        insurer  decision  claim=@c5 amount=800 result=part facts=on:2018-12-31                 fact_reserved
        insurer  decision  claim=@c5 amount=800 result=part facts=discharged_on:2019-12-31      ok
        """,
    ),
    "room under the caps": (
        f"""
        {SECOND} formulas=$benefits year=$calendar-year ok
        {COVERED}
        a1: county+insurer claim member=wang cover=@cover benefits=surgery invoices=1 facts=group:poor ok
        a2: county+insurer claim member=wang cover=@cover benefits=surgery invoices=2 facts=group:poor,accident:fall ok
        a3: county+insurer claim member=wang cover=@cover benefits=surgery invoices=3 facts=group:poor,accident:fire ok
        y1: county+insurer claim member=wang cover=@cover benefits=yearly invoices=4 ok
        y2: county+insurer claim member=wang cover=@cover benefits=yearly invoices=5 ok
        county+insurer claim member=li cover=@cover bill=0 residual=0 invoices= benefits=of_the_bill  invoice_missing
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
        y3: county+insurer claim member=wang cover=@cover benefits=yearly invoices=6 admitted=2020-01-01 outside_cover
        auditor  balance  day=2020-01-01 ok
        y3: county+insurer claim member=wang cover=@cover benefits=yearly invoices=6 admitted=2020-01-01 ok
        insurer      decision  claim=@y3 amount=800                                             ok      # another year
        insurer      decision  claim=@z1 amount=800                                             amount_wrong
        insurer      decision  claim=@z1 amount=1000                                            ok      # overlap
        """,
    ),
    "room under caps of a policy year": (
        f"""
        {SECOND} formulas=$benefits year=$policy-year ok
        {COVERED}
        y1: county+insurer claim member=wang cover=@cover benefits=yearly invoices=4 ok
        auditor  balance  day=2020-01-01 ok
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
        {SECOND} formulas=$benefits ok
        {COVERED}
        y1: county+insurer claim member=wang cover=@cover benefits=yearly invoices=4 ok
        """,
        """
        insurer      decision  claim=@y1 amount=800                                             terms_incomplete
        """,
    ),
    "age": (
        f"""
        {SECOND} formulas=$by-age eligibility=age ok
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
}
