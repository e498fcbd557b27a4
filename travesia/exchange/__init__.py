"""Moving assignments, submissions and feedback: store, HTTP service, client, nbgrader plugins."""
