"""The product's own words: one room per noun, each with rules, models, queries, steps and actions."""
