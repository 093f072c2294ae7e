"""`python -m logsmith`."""

import sys

from logsmith.cli import main

sys.exit(main())
