"""The journal: operations, outcomes, cases, devices; the one log and the machinery that folds it."""
