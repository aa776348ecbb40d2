"""One audience per folder, over one design system."""
