"""User agents: which pattern a text matches first, and what it says."""
