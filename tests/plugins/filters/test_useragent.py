import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from logsmith.event import Event, EventError, FieldRef, copied
from logsmith.plugins import Context, PluginError
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.filters.useragent import agent_version, system_version
from logsmith.useragents import patterns
from logsmith.useragents.patterns import Pattern, Patterns
from tests.plugins.filters.emission import emitted, outcome

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/89.0.4389.90 Safari/537.36"
)
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.0 Safari/605.1.15"

CHROME_FIELDS = {
    "name": "Chrome",
    "version": "89.0.4389.90",
    "os": {"name": "Linux", "full": "Linux"},
    "device": {"name": "Other"},
}
CHROME_METADATA = {"filter": {"user_agent": {"version": {"major": "89", "minor": "0", "patch": "4389"}}}}


def make(*, ecs="v8", **values):
    plugin, _ = make_plugin("filter", "useragent", {"source": "agent", **values}, Context(ecs=ecs))
    return plugin


def filtered(agent, *, ecs="v8", others=None, **values):
    event = Event.from_map({"agent": agent, **(others or {})})
    assert make(ecs=ecs, **values).filter(event)
    return event


def own(tmp_path, agents="", systems="", devices=""):
    path = tmp_path / "own.yaml"
    sections = {"user_agent_parsers": agents, "os_parsers": systems, "device_parsers": devices}
    path.write_text("".join(f"{name}:\n{text or '  []'}\n" for name, text in sections.items()))
    return str(path)


SYSTEMS = [
    (
        "Mozilla/5.0 (Windows NT 6.3; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246",
        ("Edge", "12.246", "Windows 8.1"),
    ),
    ("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)", ("IE", "7.0", "Windows Vista")),
    (
        "MacOutlook/16.24.0.190414 (Intelx64 Mac OS X Version 10.14.4 (Build 18E226))",
        ("MacOutlook", "16.24.0.190414", "Mac OS X 10.14.4"),
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_3) AppleWebKit/537.75.14 (KHTML, like Gecko) Version/7.0.3 Safari/7046A194A",
        ("Safari", "7.0.3", "Mac OS X 10.9.3"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0.5 Mobile/15E148 Safari/604.1",
        ("Mobile Safari", "13.0.5", "iOS 13.3.1"),
    ),
    ("curl/7.68.0", ("curl", "7.68.0", "Other")),
    ("nothing that anybody knows", ("Other", None, "Other")),
]


@pytest.mark.parametrize(("agent", "expected"), SYSTEMS)
def test_knows_browsers_and_systems(agent, expected):
    event = filtered(agent)
    refs = ("[user_agent][name]", "[user_agent][version]", "[user_agent][os][full]")
    assert tuple(event.get(FieldRef(ref)) for ref in refs) == expected


def test_writes_the_fields_of_ecs_and_the_parts_of_versions_into_the_metadata():
    event = filtered(CHROME)
    assert event.top("user_agent") == CHROME_FIELDS
    assert event.metadata == CHROME_METADATA


def test_the_metadata_that_is_there_stays():
    event = Event.from_map(
        {"agent": SAFARI, "@metadata": {"x": 1, "filter": {"y": 2, "user_agent": {"version": "old"}}}}
    )
    event.change_metadata_later(lambda metadata: metadata.update(z=3))
    assert make().filter(event)
    numbers = {"version": {"major": "12", "minor": "0"}, "os": {"version": {"major": "10", "minor": "14"}}}
    assert event.metadata == {"x": 1, "z": 3, "filter": {"y": 2, "user_agent": numbers}}


def test_two_changes_of_metadata_that_wait_are_both_made():
    event = Event({"agent": CHROME})
    event.change_metadata_later(lambda metadata: metadata.update(z=3))
    assert make().filter(event)
    assert event.metadata == {"z": 3, **CHROME_METADATA}


@pytest.mark.parametrize(
    ("target", "there", "expected"),
    [
        ("ua", {}, CHROME_FIELDS),
        ("[ua]", {"ua": {"k": 1, "name": "old"}}, {"k": 1, **CHROME_FIELDS}),
        ("[ua]", {"ua": {"os": {"k": 1}}}, {**CHROME_FIELDS, "os": {"k": 1, **CHROME_FIELDS["os"]}}),
        ("[ua]", {"ua": []}, []),
    ],
)
def test_what_the_target_holds_stays_beside(target, there, expected):
    assert filtered(CHROME, target=target, others=there).top("ua") == expected


@pytest.mark.parametrize("there", [{"ua": "text"}, {"ua": None}, {"ua": {"os": "Linux"}}])
def test_a_value_in_the_way_is_a_fault_of_the_event(there):
    with pytest.raises(EventError):
        filtered(CHROME, target="ua", others=there)


def test_a_target_may_be_deep():
    event = filtered(CHROME, target="[client][ua]")
    assert event.top("client") == {"ua": CHROME_FIELDS}


def test_the_target_may_be_the_source():
    assert filtered(CHROME, target="agent").top("agent") == CHROME_FIELDS
    assert (
        filtered(CHROME, target="[agent]", ecs="disabled", source="[agent]").get(FieldRef("[agent][os]"))
        == "Linux"
    )


def test_without_ecs_all_fields_are_flat_and_at_the_root():
    fields = filtered(SAFARI, ecs="disabled", prefix="p_").to_map()
    assert {name: value for name, value in fields.items() if name.startswith("p_")} == {
        "p_name": "Safari",
        "p_version": "12.0",
        "p_major": "12",
        "p_minor": "0",
        "p_os": "Mac OS X",
        "p_os_name": "Mac OS X",
        "p_os_version": "10.14",
        "p_os_major": "10",
        "p_os_minor": "14",
        "p_os_full": "Mac OS X 10.14",
        "p_device": "Mac",
    }


def test_a_prefix_is_not_for_ecs_and_has_no_brackets():
    plugin, problems = make_plugin("filter", "useragent", {"source": "a", "prefix": "p_"}, Context(ecs="v8"))
    assert [(one.severity, one.setting) for one in problems] == [("warning", "prefix")]
    event = Event.from_map({"a": CHROME})
    plugin.filter(event)
    assert event.top("user_agent") == CHROME_FIELDS
    with pytest.raises(BuildError, match="brackets"):
        make(ecs="disabled", prefix="[p]")


@pytest.mark.parametrize("agent", [None, "", [], {}, [None], [""]])
def test_without_a_user_agent_nothing_happens(agent):
    event = Event.from_map({"agent": agent})
    assert make().filter(event) is False
    assert "user_agent" not in event.to_map()


def test_of_an_array_the_first_item_counts():
    assert filtered([CHROME, SAFARI]).top("user_agent") == CHROME_FIELDS


@pytest.mark.parametrize("agent", [1, True, [2], {"a": 1}])
def test_what_is_no_text_is_a_fault_of_the_event(agent):
    with pytest.raises(PluginError, match="expected a text"):
        filtered(agent)


@pytest.mark.parametrize("there", [{}, {"user_agent": {"k": 1}}])
def test_events_share_nothing(there):
    plugin = make()
    run = emitted(plugin)
    first, second = (Event.from_map({"agent": CHROME, **copied(there)}) for _ in range(2))
    third = Event.from_map({"agent": CHROME, **copied(there)})
    plugin.filter(first)
    for event in (second, third):
        assert run(event)
    for event in (first, second):
        event.set(FieldRef("[user_agent][os][name]"), "changed")
        event.set(FieldRef("[user_agent][device][name]"), "changed")
        event.metadata["filter"]["user_agent"]["version"]["major"] = "changed"
    expected = {**there.get("user_agent", {}), **CHROME_FIELDS}
    assert (third.top("user_agent"), third.metadata) == (expected, CHROME_METADATA)


def test_as_many_agents_are_remembered_as_told():
    plugin = make(lru_cache_size=2)
    for agent in ("a", "b", "a", "c", "a"):
        plugin.filter(Event.from_map({"agent": agent}))
    assert list(plugin._known.entries) == ["c", "a"]


def test_an_agent_that_is_known_is_not_parsed_again():
    plugin = make()
    run = emitted(plugin)
    events = [Event.from_map({"agent": CHROME}) for _ in range(2)]
    run(events[0])
    plugin._find = plugin._parse = None
    run(events[1])
    assert events[1].top("user_agent") == CHROME_FIELDS


def test_all_that_changes_metadata_is_the_same_for_the_same_agent():
    plugin = make()
    run = emitted(plugin)
    events = [Event({"agent": CHROME}, Raw(b"{}")) for _ in range(3)]

    def change(metadata):
        metadata["z"] = 3

    for event in events:
        event.change_metadata_later(change)
        run(event)
    assert len({event.unread_metadata for event in events}) == 1
    assert events[0].metadata == {"z": 3, **CHROME_METADATA}


PLACES = [
    ("v8", "[user_agent][a]", None),
    ("v8", "[s][a]", None),
    ("v8", "[s][a]", "s"),
    ("v8", "[s][a]", "[t][s]"),
    ("v8", "[s][a]", "[@metadata][s]"),
    ("v8", "s", "s"),
    ("disabled", "s", None),
    ("disabled", "s", "t"),
    ("disabled", "[s][0]", "[t][s]"),
    ("disabled", "s", "tags"),
    ("disabled", "[@metadata][s]", "t"),
]
AGENT = st.sampled_from([CHROME, SAFARI, "curl/7.68.0", "?", "", None, 5, {}, f"{SAFARI} \ud800", "x" * 5000])
TEXTS = AGENT | st.lists(AGENT, max_size=2)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.dictionaries(
        st.sampled_from(["a", "s", "os", "device", "name", "version"]), inner, max_size=3
    ),
    max_leaves=5,
)
MEMBERS = st.dictionaries(
    st.sampled_from(["s", "t", "user_agent", "os", "tags"]), VALUES | st.fixed_dictionaries({"a": TEXTS})
)


@pytest.fixture(scope="module")
def filters():
    """A useragent for each place where fields can go: called, and emitted; what is known is the same for both."""
    made = []
    for ecs, source, target in PLACES:
        for as_json in (False, True):
            one = make(ecs=ecs, source=source, **({"target": target} if target else {}))
            one._known.as_json = as_json
            made.append((one.filter, emitted(one)))
    return made


@settings(deadline=None)
@given(
    MEMBERS,
    st.sets(st.sampled_from(["s", "t", "user_agent", "os"])),
    st.dictionaries(st.sampled_from(["s", "filter"]), VALUES),
)
def test_the_code_that_is_emitted_does_what_the_filter_does(filters, members, unread, metadata):
    for call, compiled in filters:
        called = outcome(call, members, unread, metadata)
        assert outcome(compiled, members, unread, metadata) == called


def test_a_text_is_read_as_far_as_the_limit_goes():
    agent = "x" * (4096 - len(" curl/7.68.0")) + " curl/7.68.0"
    assert filtered(agent).get(FieldRef("[user_agent][name]")) == "curl"
    assert filtered("xx" + agent).get(FieldRef("[user_agent][version]")) == "7.68"


def test_a_lone_surrogate_harms_nothing():
    assert filtered(f"{CHROME} \ud800").get(FieldRef("[user_agent][name]")) == "Chrome"


VERSIONS = [
    ("Chrome/26.0.1410.63 Safari", ("26", "0", "1410", None), "26.0.1410.63"),
    ("Chrome/26.0.1410.63", ("26", "0", "1410", None), "26.0.1410"),  # no blank after it
    ("Chrome/26.0.1410.063 Safari", ("26", "0", "1410", None), "26.0.1410"),
    ("Chrome/26.0.1410. Safari", ("26", "0", "1410", None), "26.0.1410"),
    ("a/1.2.34 b/1.2.3.4 c", ("1", "2", "3", None), "1.2.3"),  # where it is first, no dot follows
    ("b/1.2.3-4 c", ("1", "2", "3", None), "1.2.3"),
    ("b/1.2.3.4 c", ("1", "2", "3", "9"), "1.2.3.9"),
    ("b/1.2.3 c", ("1", "2", None, "9"), "1.2"),
    ("b/1.2.3 c", ("1", None, None, None), "1"),
    ("b/1.2.3 c", (None, "2", None, None), None),
]


@pytest.mark.parametrize(("text", "parts", "expected"), VERSIONS)
def test_a_version_ends_where_a_part_is_missing(text, parts, expected):
    assert agent_version(text, ("x", *parts)) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("10", "14", "4", None), "10.14.4"),
        (("XP", None, None, None), "XP"),
        (("XP", "64", "1", None), "XP 64.1"),
        (("08", "1", None, None), "08 1"),
        ((None, "1", None, None), None),
    ],
)
def test_a_system_that_is_a_word_has_a_blank_before_its_number(parts, expected):
    assert system_version(("x", *parts)) == expected


def test_an_own_file_says_what_agents_are(tmp_path):
    path = own(
        tmp_path,
        agents="""
  - { regex: '(Mine)/(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)', family_replacement: 'My $1' }
  - { regex: '(Fixed)/(\\d+)\\.(\\d+)\\.(\\d+)', v2_replacement: 7 }""",
        systems="""
  - { regex: '(box)(\\d)', os_replacement: 'BoxOS', os_v1_replacement: '$2', os_v2_replacement: '5' }""",
        devices="""
  - { regex: 'dev-(\\w+)-(\\w+)?', regex_flag: 'i', device_replacement: '$2 of $1 $2' }""",
    )
    event = filtered("Mine/1.2.3.4 box8 DEV-a-", regexes=path)
    assert event.top("user_agent") == {
        "name": "My Mine",
        "version": "1.2.3.4",
        "os": {"name": "BoxOS", "version": "8.5", "full": "BoxOS 8.5"},
        "device": {"name": "of a"},
    }
    assert filtered("Fixed/1.2.3 ", regexes=path).get(FieldRef("[user_agent][version]")) == "1.7"


def first(*listed):
    """Return what finds the first of these patterns that matches."""
    patterns = Patterns(listed)
    return lambda text: patterns.find(text)[0]


def test_patterns_that_look_ahead_keep_their_place():
    find = first(
        Pattern("ab(?!c)", "ahead"), Pattern("a", "a"), Pattern("(?<=x)y", "behind"), Pattern("y", "y")
    )
    found = {text: find(text)[0] for text in ("abd", "abc", "xy", "y")}
    assert found == {"abd": "ahead", "abc": "a", "xy": "behind", "y": "y"}
    assert find("-") is None
    assert first(Pattern("a", "a"), Pattern("ab(?!c)", "ahead"))("abd") == ["a"]


def test_words_are_of_ascii_letters_and_a_newline_may_end_a_text():
    find = first(Pattern(r"\bfoo\d+$", "found"))
    assert [find(text) for text in ("foo1", "\u00e9foo1\n", "efoo1", "foo\u0661", "foo1\n\n")] == [
        ["found"],
        ["found"],
        None,
        None,
        None,
    ]


def test_a_pattern_without_a_name_leaves_the_text_to_the_next():
    find = first(Pattern("(x)?y", "$1"), Pattern("y", "second"))
    assert (find("xy"), find("y")) == (["x"], ["second"])


def test_an_empty_group_is_no_part():
    find = first(Pattern(r"(x)/(\d*)\.(\d+)", "$1", "$2", "$3", "$4"))
    assert find("x/.5") == ["x", None, "5", None]


FILES = [
    ("user_agent_parsers: []\nos_parsers: []\n", "device_parsers is missing"),
    ("- a\n", "user_agent_parsers is missing"),
    ("user_agent_parsers: [{family_replacement: x}]\n", "no regex"),
    ("user_agent_parsers: [{regex: '(a'}]\n", "bad regular expression"),
    ("user_agent_parsers: [{regex: 'a[z-a]'}]\n", "bad regular expression"),
    ("user_agent_parsers: [{regex: 'a{3,1}'}]\n", "bad regular expression"),
    ("user_agent_parsers: [{regex: '" + "(" * 5_000 + ")" * 5_000 + "'}]\n", "bad regular expression"),
    ("user_agent_parsers: [", "while parsing"),
]


@pytest.mark.parametrize(("text", "message"), FILES)
def test_a_file_that_is_none_is_refused(tmp_path, text, message):
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(BuildError, match=message):
        make(regexes=str(path))


def test_a_file_that_is_missing_is_refused(tmp_path):
    with pytest.raises(BuildError, match="does not exist"):
        make(regexes=str(tmp_path / "none.yaml"))


def test_the_patterns_of_ua_parser_are_read_when_a_pipeline_starts_not_when_it_is_checked(monkeypatch):
    asked = []
    monkeypatch.setattr(patterns, "builtin_patterns", asked.append)
    monkeypatch.setattr("logsmith.plugins.filters.useragent.builtin_patterns", lambda: asked.append(1))
    plugin = make()
    assert asked == []
    plugin.preload()
    assert asked == [1]
