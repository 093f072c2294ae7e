"""Where named patterns come from, and which wins."""

import pytest

from logsmith.grok import GrokError, Library

ECS_ALONE = """BACULA_LOG BIND9_CATEGORY BIND9_DNSTYPE BIND9_QUERYLOG BIND9_QUERYLOGBASE BRO_BOOL BRO_DATA
    CATALINA7_DATESTAMP CATALINA7_LOG CATALINA8_DATESTAMP CATALINA8_LOG CISCO_DST_HOST_PORT_USER CISCO_DST_IP_USER
    CISCO_HITCOUNT_INTERVAL CISCO_SRC_HOST_PORT_USER CISCO_SRC_IP_USER ELB_URIHOST ELB_URIPATHQUERY ELB_V1_HTTP_LOG
    EXIM_QUOTED_CONTENT HAPROXYHTTPREQUESTLINE HAPROXYURI IPTABLES IPTABLES4_FRAG IPTABLES4_PART IPTABLES6_PART
    IPTABLES_TCP_FLAGS IPTABLES_TCP_PART RT_FLOW_TAG SFW2_LOG_PREFIX SQUID3_STATUS TOMCAT7_LOG TOMCAT8_LOG
    TOMCATLEGACY_DATESTAMP TOMCATLEGACY_LOG URIQUERY ZEEK_BOOL ZEEK_CONN ZEEK_DATA ZEEK_DNS ZEEK_FILES
    ZEEK_FILES_RX_HOSTS ZEEK_FILES_TX_HOSTS ZEEK_HTTP""".split()


def test_the_legacy_set_has_logstashs_317_names():
    assert len(Library.stock(ecs=False).names) == 317


def test_the_ecs_set_has_these_44_more():
    assert set(Library.stock(ecs=True).names) - set(Library.stock(ecs=False).names) == set(ECS_ALONE)
    assert len(Library.stock(ecs=True).names) == 361


def test_a_stock_set_is_read_once():
    assert Library.stock(ecs=True) is Library.stock(ecs=True)


def test_a_file_is_read_line_by_line(tmp_path):
    lines = [
        "# A comment",
        "",
        "  ONE  a b ",
        "TWO\tc\td",
        "THREE",
        "FOUR ",
        "FIVE x # y",
        "SIX z\r",
        "ONE again",
        "SEVEN",
    ]
    (tmp_path / "mine").write_text("\n".join(lines))
    library = Library({}).with_files([str(tmp_path / "mine")])
    assert {name: library.get(name) for name in library.names} == {
        "FIVE": "x # y",
        "FOUR": "",
        "ONE": "again",
        "SIX": "z",
        "THREE": "",
        "TWO": "c\td",
    }


def test_blanks_at_the_end_belong_to_the_pattern(tmp_path):
    (tmp_path / "mine").write_text("ONE a \n")
    assert Library({}).with_files([str(tmp_path / "mine")]).get("ONE") == "a "


def test_the_files_of_a_folder_are_chosen_by_the_glob_and_not_those_below(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "x.grok").write_text("BELOW x")
    (tmp_path / "a.grok").write_text("ONE a")
    (tmp_path / "b.txt").write_text("TWO b")
    assert Library({}).with_files([str(tmp_path)], "*.grok").names == ["ONE"]
    assert Library({}).with_files([str(tmp_path)]).names == ["ONE", "TWO"]


def test_a_place_may_be_a_glob(tmp_path):
    (tmp_path / "a.grok").write_text("ONE a")
    assert Library({}).with_files([f"{tmp_path}/*.grok"]).names == ["ONE"]


def test_what_comes_later_wins(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).write_text(f"ONE {name}")
    library = Library({"ONE": "stock"}).with_files([str(tmp_path / "second"), str(tmp_path / "first")])
    assert library.get("ONE") == "first"
    assert library.with_definitions({"ONE": "defined\n"}).get("ONE") == "defined"


def test_a_library_is_not_changed_by_what_is_laid_over_it():
    stock = Library({"ONE": "a"})
    stock.with_definitions({"ONE": "b", "TWO": "c"})
    assert (stock.get("ONE"), stock.get("TWO")) == ("a", None)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(GrokError, match="no pattern file is at"):
        Library({}).with_files([str(tmp_path / "none")])


def test_an_empty_folder_is_none(tmp_path):
    assert Library({}).with_files([str(tmp_path)]).names == []
