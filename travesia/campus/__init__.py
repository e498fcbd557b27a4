"""The web pages for learners and instructors, and the service that carries them."""
