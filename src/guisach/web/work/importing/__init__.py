"""What the pages of imports are made of: what a file is, how its text reads, what its columns are, and words."""
