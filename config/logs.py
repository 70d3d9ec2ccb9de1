"""How log lines look: readable text for people, one JSON object per line for collectors.

Tracebacks are plain: without the values of local variables, which may hold what is nobody's
business.
"""

import logging

import structlog
from structlog.typing import EventDict, Processor

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
]


def _formatter(render: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            render,
        ],
    )


def text_formatter() -> logging.Formatter:
    """Lines as `2026-03-02T08:00:00Z info sweep done opened=3 [portfolio.tasks]`."""
    return _formatter(_as_text)


def json_formatter() -> logging.Formatter:
    return _formatter(structlog.processors.JSONRenderer(sort_keys=True, default=str))


def _as_text(logger: object, method: str, event: EventDict) -> str:
    moment, level = event.pop("timestamp", ""), event.pop("level", method)
    name, text = event.pop("logger", ""), event.pop("event", "")
    trace = event.pop("exception", "")
    facts = " ".join(f"{key}={value!r}" for key, value in sorted(event.items()))
    line = " ".join(str(part) for part in (moment, level, text, facts) if part)
    return f"{line} [{name}]" + (f"\n{trace}" if trace else "")


structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
