"""Secrets in diagnostics: no source line, message or hint shows one, wherever in a broken text it stands."""

import pytest

from logsmith.compiler import compile_pipeline
from logsmith.config.diagnostics import Diagnostic, as_json, render_plain
from logsmith.config.masks import masked_line
from logsmith.config.settings_file import read_settings_map
from logsmith.config.settings_table import PASSWORDS, ROWS
from logsmith.config.source import Source, Span
from logsmith.config.variables import Variables
from logsmith.password import Password
from logsmith.plugins import Context, registry
from logsmith.plugins.setting import old_spellings, settings_of

SECRET = "hunter2"

BROKEN = {
    "a slip in the name": 'user => "u" pasword => "hunter2"',
    "another word for it": "passwd => 'hunter2'",
    "a slip in a longer name": 'ssl_keystore_pasword => "hunter2"',
    "a slip in its last part": 'es_tokn => "hunter2"',
    "a name that says so": 'basic_auth => "u:hunter2" some_credentials => "hunter2"',
    "an array": 'password => ["hunter2"]',
    "a hash": 'password => { "hunter2" => "hunter2" }',
    "an array in a hash": 'password => { a => [1, "hunter2"] } bogus => 1',
    "a bareword": "password => hunter2 bogus => 1",
    "a bareword that is none": "password => hunter2/a",
    "a bareword that begins as none": "password => /hunter2",
    "a comment between": 'password => # mine\n "hunter2" bogus => 1',
    "an authorization": 'custom_headers => { "Authorization" => "Bearer hunter2" } bogus => 1',
    "other headers": 'custom_headers => { "Cookie" => "hunter2" "X-Api-Key" => "hunter2" x-vault-token => "hunter2" } bogus => 1',
    "a parameter": 'parameters => { "token" => "hunter2" } bogus => 1',
    "a line of a longer hash": 'custom_headers => {\n "Authorization" => "Bearer hunter2" "Authorization" => 1 }',
    "a line of a longer array": 'password => [\n "hunter2" bogus ]',
    "a line of a longer text": 'password => "a\n hunter2" bogus => 1',
    "a quote that is missing": 'user => "u" password => "hunter2',
    "a quote that is missing before": 'user => "u\n hosts => "h"\n password => "hunter2" bogus => 1',
    "another sign for an arrow": 'password = "hunter2"',
    "a colon for an arrow": 'password: "hunter2"',
    "no arrow": 'password "hunter2"',
    "an address": 'proxy => "http://u:hunter2@x:1" bogus => 1',
    "a broken address": 'hosts => ["http://u:hunter2@x:y:z"]',
    "an escaped quote": r'password => "a\"hunter2" bogus => 1',
}


@pytest.mark.parametrize("setting", BROKEN.values(), ids=BROKEN.keys())
def test_shows_no_secret(setting):
    source = Source("main.conf", f"output {{ elasticsearch {{ {setting} }} }}")
    found = compile_pipeline([source], Context()).diagnostics
    assert found
    for one in found:
        assert SECRET not in render_plain(one)
        assert SECRET not in str(as_json(one))
        assert SECRET not in one.message + one.hint


SHOWN = {
    "what is no secret": 'index => "logs" bogus => 1',
    "a path of a key": 'ssl_key => "/etc/a.key" bogus => 1',
    "a field of that name": 'if [token] == "x" { drop { } }',
    "a pattern": 'if [a] =~ /password: "/ { b => "c" }',
    "a comment": '# password: "x"',
    "a text with a colon": 'match => { "message" => "token: %{WORD:key}" }',
}


@pytest.mark.parametrize("text", SHOWN.values(), ids=SHOWN.keys())
def test_shows_everything_else(text):
    assert masked_line(Source("main.conf", text), 1) == text


def test_stars_are_as_many_as_what_they_hide():
    source = Source("main.conf", 'a => 1 pasword => "hunter2" b => [')
    assert masked_line(source, 1) == "a => 1 pasword => ********* b => ["


YAML = {
    "a slip in the name": "api.auth.basic.pasword: hunter2",
    "a name in parts": "api:\n  auth:\n    basic:\n      pasword: hunter2",
    "a list": "api.auth.basic.password: [hunter2]\nbogus: 1",
    "a list below": "api.auth.basic.password:\n- hunter2: x: y",
    "a text below": "api.auth.basic.password:\n  hunter2: x: y",
    "a map in a line": "api: {auth: {basic: {password: hunter2, bogus: 1}}}",
    "no YAML": "api.auth.basic.password: hunter2: x",
}


@pytest.mark.parametrize("text", YAML.values(), ids=YAML.keys())
def test_shows_no_secret_of_a_settings_file(text):
    source = Source("logsmith.yml", text)
    found = read_settings_map(source, Variables({}))
    spans = [one.span for one in (*found.given, *found.diagnostics)]
    starts = [Span(source, source.line_start(line), len(text)) for line in range(1, text.count("\n") + 2)]
    for span in (*spans, *starts):
        assert SECRET not in render_plain(Diagnostic("bad-value", "wrong", span))


def _all_settings():
    for kind in ("input", "filter", "output", "codec"):
        for name in registry.names(kind, third_parties=False):
            plugin = registry.find(kind, name)
            for one in settings_of(plugin).values():
                yield one.name, "Password" in str(one.type) or one.type is Password
            yield from ((old, "Password" in str(one.type)) for old, one in old_spellings(plugin))


def test_hides_just_the_settings_of_plugins_that_are_secret():
    found = list(_all_settings())
    secret = {name for name, is_secret in found if is_secret}
    assert {"password", "api_key", "session_token"} <= secret
    hidden = {
        name for name, _ in found if "hunter2" not in masked_line(Source("a", f'{name} => "hunter2"'), 1)
    }
    assert hidden == secret


def test_hides_just_the_settings_of_the_server_that_are_secret():
    names = {row.name for row in ROWS}
    shown = {name for name in names if "hunter2" in masked_line(Source("a.yml", f"{name}: hunter2"), 1)}
    assert names - shown == PASSWORDS
