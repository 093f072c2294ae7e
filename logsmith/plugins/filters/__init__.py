"""The filters: one file each, named as in the pipeline."""
