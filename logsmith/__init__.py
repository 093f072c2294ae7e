"""logsmith runs Logstash pipelines, unchanged, in Python."""

__version__ = "0.1.0"
