"""What learner mode says in the browser, in one person's language."""

from travesia.language import translator


def interface_strings(language: str) -> dict[str, str]:
    """Every sentence and label that the browser's side of learner mode shows, by name."""
    _ = translator(language)
    return {
        "opening": _("Opening…"),
        "bar": _("Lesson controls"),
        "campus": _("Campus"),
        "preparing": _("Preparing the lesson…"),
        "ready": _("Ready."),
        "show_code": _("Show code"),
        "run_again": _("Run again"),
        "run_again_hint": _("Starts this page afresh. Your saved answers stay."),
        "hand_in": _("Hand in"),
        "cell_failed": _("This part could not be shown."),
        "run_failed": _(
            "Part of this page could not be shown. Choose “Run again”; if it stays so, tell your "
            "instructor. Your saved answers are safe."
        ),
        "stopped": _("The lesson's engine has stopped. Your saved answers are safe."),
        "start_again": _("Start again"),
        "offline": _(
            "The connection is lost. Trying again… Answers you give now may not be saved."
        ),
        "not_saved": _("The page could not be saved just now. Trying again…"),
        "open_files": _("Open your files"),
        "newer": _(
            "There is a newer version of this lesson. Your copy stays as you left it; your answers "
            "go with you."
        ),
        "fresh_copy": _("Open the newer version"),
        "not_now": _("Not now"),
        "fresh_copy_failed": _("The newer version could not be opened. Try again later."),
        "handing_in": _("Handing in…"),
        "handing_in_hint": _("Your work is being saved and sent. This can take a moment."),
        "handed_in": _("Handed in"),
        "handed_in_hint": _("Your work has arrived. You can hand in again; the last one counts."),
        "receipt_number": _("Receipt"),
        "receipt_time": _("Time"),
        "receipt_details": _("Details"),
        "not_handed_in": _("Not handed in"),
        "not_handed_in_hint": _("Your work is still here, and nothing was lost."),
        "hand_in_unreachable": _(
            "Your own server did not answer. Check your connection and try again."
        ),
        "close": _("Close"),
    }
