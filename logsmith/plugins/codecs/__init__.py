"""The codecs: one file each, named as in the pipeline."""
