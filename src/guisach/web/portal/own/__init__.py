"""A reader's own pages, behind a sign-in that has nothing to do with the staff's."""
