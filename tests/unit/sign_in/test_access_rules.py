from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from pipelines.errors import AccessInvalid
from pipelines.sign_in.provider import provider_faults
from pipelines.sign_in.rules import Grant, access_file, comparable_email, read_rules

HEAD = 'contact = "the outcomes office"\n'
ONE = '[people]\n"ana@clinic.example" = { role = "lead", sites = ["Site 01"] }\n'


def rules_of(folder: Path, text: str):
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return read_rules(path)


def test_the_example_is_read():
    rules = read_rules(Path(__file__).parents[3] / "docs" / "access.example.toml")
    assert rules.people and rules.groups
    assert {grant.role for grant in (*rules.people.values(), *rules.groups.values())} == {"lead", "analyst", "admin"}


def test_what_the_page_shows_is_read(tmp_path: Path):
    page = (Path(__file__).parents[3] / "docs" / "sign-in.md").read_text(encoding="utf-8")
    secrets, rules = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    assert rules_of(tmp_path, rules).grant_of("Analyst@clinic.example", []) == Grant(role="lead", sites=["Site 01"])
    assert provider_faults(tomllib.loads(secrets)["auth"])[0].startswith("cookie_secret is easily guessed")
    assert len(provider_faults(tomllib.loads(secrets)["auth"])) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (ONE, "contact: is missing"),
        (HEAD, "nobody is named; add a line under [people] or [groups]"),
        (HEAD + '[people]\n"*@clinic.example" = { role = "lead", sites = "all" }', "wildcards are not possible"),
        (HEAD + '[people]\n"Ana" = { role = "lead", sites = "all" }', "'Ana': is no e-mail address"),
        (HEAD + '[people]\n"a b@c.example" = { role = "lead", sites = "all" }', "is no e-mail address"),
        (
            HEAD + ONE + '"ANA@clinic.example" = { role = "admin", sites = "all" }',
            "'ANA@clinic.example' is 'ana@clinic.example' again; keep one of them",
        ),
        (HEAD + '[people]\n"a@c.example" = { role = "chief", sites = "all" }', "people.a@c.example.role: Input should"),
        (HEAD + '[people]\n"a@c.example" = { role = "lead" }', "people.a@c.example.sites: is missing"),
        (HEAD + '[people]\n"a@c.example" = { role = "lead", sites = [] }', "give a list of at least one site's name"),
        (HEAD + '[people]\n"a@c.example" = { role = "lead", sites = [""] }', "give a list of at least one site's name"),
        (HEAD + '[people]\n"a@c.example" = { role = "lead", sites = "Site 01" }', "give a list of at least one site's"),
        (HEAD + '[people]\n"a@c.example" = { role = "lead", sites = "*" }', "give a list of at least one site's name"),
        (HEAD + '[people]\n"a@c.example" = { role = "lead", sites = "all", until = 3 }', "until: no such key"),
        (HEAD + "sign_in_hours = 1000\n" + ONE, "sign_in_hours: Input should be less than or equal to 720"),
        (HEAD + "open = true\n" + ONE, "open: no such key"),
        (HEAD + "[people\n", "is not valid TOML"),
    ],
)
def test_a_fault_lets_nobody_in_and_names_the_key(tmp_path: Path, text: str, fault: str):
    with pytest.raises(AccessInvalid) as caught:
        rules_of(tmp_path, text)
    assert fault in str(caught.value)
    assert str(tmp_path / "access.toml") in str(caught.value)


def test_without_the_file_the_cure_is_named(tmp_path: Path):
    with pytest.raises(AccessInvalid, match=r"is not there. Write it, or name another file with --access FILE"):
        read_rules(tmp_path / "access.toml")


@pytest.mark.skipif(os.name != "posix", reason="other systems keep no such mode")
def test_a_file_that_anyone_can_change_lets_nobody_in(tmp_path: Path):
    rules_of(tmp_path, HEAD + ONE)
    (tmp_path / "access.toml").chmod(0o666)
    with pytest.raises(AccessInvalid, match=r"can be changed by anyone on this machine. Run `chmod 640"):
        read_rules(tmp_path / "access.toml")


def test_a_change_holds_at_the_next_reading(tmp_path: Path):
    assert rules_of(tmp_path, HEAD + ONE).grant_of("ana@clinic.example", [])
    before = (tmp_path / "access.toml").stat()
    other = rules_of(tmp_path, HEAD + ONE.replace("ana", "ann"))
    os.utime(tmp_path / "access.toml", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read_rules(tmp_path / "access.toml") == other
    assert not other.grant_of("ana@clinic.example", [])


def test_the_file_in_force():
    assert access_file({}) == Path("access.toml")
    assert access_file({"OUTCOMES_ACCESS": "/etc/outcomes.toml"}) == Path("/etc/outcomes.toml")


@pytest.mark.parametrize(
    ("known", "asked", "is_same"),
    [
        ("ana@clinic.example", "Ana@Clinic.EXAMPLE", True),
        ("José@clinic.example", "jose\u0301@clinic.example", True),  # the accent as a sign of its own
        ("ana@clinic.example", "an\u0430@clinic.example", False),  # a Cyrillic a
        ("kim@clinic.example", "\u212aim@clinic.example", False),  # the Kelvin sign, lower case k
        ("ana@clinic.example", "ana@clinic.example.evil.example", False),
        ("ana@clinic.example", " ana@clinic.example", False),
        ("strasse@clinic.example", "stra\u00dfe@clinic.example", False),
        ("ana@clinic.example", "\uff41na@clinic.example", False),  # a wide a
    ],
)
def test_e_mails_are_compared_without_case_and_no_further(known: str, asked: str, is_same: bool):
    assert (comparable_email(known) == comparable_email(asked)) is is_same


GROUPED = (
    HEAD
    + ONE
    + """
[groups]
north = { role = "analyst", sites = ["Site 02", "Site 03"] }
south = { role = "lead", sites = ["Site 03", "Site 04"] }
board = { role = "analyst", sites = "all" }
"""
)


@pytest.mark.parametrize(
    ("groups", "grant"),
    [
        ([], None),
        (["North"], None),
        (["west"], None),
        (["north"], ("analyst", ("Site 02", "Site 03"))),
        (["north", "south"], ("lead", ("Site 02", "Site 03", "Site 04"))),
        (["south", "north", "west"], ("lead", ("Site 03", "Site 04", "Site 02"))),
        (["board", "south"], ("lead", ())),
        (["south", "board"], ("lead", ())),
    ],
)
def test_groups_add_up(tmp_path: Path, groups: list[str], grant: tuple[str, tuple[str, ...]] | None):
    found = rules_of(tmp_path, GROUPED).grant_of("kim@clinic.example", groups)
    assert (found and (found.role, found.sites)) == grant


def test_what_is_given_by_name_counts_alone(tmp_path: Path):
    found = rules_of(tmp_path, GROUPED).grant_of("ANA@clinic.example", ["board"])
    assert found == Grant(role="lead", sites=["Site 01"])
