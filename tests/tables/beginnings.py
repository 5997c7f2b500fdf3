"""What was played before a table begins: money that came, a cover, claims, decisions, payouts."""

from tests.support.verifier_world import PARTIES

EVERYBODY = "+".join(PARTIES)

FUNDED = """
    gift:     platform            donation  lines=7000,3000                                                       ok
    settle:   platform            transfer  from=platform/dlz/gifts to=fund/dlz amount=10000 purpose=settlement   ok
              foundation          receive   transfer=@settle amount=10000                                         ok
    premium:  foundation          transfer  from=fund/dlz/claims to=claims/dlz/kangbao amount=6000 purpose=premium ok
              insurer             receive   transfer=@premium amount=6000                                         ok
"""
COVERED = f"""
    {FUNDED}
    roster:   county              enrolment lines=wang,li,zhao                    ok
    cover:    foundation+insurer  cover     persons=3 terms=@terms                ok
"""
CLAIMED = f"""
    {COVERED}
    wang:     county+insurer      claim     member=wang cover=@cover invoices=w1  ok
    li:       county+insurer      claim     member=li cover=@cover invoices=l1    ok
"""
DECIDED = f"""
    {CLAIMED}
    dwang:    insurer             decision  claim=@wang amount=800                ok
    dli:      insurer             decision  claim=@li amount=800                  ok
"""
PAID = f"""
    {DECIDED}
    pwang:    insurer             payout    decision=@dwang amount=800            ok
    cwang:    county              confirm   payout=@pwang                         ok
"""

TERMS_SIGNERS = "foundation+insurer+platform"
SECOND = f"second: {TERMS_SIGNERS} terms version=2 first_day=2019-02-01"
