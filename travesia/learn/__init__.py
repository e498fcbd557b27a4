"""What a learner touches inside a notebook: questions, cases, charts, saved answers."""
