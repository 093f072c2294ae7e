"""The methods of Ruby's classes, a table per class; `dispatch` imports all modules of this folder at the first call."""
