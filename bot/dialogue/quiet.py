"""Rasa's own log lines hold message texts at debug level. They must never reach a log of ours."""

import logging

import structlog
from rasa.utils.log_utils import configure_structlog


def keep_rasa_quiet() -> None:
    """Only errors of Rasa are logged, and without what residents wrote."""
    configure_structlog(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in ("rasa", "rasa_sdk"):
        logging.getLogger(name).setLevel(logging.ERROR)
