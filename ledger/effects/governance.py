"""Effects of charter, terms and agreements: parties, keys, and accounts that open.

Source: docs/formats/kinds.md, state.md.
"""

from msgspec import UNSET

from ledger.charter import officers_of
from ledger.effects import duties, notices
from ledger.effects.work import Effects
from ledger.keys import parse_vkey, signer_name
from ledger.kinds import Agreement, CalendarYear, Charter, Fact, Terms
from ledger.terms import COUNTY, in_county, newest, versions


def charter(work: Effects) -> None:
    """Rows of the parties, their keys, and their officers."""
    for party in work.context.the(Charter).parties:
        row = {"cosigner": party.cosigner, "key": party.key, "roles": party.roles}
        work.state.put("party", party.name, row=row)
        work.state.put("key", signer_name(parse_vkey(party.key)), row=party.name)
        for officer in officers_of(party):
            work.state.put("officer", signer_name(parse_vkey(officer.key)), row={
                "key": officer.key, "name": officer.name, "party": party.name,
                "place": None if officer.place is UNSET else officer.place})


def terms(work: Effects) -> None:
    """A new version; accounts that do not exist open. The first one starts the notices of each year."""
    entry = work.context.the(Terms)
    known = versions(work.state, entry.programme)
    work.state.put("terms", work.context.index, row=work.context.signed.value)
    work.state.put("programme", entry.programme, row={
        "unit": entry.unit, "versions": [*known, (entry.first_day.isoformat(), work.context.index)]})
    _open_accounts(work, entry.programme, county=None)
    counties = work.state.scan("agreed", entry.programme)
    agreed = sorted((index, county) for (_table, _programme, county), index in counties)
    for _index, county in agreed:
        _open_accounts(work, entry.programme, county=county)
    notices.start_yearly(work)


def calendar(work: Effects) -> None:
    """A year's days, newest first; what was counted over that year is counted again."""
    entry = work.context.the(CalendarYear)
    work.state.put("calendar", entry.name, f"{entry.year:04d}", row={
        "days_off": [day.isoformat() for day in entry.days_off], "index": work.context.index,
        "work_days": [day.isoformat() for day in entry.work_days]})
    duties.rework_duties(work, entry.name, entry.year)


def fact(work: Effects) -> None:
    """The newest number under its name."""
    entry = work.context.the(Fact)
    if entry.name is not UNSET:
        county = "-" if entry.county is UNSET else entry.county
        work.state.put("fact", entry.programme, entry.name, county, row={
            "index": work.context.index, "value": entry.value})


def agreement(work: Effects) -> None:
    """The county's accounts open."""
    entry = work.context.the(Agreement)
    work.state.put("agreed", entry.programme, entry.county, row=work.context.index)
    _open_accounts(work, entry.programme, county=entry.county)


def _open_accounts(work: Effects, programme: str, *, county: str | None) -> None:
    """Open the accounts of the newest terms that do not exist: those of a county, or those of none."""
    terms_row = newest(work.state, programme)
    splits = {split["name"]: {part: split[part] for part in ("den", "num", "rest", "to")}
              for split in terms_row["splits"]}
    for account in terms_row["accounts"]:
        if (COUNTY in account["name"]) != (county is not None):
            continue
        name = account["name"] if county is None else in_county(account["name"], county)
        if work.state.get("account", name) is None:
            more = {"split": splits[name]} if name in splits else {}
            work.books.open(name, holder=account["holder"], unit=terms_row["unit"], place=account["place"],
                            programme=programme, **more)
