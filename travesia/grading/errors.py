"""What goes wrong while grading, as a sentence for the instructor."""


class GradingError(Exception):
    """A submission or key that can't be graded; the text names the file, the place and the remedy.

    It is raised where a mark of zero would be unjust: the cause lies on the instructor's side.
    """


class CanaryError(GradingError):
    """The instructor's own solution did not earn full marks; the text names item and cause."""


class UnwritableError(GradingError):
    """The gradebook takes nothing from anybody: no use to go on."""
