"""A Beats client's connection at work: from bytes to events, from delivery to acknowledgement."""
