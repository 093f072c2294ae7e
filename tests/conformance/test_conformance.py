"""The conformance cases beside the repository hold, or are on a list; without the cases there is nothing to test."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import runner

if runner.DEFAULT_FOLDER.is_dir():

    def test_every_conformance_case_holds_or_is_on_a_list():
        _, complaints = runner.run_folder(runner.DEFAULT_FOLDER.resolve())
        assert complaints == []
