"""Circulation: loans, renewals, whereabouts, visits and uses, all folded from the journal."""
