"""Local files: found by globs, followed through rotations, remembered in a sincedb; and written durably."""
