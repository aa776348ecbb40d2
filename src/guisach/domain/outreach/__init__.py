"""Outreach: the mobile library on its way, and what its crew writes down."""
