"""Tables of money on its way to a person and back. Name -> (what was played before, the table)."""

from tests.tables.beginnings import CLAIMED, COVERED, DECIDED, PAID, SECOND

PAYOUTS = {
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
    "payout": (
        DECIDED,
        """
        insurer  payout   decision=@wang amount=800                                    decision_unknown
        insurer  payout   decision=@dwang amount=800 programme=two                     decision_unknown
        county   payout   decision=@dwang amount=800 to=paid/dlz/guyuan                account_unknown
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
        {SECOND} flows=$own-money risk=insurer ok
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
    "less after a review": (
        f"""
        {SECOND} formulas=$benefits ok
        {COVERED}
        wang:  county+insurer claim    member=wang cover=@cover benefits=stay invoices=1 facts=days:16 ok
        dwang: insurer        decision claim=@wang amount=800                                  ok
        """,
        """
        p: insurer payout   decision=@dwang amount=300                                 ok
        q: insurer payout   decision=@dwang amount=500                                 ok
        insurer    bounce   payout=@p                                                  ok
        r: insurer decision claim=@wang amount=600 result=part facts=days:12 reviews=@dwang ok
        insurer    payout   decision=@dwang amount=300 again=@p part=1                 decision_superseded
        insurer    payout   decision=@r amount=300 again=@p part=1                     exceeds_decision
        insurer    recovery payout=@p amount=300                                       ok
        insurer    payout   decision=@r amount=101                                     exceeds_decision
        insurer    payout   decision=@r amount=100                                     ok
        """,
    ),
    "recovery": (
        PAID,
        """
        s: insurer payout   decision=@dli amount=800                                   ok
        insurer    recovery payout=@dwang amount=1                                     payout_unknown
        county     recovery payout=@pwang amount=1 to=recovered/x                      account_unknown
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
        insurer    bounce   payout=@s                                                  ok
        insurer    recovery payout=@s amount=799                                       amount_wrong
        insurer    recovery payout=@s amount=800 part=2                                part_wrong
        insurer    recovery payout=@s amount=800                                       ok             # whole
        insurer    recovery payout=@s amount=800                                       payout_not_confirmed
        insurer    payout   decision=@dli amount=800 again=@s part=1                   payout_not_bounced
        insurer    payout   decision=@dli amount=800 part=1                            part_wrong
        insurer    payout   decision=@dli amount=800                                   ok
        """,
    ),
    "what comes into the claims share": (
        f"""
        {SECOND} claims_share=recovered/dlz/kangbao ok
        {PAID}
        """,
        """
        insurer    recovery payout=@pwang amount=300                                   ok
        auditor    figure   metric=dlz/assigned value=300                              ok
        s: insurer payout   decision=@dli amount=800                                   ok
        insurer    bounce   payout=@s                                                  ok
        insurer    recovery payout=@s amount=800                                       ok
        auditor    figure   metric=dlz/assigned value=1100                             ok
        """,
    ),
    "a claims share that is paid": (
        f"""
        {SECOND} claims_share=paid/dlz/kangbao ok
        {PAID}
        """,
        """
        auditor    figure   metric=dlz/assigned value=800                              ok
        """,
    ),
}
