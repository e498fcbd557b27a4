"""The course as content: manifest, content packs, translation, checks."""
