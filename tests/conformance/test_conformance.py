"""The conformance cases beside the repository hold, or are on a list; without the cases there is nothing to test."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pages
import runner

if runner.DEFAULT_FOLDER.is_dir():

    def test_every_conformance_case_holds_or_is_on_a_list():
        areas, complaints = runner.run_folder(runner.DEFAULT_FOLDER.resolve())
        assert complaints == []
        assert pages.table_in_readme() == pages.readme_table(areas), (
            "scripts/conformance --write brings it up to date"
        )


def test_the_page_of_differences_is_up_to_date():
    assert pages.DIFFERENCES.read_text(encoding="utf-8") == pages.differences_page(), (
        "scripts/conformance --write"
    )
