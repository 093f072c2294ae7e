"""The flags are Logstash's: from words to settings."""

import pytest

from logsmith.cli.options import UsageError, help_lines, parse_options
from logsmith.config.settings_table import ROWS

WORDS = [
    (["-f", "a.conf"], {"path.config": "a.conf"}),
    (["--path.config", "a.conf"], {"path.config": "a.conf"}),
    (["--path.config=a=b.conf"], {"path.config": "a=b.conf"}),
    (["-fa.conf"], {"path.config": "a.conf"}),
    (["-f", "a", "-f", "b"], {"path.config": "b"}),
    (["-e", "input { }"], {"config.string": "input { }"}),
    (["-e", ""], {"config.string": " "}),
    (["-e", "-t"], {"config.string": "-t"}),
    (
        ["-w4", "-b", "500", "-u", "5"],
        {"pipeline.workers": "4", "pipeline.batch.size": "500", "pipeline.batch.delay": "5"},
    ),
    (["-t"], {"config.test_and_exit": "true"}),
    (["-t", "-f", "a"], {"config.test_and_exit": "true", "path.config": "a"}),
    (["-tf", "a"], {"config.test_and_exit": "true", "path.config": "a"}),
    (["-rtfa"], {"config.reload.automatic": "true", "config.test_and_exit": "true", "path.config": "a"}),
    (["--api.enabled", "false"], {"api.enabled": "false"}),
    (["--api.enabled=false"], {"api.enabled": "false"}),
    (["--api.enabled", "-t"], {"api.enabled": "true", "config.test_and_exit": "true"}),
    (["-t", "true"], {"config.test_and_exit": "true"}),
    (["-p", "a", "-p", "b"], {"path.plugins": ["a", "b"]}),
    (["-S", "queue.type=persisted", "--setting=a=b=c"], {"queue.type": "persisted", "a": "b=c"}),
    (["-S", "queue.type="], {"queue.type": ""}),
    (["--quiet"], {"log.level": "error"}),
    (["--verbose", "--debug"], {"log.level": "debug"}),
    ([], {}),
]


@pytest.mark.parametrize(("words", "settings"), WORDS, ids=[" ".join(words) for words, _ in WORDS])
def test_words_choose_settings(words, settings):
    assert parse_options(words, {}).settings == settings


WRONG = [
    (["--pipeline.worker", "3"], "there is no flag --pipeline.worker; did you mean --pipeline.workers?"),
    (["--zzz"], "there is no flag --zzz"),
    (
        ["--queue.type", "persisted"],
        "queue.type is a setting without a flag: write -S queue.type=VALUE",
    ),
    (["-z"], "there is no flag -z"),
    (["comple"], "there is no command 'comple'; did you mean compile?"),
    (["main.conf"], "there is no command 'main.conf'; a pipeline's file goes behind -f"),
    (["-f"], "-f wants a value"),
    (["-f", "-t"], "-f wants a value, and -t is a flag"),
    (["-i", "--path.data=d"], "-i wants a value, and --path.data=d is a flag"),
    (
        ["--modules", "netflow"],
        "there is no flag --modules; modules ended with Logstash 9: write the pipeline in a file, and name that with -f",
    ),
    (
        ["-M", "netflow.var.input.udp.port=1"],
        "there is no flag -M; modules ended with Logstash 9: write the pipeline in a file, and name that with -f",
    ),
    (["-S", "a"], "-S wants KEY=VALUE, not 'a'"),
    (["--api.enabled=maybe"], "--api.enabled is true or false, not 'maybe'"),
]


@pytest.mark.parametrize(("words", "message"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_says_what_is_wrong_with_the_words(words, message):
    with pytest.raises(UsageError) as caught:
        parse_options(words, {})
    assert str(caught.value) == message


def test_the_settings_folder_may_come_from_the_environment():
    environment = {"LS_SETTINGS_DIR": "/etc/logstash"}
    assert parse_options([], environment).settings == {"path.settings": "/etc/logstash"}
    assert parse_options(["--path.settings", "b"], environment).settings == {"path.settings": "b"}


def test_a_deprecated_flag_names_the_new_one():
    assert parse_options(["--debug"], {}).warnings == ["--debug is deprecated, write --log.level=debug"]


# Logstash 9's own list
LOGSTASHS = """
-n --node.name -f --path.config -e --config.string --field-reference-escape-style --pipeline.id -w --pipeline.workers
--pipeline.ordered -b --pipeline.batch.size -u --pipeline.batch.delay --pipeline.unsafe_shutdown
--pipeline.batch.output_chunking.growth_threshold_factor --pipeline.ecs_compatibility --plugin-classloaders --path.data
-l --path.logs --path.settings -p --path.plugins --log.level --log.format --config.debug -t --config.test_and_exit
--log.format.json.fix_duplicate_message_fields -r --config.reload.automatic --config.reload.interval --api.enabled
--api.http.host --api.http.port -i --interactive -V --version -h --help -S --setting --enable-local-plugin-development
""".split()


def test_the_help_names_every_flag_of_logstash():
    text = "\n".join(help_lines())
    assert [
        flag
        for flag in LOGSTASHS
        if f"{flag} " not in text and f"{flag}," not in text and f"{flag}\n" not in text
    ] == []
    for example in (
        "logsmith -f pipeline.conf",
        "logsmith -t -f pipeline.conf",
        "logsmith certs",
        "logsmith compile",
    ):
        assert example in text


def test_every_flag_is_a_setting():
    from logsmith.cli.options import OPTIONS

    assert {option.setting for option in OPTIONS} <= {row.name for row in ROWS}
