"""The design system: base templates, components, tokens, icons and print styles for every audience."""
