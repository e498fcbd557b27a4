"""Case studies as data: model, engine, checks. Knows nothing of Jupyter or the network."""
