"""Tables of entries whose members all may read. Name -> (what was played before, the table)."""

from tests.tables.beginnings import COVERED, EVERYBODY, FUNDED, PAID, SECOND, TERMS_SIGNERS

PUBLIC = {
    "every entry": (
        "",
        """
        platform  donation     lines=5 origin=other.example/log                 wrong_origin
        platform  gift                                                          kind_unknown
        county    sealed       body=x programme=dlz -at                         cannot-tell
        platform  donation     lines=5 -purpose                                 format
        platform  donation     lines=5 colour=red                               format
        platform  donation     lines=5 at=2019-02-30                            format
        """
        f"{EVERYBODY} charter                                                   charter_first\n"
        """
        stranger  donation     lines=5                                          signer_unknown
        platform  donation     lines=5 valid_until=2019-02-28                   expired
        platform  donation     lines=5 valid_until=2019-03-31                   ok
        platform  donation     lines=5 valid_until=2019-04-01                   valid_too_long
        platform  donation     lines=5 at=2019-03-02                            ok
        platform  donation     lines=5 at=2019-03-03                            at_in_future
        platform  donation     lines=5 ref=R1                                   ok
        platform  donation     lines=5 ref=R1                                   ref_used
        """,
    ),
    "terms": (
        "",
        f"""
        {TERMS_SIGNERS}  terms  version=3 first_day=2019-02-01                                           version_wrong
        {TERMS_SIGNERS}  terms  version=2                                                                version_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 unit=USD                                  unit_differs
        {TERMS_SIGNERS}  terms  version=1 programme=new unit=USD                                         account_differs
        foundation       terms  version=2 first_day=2019-02-01 accounts=$held-by-nobody                  party_unknown
        foundation       terms  version=2 first_day=2019-02-01 accounts=$own-insurer-held-by-foundation  account_differs
        foundation       terms  version=2 first_day=2019-02-01 accounts=$paid-held-by-foundation         account_differs
        foundation       terms  version=2 first_day=2019-02-01 accounts=$transit-9                       account_differs
        foundation       terms  version=2 first_day=2019-02-01 accounts=$two-counties-in-one-name        format
        foundation       terms  version=2 first_day=2019-02-01 accounts=$no-class                        format
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 splits=$eight-tenths                      split_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 splits=$ten-tenths                        split_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 splits=$to-no-account                     split_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 splits=$split-twice                       split_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 splits=$claims-back-to-fund               split_wrong
        foundation+insurer terms  version=2 first_day=2019-02-01                                         wrong_signers
        {EVERYBODY}      terms  version=2 first_day=2019-02-01                                           wrong_signers
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01                                           ok
        {TERMS_SIGNERS}  terms  version=3 first_day=2019-02-02 splits=$no-splits                         split_wrong
        {TERMS_SIGNERS}  terms  version=3 first_day=2019-02-02                                           ok
        """,
    ),
    "terms by some of the holders": (
        "",
        f"""
        foundation         terms  version=2 first_day=2019-02-01 accounts=$foundation-alone            wrong_signers
        {TERMS_SIGNERS}    terms  version=2 first_day=2019-02-01 accounts=$foundation-alone            ok
        foundation         terms  version=3 first_day=2019-02-02 accounts=$foundation-alone            ok
        """,
    ),
    "another programme": (
        FUNDED,
        """
        insurer   terms  programme=evil accounts=$paying-account -refund_from -claims_share splits=$none account_differs
        insurer   terms  programme=evil accounts=$own-insurer flows=$ways-out splits=$none -claims_share  ok
        insurer   spend  programme=evil from=claims/dlz/kangbao to=own/insurer amount=1 purpose=way-out   flow_unknown
        t: insurer transfer from=own/insurer to=claims/dlz/kangbao amount=5 purpose=advance               ok
        insurer   spend  programme=evil from=transit/9  to=own/insurer amount=5 purpose=way-out           flow_unknown
        insurer   income programme=evil from=own/insurer to=transit/9  amount=5 purpose=way-out           flow_unknown
        insurer   receive transfer=@t amount=5                                                            ok
        insurer   terms  programme=squat accounts=$guyuan flows=$ways-out splits=$none -claims_share      ok
        foundation+county agreement county=guyuan                                                        account_differs
        """,
    ),
    "new split": (
        "",
        f"""
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 accounts=$more splits=$a-to-b-to-a    split_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 accounts=$more splits=$a-to-c-and-c   split_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 accounts=$more splits=$claims-to-a    split_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 accounts=$more splits=$a-to-b         ok
        """,
    ),
    "agreement and records": (
        "",
        """
        foundation+county    agreement  at=2018-12-31 county=guyuan   terms_missing
        foundation           agreement  county=guyuan                 wrong_signers
        foundation+county    agreement                                agreement_exists
        foundation+county    agreement  county=guyuan                 ok
        insurer              drive      at=2018-12-31                 terms_missing
        insurer              drive      amount=5                      ok
        platform             pledge     amount=500                    ok
        county               fact                                     ok
        auditor              notice                                   ok
        """,
    ),
    "money": (
        "",
        """
        platform    donation   lines=5 at=2018-12-31                  terms_missing
        platform    donation   lines=5 to=platform/dlz/x              account_unknown
        foundation  donation   lines=5                                wrong_signers
        platform+county  donation   lines=5                           wrong_signers
        platform    donation   lines=5 purpose=settlement             flow_unknown
        platform    donation   lines=5,0                              format
        platform    donation   lines=5,5 tags=a                       format
        platform    donation   lines=5,5 tags=a,a                     tag_used
        platform    donation   lines=5,5 tags=a,b                     ok
        platform    donation   lines=5 tags=b                         tag_used
        t: platform transfer   from=platform/dlz/gifts to=fund/dlz amount=11 purpose=settlement   insufficient
        t: platform transfer   from=platform/dlz/gifts to=fund/dlz amount=10 purpose=settlement   ok
        platform    receive    transfer=@t amount=4                   wrong_signers
        foundation  receive    transfer=@t amount=11                  exceeds_transit
        foundation  receive    transfer=@terms amount=1               transfer_unknown
        foundation  receive    transfer=@t amount=4                   ok
        foundation  return     transfer=@t amount=4                   wrong_signers
        platform    return     transfer=@t amount=4                   ok
        foundation  receive    transfer=@t amount=2                   ok
        foundation  receive    transfer=@t amount=2                   transfer_unknown    # gone at 0
        foundation  income     amount=7                               ok
        foundation  spend      amount=7 ref=S1                        ok
        foundation  spend      amount=7 ref=S2                        insufficient
        platform    donation   lines=9007199254740991                 position_overflow
        """,
    ),
    "figures have an end": (
        "",
        """
        insurer     transfer   from=own/insurer to=claims/dlz/kangbao amount=9007199254740991 purpose=advance   ok
        platform    donation   lines=5                                ok
        platform    transfer   from=platform/dlz/gifts to=fund/dlz amount=5 purpose=settlement   position_overflow
        """,
    ),
    "brought forward": (
        "",
        """
        foundation+insurer+platform terms version=2 first_day=2019-02-01 flows=$opening-as-income ok
        foundation           brought_forward  from=world/bank to=fund/dlz amount=10    wrong_signers
        foundation+auditor   brought_forward  from=world/bank to=fund/dlz amount=10    flow_unknown
        foundation           income           from=world/bank to=fund/dlz amount=10 purpose=opening   ok
        """,
    ),
    "county of a flow": (
        """
        foundation+county   agreement  county=guyuan                 ok
        """
        + FUNDED,
        """
        insurer  transfer  from=claims/dlz/kangbao to=recovered/dlz/guyuan amount=1 purpose=rollover   flow_unknown
        insurer  transfer  from=claims/dlz/kangbao to=recovered/dlz/kangbao amount=1 purpose=rollover  ok
        """,
    ),
    "refund": (
        "",
        """
        g: platform  donation  lines=700,300,5                       ok
        platform     refund    donation=@g line=0 programme=other    donation_unknown
        platform     refund    donation=@g line=$another-line   proof
        foundation   refund    donation=@g line=1                    wrong_signers
        platform     refund    donation=@g line=1                    ok             # at rest: a gap
        platform     refund    donation=@g line=1                    refund_twice
        t: platform  transfer  from=platform/dlz/gifts to=fund/dlz amount=705 purpose=settlement  ok
        foundation   refund    donation=@g line=0                    insufficient   # in transit: from fund/dlz/other
        foundation   receive   transfer=@t amount=705                ok
        p: foundation transfer from=fund/dlz/claims to=claims/dlz/kangbao amount=3 purpose=premium ok
        foundation   refund    donation=@g line=2                    ok             # behind the split, at rest
        foundation+insurer+platform terms version=2 first_day=2019-02-01 -refund_from  ok
        foundation   refund    donation=@g line=0 at=2018-12-31      terms_missing
        foundation   refund    donation=@g line=0                    refund_account_missing
        """,
    ),
    "close": (
        COVERED,
        """
        foundation+insurer  close  at=2018-12-31 accounts=$fund-0  terms_missing
        foundation+insurer  close  period=p2 accounts=$fund-0      period_unknown
        foundation          close  accounts=$fund-0                wrong_signers
        foundation+insurer  close  accounts=$no-account                  account_unknown
        foundation+insurer  close  accounts=$fund-0                close_differs
        foundation+insurer  close  accounts=$funded  ok
        foundation+insurer  close  accounts=$fund-0                period_closed
        county  enrolment  lines=sun                                period_closed
        county  enrolment  lines=sun concerns=p1                    ok
        county+insurer claim      member=wang cover=@cover                 period_closed
        county+insurer claim      member=wang cover=@cover concerns=p1     ok
        """,
    ),
    "enrolment": (
        FUNDED,
        """
        county      enrolment  lines=wang at=2018-12-31                             terms_missing
        county      enrolment  lines=wang county=guyuan                             agreement_missing
        foundation  enrolment  lines=wang                                           wrong_signers
        county      enrolment  lines=wang*2                                         line_not_one
        county      enrolment  lines=wang,wang                                      member_exists
        county      enrolment  lines=wang,li tags=w,w                               tag_used
        county      enrolment  lines=wang,li tags=w,l                               ok
        county      enrolment  lines=wang tags=x                                    member_exists
        county      enrolment  lines=zhao tags=w                                    tag_used
        county      enrolment  lines=wang op=remove                                 format
        county      enrolment  lines=wang op=remove reason=moved tags=w             format
        county      enrolment  lines=zhao op=remove reason=moved                    member_unknown
        county      enrolment  lines=wang op=remove reason=moved period=p2          member_unknown
        county      enrolment  lines=wang,wang op=remove reason=moved               member_unknown
        county      enrolment  lines=wang op=remove reason=moved                    ok
        county      enrolment  lines=wang op=remove reason=moved                    member_unknown
        county      enrolment  lines=wang                                           member_exists
        county      enrolment  lines=wang-again tags=w                              ok          # the tag is free
        foundation+insurer cover persons=2 terms=@charter                           terms_missing
        foundation+insurer cover persons=2 terms=@terms county=guyuan               agreement_missing
        foundation         cover persons=2 terms=@terms                             wrong_signers
        foundation+insurer cover persons=2 terms=@terms last_day=2019-02-28         cover_wrong
        foundation+insurer cover persons=3 terms=@terms                             roster_differs
        c: foundation+insurer cover persons=2 terms=@terms                          ok
        foundation+insurer cover persons=2 terms=@terms                             cover_exists
        county+insurer claim      member=wang cover=@c                                 not_member_then
        county+insurer claim      member=wang cover=@c admitted=2019-02-28             outside_cover
        """,
    ),
    "balance": (
        PAID,
        """
        auditor   balance                                                              ok
        auditor   balance         publish=claims/dlz/x                                 account_unknown
        auditor   balance         publish=fund/dlz                                     not_paying
        auditor   balance         publish=claims/dlz/kangbao                           too_few_payouts
        auditor   balance         publish=fund/dlz,claims/dlz/kangbao                  format
        insurer transfer from=claims/dlz/kangbao to=recovered/dlz/kangbao amount=5 purpose=rollover unpublished_payouts
        auditor   figure          metric=dlz/paid value=801                            unpublished_payouts
        auditor   figure          metric=dlz/raised value=10000                        ok
        foundation+insurer close  accounts=$claims-5200 unpublished_payouts
        pli: insurer payout       decision=@dli amount=800                             ok
        insurer   reconciliation  statement=4400 place=insurer-bank                    unpublished_payouts
        insurer   balance         publish=claims/dlz/kangbao                           ok
        insurer transfer from=claims/dlz/kangbao to=recovered/dlz/kangbao amount=5 purpose=rollover ok
        auditor   figure          metric=dlz/paid value=800                            too_few_payouts  # one arrived
        insurer   confirm         payout=@pli                                          ok
        auditor   figure          metric=dlz/paid value=1601                           figure_not_supported
        county    reconciliation  statement=-8400 place=outside                        wrong_signers
        insurer+platform reconciliation statement=-8400 place=outside                  unpublished_payouts
        auditor   figure          metric=dlz/paid value=1600                           ok
        auditor   figure          metric=dlz/p1/paid value=1600                        ok   # nothing new in it
        insurer+platform reconciliation statement=-8400 place=outside                  ok
        insurer   recovery        payout=@pwang amount=1                               ok
        auditor   figure          metric=dlz/paid value=1599                           too_few_payouts
        foundation+insurer close  accounts=$paid-1599                                  unpublished_payouts
        auditor   figure          metric=dlz/p1/persons value=3                        ok
        auditor   figure          metric=dlz/wealth value=3                            figure_not_supported
        auditor   figure          metric=dlz/raised value=10000 programme=other        figure_not_supported
        insurer   balance         publish=claims/dlz/kangbao                           too_few_payouts
        """,
    ),
    "reconciliation": (
        FUNDED,
        """
        foundation  reconciliation  statement=4000 place=nowhere                       place_unknown
        foundation  reconciliation  statement=4000 unit=USD                            place_unknown
        insurer     reconciliation  statement=4000                                     wrong_signers
        foundation  reconciliation  statement=4001                                     does_not_reconcile
        foundation  reconciliation  statement=4000                                     ok
        foundation  reconciliation  statement=4107 outside=100 items=$interest-7  ok
        """,
    ),
    "terms as data": (
        "",
        f"""
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 flows=$own-money                       risk_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 risk=insurer                           risk_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 deadlines=$working-days                calendar_missing
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 life=$life-of-no-body                  life_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 life=$life-of-payouts                  life_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 life=$life-with-more                   life_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 signed_by=$cover-without-insurer       signers_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 signed_by=$figures-by-auditors         signers_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 k=1                                    version_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 unique=$by-programme                   version_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 life=$life-without-objections          life_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 signed_by=$complete-without-insurer    signers_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 signed_by=$withdrawn-by-insurer        signers_wrong
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 eligibility=illness                    format
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 zone=Asia/Shanghai                     format
        foundation       terms  version=2 first_day=2019-02-01 deadlines=$working-days calendar=cn    wrong_signers
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 deadlines=$working-days calendar=cn    ok
        """,
    ),
    "records": (
        "",
        """
        county       correction  of=@terms at=2018-12-31                            terms_missing
        county       correction  of=3                                               entry_unknown
        county       correction  of=@terms amount=5                                 ok
        platform     drive       first_day=2019-03-01                               format
        platform     drive       first_day=2019-03-02 last_day=2019-03-01           format
        platform     drive       first_day=2019-03-01 last_day=2019-03-01           ok
        county       fact        name=population                                    format
        county       fact        value=5                                            format
        county       fact        county=kangbao                                     format
        county       fact        name=population value=5 county=kangbao             ok
        county       fact        name=population value=6                            ok
        """,
    ),
    "what must be published": (
        FUNDED,
        """
        foundation   notice  meets=@premium:use:2019-03-30                          duty_unknown
        foundation   notice  meets=@settle:annual:2019-03-31                        duty_unknown
        foundation   notice  meets=@gift:use:2019-03-31                             duty_unknown
        insurer      notice  meets=@premium:use:2019-03-31                          wrong_signers
        foundation   notice  meets=@premium:use:2019-03-31                          ok
        foundation   notice  meets=@premium:use:2019-03-31                          duty_unknown
        foundation   notice  meets=@terms:annual:2020-06-30                         ok            # of a series
        foundation   notice  meets=@terms:annual:2020-06-30                         duty_unknown
        foundation   notice  meets=@terms:annual:2021-06-30                         duty_unknown  # too early
        short: platform  drive  first_day=2019-03-01 last_day=2019-09-01            ok
        long: platform   drive  first_day=2019-01-31 last_day=2019-08-01            ok
        platform     notice  meets=@short:halfway:2019-06-01                        duty_unknown
        platform     notice  meets=@long:halfway:2019-04-30                         ok
        auditor      balance day=2019-07-31                                         ok
        platform     figure  metric=dlz/platform/2019/duties_due value=1            ok
        platform     figure  metric=dlz/platform/2019/duties_in_time value=1        ok
        auditor      balance day=2019-08-01                                         ok
        platform     figure  metric=dlz/platform/2019/duties_due value=2            ok            # the second of them
        foundation   figure  metric=dlz/foundation/2019/duties_due value=2          ok
        platform     notice  meets=@long:halfway:2019-07-31                         ok
        platform     notice  meets=@long:halfway:2019-10-31                         duty_unknown  # the drive is over
        platform     notice  meets=@long:result:2019-09-01                          ok
        platform     figure  metric=dlz/platform/2019/duties_in_time value=2        ok
        """,
    ),
    "what a notice says": (
        FUNDED,
        """
        foundation   notice  says=dlz/raised:10000,dlz/raised:9999,dlz/wealth:1     ok
        foundation   notice  says=dlz/paid:1                                        ok
        foundation   notice  says=raised:1                                          format
        """,
    ),
    "shares and precision": (
        FUNDED,
        """
        auditor   figure  metric=dlz/raised value=10008 precision=$about-10         ok
        auditor   figure  metric=dlz/raised value=10011 precision=$about-10         figure_not_supported
        auditor   figure  metric=dlz/raised value=10000 unit=usd                    unit_differs
        auditor   figure  metric=dlz/raised value=10000 unit=cny                    ok
        auditor   figure  metric=dlz/share_bp of=dlz/premium,dlz/raised value=6000  ok
        auditor   figure  metric=dlz/share_bp of=dlz/premium,dlz/raised value=6001  figure_not_supported
        auditor   figure  metric=dlz/share of=dlz/premium,dlz/raised value=6000     figure_not_supported
        auditor   figure  metric=dlz/share_bp of=dlz/premium,dlz/wealth value=6000  figure_not_supported
        auditor   figure  metric=dlz/share_bp of=dlz/premium,dlz/raised value=6000 unit=bp  ok
        """,
    ),
    "columns of a roster": (
        FUNDED,
        """
        county   enrolment  lines=wang,li columns=girls:li*2                        line_not_one
        county   enrolment  lines=wang,li columns=persons:li                        column_wrong
        county   enrolment  lines=wang,li columns=girls:li op=remove reason=moved   format
        county   enrolment  lines=wang,li columns=girls:li,poor:wang.li             ok
        county   enrolment  lines=zhao columns=girls:zhao                           ok
        auditor  figure     metric=dlz/p1/girls value=2                             ok
        county   enrolment  lines=wang,li op=remove reason=moved                    ok
        auditor  figure     metric=dlz/p1/girls value=1                             ok
        auditor  figure     metric=dlz/p1/poor value=0                              ok
        """,
    ),
    "premium": (
        f"""
        {SECOND} formulas=$with-population premium=$premium-by-persons ok
        third: {TERMS_SIGNERS} terms version=3 first_day=2019-02-02 formulas=$with-population premium=$premium-by-population ok
        foundation+county   agreement  county=guyuan                                ok
        county              enrolment  lines=wang,li                                ok
        """,  # noqa: E501
        """
        foundation+insurer  cover  persons=2 terms=@second                          premium_wrong
        foundation+insurer  cover  persons=2 terms=@third                           fact_missing
        county              fact   name=population value=700                        ok
        foundation+insurer  cover  persons=2 terms=@third                           fact_missing   # of no county
        county              fact   name=population value=800 county=kangbao         ok
        foundation+insurer  cover  persons=2 terms=@third premium=4000              premium_wrong
        foundation+insurer  cover  persons=2 terms=@third premium=2400              ok
        foundation+insurer  cover  persons=0 terms=@second county=guyuan period=p2  ok
        """,
    ),
    "one enrolment in the whole log": (
        """
        two: insurer       terms      programme=two accounts=$own-insurer flows=$none splits=$none -claims_share -refund_from unique=$once ok
        foundation+county  agreement  programme=two                                 ok
        """,  # noqa: E501
        f"""
        county   enrolment  lines=wang tags=w                                       ok
        county   enrolment  lines=wang-2 tags=w programme=two                       ok
        county   enrolment  lines=wang-3 tags=w programme=two period=p2             ok
        county   enrolment  lines=wang-4 tags=w programme=two                       tag_used
        {TERMS_SIGNERS}  terms  version=2 first_day=2019-02-01 unique=$once         version_wrong
        insurer  terms      programme=three accounts=$own-insurer flows=$none splits=$none -claims_share -refund_from unique=$once ok
        foundation+county  agreement  programme=three                               ok
        county   enrolment  lines=wang-5 tags=w programme=three                     tag_used
        county   enrolment  lines=wang-5 tags=w programme=three period=p3           ok
        """,  # noqa: E501
    ),
}
