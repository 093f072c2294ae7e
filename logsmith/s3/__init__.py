"""Objects for S3: local files that survive a crash, and their way into the bucket."""
