"""`${NAME}`: where it is replaced, by what, and where it is left alone."""

import pytest

from logsmith.config import Source, UndefinedVariableError, parse
from logsmith.config.ast import walk_plugins
from logsmith.config.values import plugin_settings
from logsmith.config.variables import Variables, check_variables, expand

ENVIRONMENT = {"A": "env-a", "B": "x, y", "LIST": "[p, 'q']", "OUTER": "<${A}>", "lower": "no"}
VARIABLES = Variables(ENVIRONMENT, {"SECRET": "s3", "BOTH": "keystore", "A.b": "dotted"})

VALUES = {
    "plain text": ("foo", "foo"),
    "a variable": ("${A}", "env-a"),
    "a dotted name": ("${A.b}", "dotted"),
    "a secret": ("${SECRET}", "s3"),
    "a default": ("${NONE:dflt}", "dflt"),
    "a default that is not needed": ("${A:dflt}", "env-a"),
    "an empty default": ("${NONE:}", ""),
    "a blank default": ("${NONE: }", " "),
    "a default with a dollar": ("${NONE:my$val}", "my$val"),
    "another case of the name": ("${a:other}", "other"),
    "two in one text": ("${A} and ${NONE:z}", "env-a and z"),
    "a dollar alone": ("foo$bar $A {A}", "foo$bar $A {A}"),
    "what is no name": ("${f$$:val} ${5} ${}", "${f$$:val} ${5} ${}"),
    "a value with a variable in it": ("${OUTER}", "<env-a>"),
    "a default up to the first brace": ("${NONE:%{WORD:w}}", "%{WORD:w}"),
    "numbers stay numbers": (5, 5),
    "in arrays": (["${A}", "b", ["${NONE:c}"]], ["env-a", "b", ["c"]]),
    "in hash values, not in keys": ({"${A}": {"k": "${A}"}}, {"${A}": {"k": "env-a"}}),
    "a whole value that looks like an array": ("${LIST}", "[p, 'q']"),
    "brackets around": ("[${A}, y ,'z',]", ["env-a", "y", "z"]),
    "brackets around nothing": ("[${NONE:}]", []),
    "single quotes around": ("'${A} y'", "env-a y"),
    "double quotes around": ('"z${A}"', "zenv-a"),
    "quotes not around": ('"${A}"-', '"env-a"-'),
    "quotes without a variable": ("'x'", "'x'"),
}


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES)
def test_a_plugin_value_is_expanded(value, expected):
    assert VARIABLES.expand_value(value) == expected


def test_the_keystore_comes_before_the_environment():
    assert Variables({"BOTH": "environment"}, {"BOTH": "keystore"}).expand_value("${BOTH}") == "keystore"


def test_an_id_does_not_ask_the_keystore():
    variables = Variables({"A": "env"}, {"A": "keystore", "SECRET": "s"})
    assert variables.expand_id("${A}") == "env"
    assert variables.expand_id("x-${A}") == "x-${A}"
    with pytest.raises(UndefinedVariableError):
        variables.expand_id("${SECRET}")


def test_a_constant_of_a_condition_is_expanded_only_as_a_whole():
    assert VARIABLES.expand_constant("${A}") == "env-a"
    assert VARIABLES.expand_constant("${LIST}") == "[p, 'q']"
    assert VARIABLES.expand_constant("pre-${A}") == "pre-${A}"


def test_a_setting_of_a_settings_file_is_refined():
    assert VARIABLES.expand_setting("${LIST}") == ["p", "q"]
    assert VARIABLES.expand_setting("'${A}'") == "env-a"


def test_a_codec_is_expanded_inside():
    plugin = next(walk_plugins(parse(Source("f", 'input { x1 { codec => json { a => "${A}" } } }')).pipeline))
    assert VARIABLES.expand_value(plugin_settings(plugin))["codec"].settings == {"a": "env-a"}


@pytest.mark.parametrize("text", ["${NONE}", "x ${NONE} y"])
def test_a_variable_without_a_value_is_an_error(text):
    with pytest.raises(UndefinedVariableError, match="NONE") as caught:
        VARIABLES.expand_value([text])
    assert (caught.value.placeholder, caught.value.name) == ("${NONE}", "NONE")


def test_expand_replaces_everywhere_and_refines_nothing():
    assert expand("'${A}' [${NONE:x}]", ENVIRONMENT) == "'env-a' [x]"


def test_check_points_at_every_undefined_variable_of_a_plugin():
    text = """\
filter {
  x1 { a => "x ${NO5} ${A} ${NO6:d}" "${NO7}" => { "${NO8}" => ["${NO9}"] } codec => y1 { bb => '${NO10}' } }
}
"""
    plugin = next(walk_plugins(parse(Source("main.conf", text)).pipeline))
    found = check_variables(plugin, VARIABLES)
    # Not in names of settings, or in keys of hashes
    assert [one.span.text for one in found] == ["${NO5}", "${NO9}", "${NO10}"]
    assert {one.code for one in found} == {"undefined-variable"}
