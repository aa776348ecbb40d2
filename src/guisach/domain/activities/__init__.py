"""Activities: what happens at a place on a day besides lending, and how many came."""
