"""What Ruby's standard library adds: a module each, whose tables `dispatch` imports at the first call."""
