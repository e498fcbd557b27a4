"""Transit-flow figures: sources, catalogue, tables. Knows nothing of Jupyter."""
