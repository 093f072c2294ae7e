"""The keystore: what it keeps, who can open it, and what damage does to it."""

import json
import os
import stat

import pytest

from logsmith.config import keystore
from logsmith.config.keystore import (
    Keystore,
    KeystoreError,
    KeystoreFile,
    check_name,
    find_password,
)

SECRETS = {"es_password": 'geheim "ß" \\ \n', "s3.key": "x" * 5000}


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Derive keys at little cost: the file says how dear they are."""
    monkeypatch.setattr(keystore, "SCRYPT", {"n": 2**4, "r": 8, "p": 1})


@pytest.fixture(params=[None, "passwörd"], ids=["key file", "password"])
def password(request):
    return request.param


@pytest.fixture
def file(tmp_path, password):
    """A keystore with two secrets."""
    made = KeystoreFile(tmp_path / "settings" / "logsmith.keystore")
    made.create(password)
    made.write(SECRETS, password)
    return made


def test_what_was_written_is_read(file, password):
    assert dict(file.read(password)) == SECRETS


def test_no_secret_and_no_name_lies_open(file):
    written = file.path.read_bytes()
    assert all(text not in written for text in (b"es_password", b"geheim", b"x" * 50))


def test_only_its_owner_may_read_the_files(file, password):
    paths = [file.path] + ([file.key_path] if password is None else [])
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600] * len(paths)
    assert sorted(file.path.parent.iterdir()) == sorted(paths)


def test_each_writing_has_a_nonce_of_its_own(file, password):
    before = json.loads(file.path.read_text())
    file.write(SECRETS, password)
    after = json.loads(file.path.read_text())
    assert before["nonce"] != after["nonce"]
    assert before["secrets"] != after["secrets"]


def test_names_ignore_case(file, password):
    opened = file.read(password)
    assert opened["ES_Password"] == SECRETS["es_password"]
    assert "S3.KEY" in opened
    assert opened.get("none") is None


def test_it_never_prints_what_it_keeps(file, password):
    opened = file.read(password)
    assert f"{opened} {opened!r}" == "<keystore of 2 keys> <keystore of 2 keys>"


def damaged(change):
    def damage(whole):
        change(whole)
        return json.dumps(whole)

    return damage


DAMAGE = [
    ("no JSON", lambda _: "{"),
    ("no object", lambda _: "[]"),
    ("nothing", lambda _: ""),
    ("nested out of sight", lambda _: "[" * 200_000),
    ("another format", damaged(lambda whole: whole.update(format="x"))),
    ("no secrets", damaged(lambda whole: whole.pop("secrets"))),
    ("no derivation", damaged(lambda whole: whole.update(derivation=[]))),
    ("a nonce that is no base64", damaged(lambda whole: whole.update(nonce="§"))),
    ("no nonce", damaged(lambda whole: whole.update(nonce=""))),
    ("a changed byte", damaged(lambda whole: whole.update(secrets="AAAA" + whole["secrets"][4:]))),
    ("another derivation", damaged(lambda whole: whole["derivation"].update(more=1))),
]


@pytest.mark.parametrize(("_", "damage"), DAMAGE, ids=[one[0] for one in DAMAGE])
def test_damage_is_said_and_nothing_is_read(_, damage, file, password):
    file.path.write_text(damage(json.loads(file.path.read_text())))
    with pytest.raises(KeystoreError, match="damaged"):
        file.read(password)


def test_another_version_is_said(file, password):
    whole = json.loads(file.path.read_text())
    file.path.write_text(json.dumps({**whole, "version": 2}))
    with pytest.raises(KeystoreError, match="is of version 2, and this logsmith reads version 1"):
        file.read(password)


@pytest.mark.parametrize("cost", [{"n": 2**30}, {"r": 2**20}, {"p": 0}, {"n": 3}, {"n": "x"}, {"salt": 5}])
@pytest.mark.parametrize("password", ["p"], indirect=True)
def test_a_file_cannot_ask_for_more_work_than_is_sane(cost, file, password):
    whole = json.loads(file.path.read_text())
    whole["derivation"].update(cost)
    file.path.write_text(json.dumps(whole))
    with pytest.raises(KeystoreError, match="damaged"):
        file.read(password)


@pytest.mark.parametrize("password", ["right"], indirect=True)
@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("wrong", "the password in LOGSMITH_KEYSTORE_PASS or LOGSTASH_KEYSTORE_PASS is wrong"),
        (None, "has a password: put it into LOGSMITH_KEYSTORE_PASS"),
    ],
)
def test_without_the_password_it_stays_closed(file, given, complaint):
    with pytest.raises(KeystoreError, match=complaint):
        file.read(given)


@pytest.mark.parametrize("password", [None], indirect=True)
def test_without_its_key_file_it_stays_closed(file):
    file.key_path.unlink()
    with pytest.raises(KeystoreError, match=r"the key of .* cannot be read: No such file"):
        file.read(None)


@pytest.mark.parametrize("password", [None], indirect=True)
def test_another_keystores_key_file_does_not_open_it(file, tmp_path):
    other = KeystoreFile(tmp_path / "other")
    other.create(None)
    file.key_path.write_bytes(other.key_path.read_bytes())
    with pytest.raises(KeystoreError, match="is another keystore's"):
        file.read(None)


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o666])
@pytest.mark.parametrize("password", [None], indirect=True)
def test_a_key_file_that_others_can_read_is_refused(mode, file):
    file.key_path.chmod(mode)
    with pytest.raises(KeystoreError, match=f"is open to others \\(mode {mode:04o}\\): chmod 600 it"):
        file.read(None)


def test_one_that_is_there_is_not_overwritten(file, password):
    with pytest.raises(KeystoreError, match="exists already"):
        file.create(password)
    assert dict(file.read(password)) == SECRETS


def test_a_writing_that_fails_leaves_the_old_one(file, password, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(KeystoreError, match="No space left"):
        file.write({"a": "b"}, password)
    assert dict(file.read(password)) == SECRETS
    assert not list(file.path.parent.glob(".*"))


@pytest.mark.parametrize("name", ["A", "_a", ".a", "es.pwd", "A1"])
def test_names_are_those_of_variables(name):
    assert check_name(name) == name.lower()


@pytest.mark.parametrize("name", ["", "1a", "a-b", "a b", "ä", "${A}", "a\n"])
def test_other_names_are_refused(name):
    with pytest.raises(KeystoreError, match="is no name for a key"):
        check_name(name)


PASSWORDS = [
    ({}, None),
    ({"LOGSTASH_KEYSTORE_PASS": "old"}, "old"),
    ({"LOGSTASH_KEYSTORE_PASS": "old", "LOGSMITH_KEYSTORE_PASS": "new"}, "new"),
]


@pytest.mark.parametrize(("environment", "expected"), PASSWORDS)
def test_the_password_comes_from_the_environment(environment, expected):
    assert find_password(environment) == expected


def test_an_empty_password_is_a_mistake():
    with pytest.raises(KeystoreError, match="LOGSMITH_KEYSTORE_PASS is set and empty"):
        find_password({"LOGSMITH_KEYSTORE_PASS": ""})


def test_an_empty_keystore_has_nothing():
    assert dict(Keystore()) == {}
