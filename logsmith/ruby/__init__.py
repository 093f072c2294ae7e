"""The subset of Ruby that pipelines use, compiled once to Python."""
