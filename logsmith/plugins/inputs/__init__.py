"""The inputs: one file each, named as in the pipeline."""
