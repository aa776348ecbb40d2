"""What an imported file becomes: columns of tables, copies in records, and the outcome of every chunk."""
