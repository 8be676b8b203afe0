"""Refusals: mistakes that a person can put right, with messages in both languages.

A refused command changes nothing. The functions return the refusal; the caller raises it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import ErrorCode

_MAX_SHOWN_LENGTH = 64
"""The most characters that a message repeats of a value it was given."""


Naming = Callable[[str], str]
"""Spells the name of a field or a command as an edge does: ``opened_at`` → ``openedAt``; ``str`` leaves it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """A message that names a field or a command, which whoever shows the message spells.

    Placeholders in ``zh`` and ``en`` are the keys of ``names``, which are snake_case names to be spelled, and of
    ``values``, which are inserted as they are.
    """

    zh: str
    en: str
    names: Mapping[str, str]
    values: Mapping[str, object] = field(default_factory=dict)

    def filled(self, naming: Naming) -> Text:
        """Return the message with its names spelled and its values inserted."""
        spelled = {placeholder: naming(name) for placeholder, name in self.names.items()}
        # The texts are the program's own; what somebody entered is a value, and is not looked at for placeholders.
        return Text(self.zh.format(**spelled, **self.values), self.en.format(**spelled, **self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A single mistake; ``path`` leads to the input field it is about, empty where it is about none.

    The names in ``path`` are those of a command's fields, in snake_case; a number is the place in a list.
    ``current_version`` is that of an object which has moved on since it was seen.
    """

    code: ErrorCode
    message: Text | MessageTemplate
    path: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = field(default=())
    current_version: int | None = None

    def message_for(self, naming: Naming) -> Text:
        """Return the message with names spelled as somebody who reads it knows them."""
        return self.message.filled(naming) if isinstance(self.message, MessageTemplate) else self.message


class Refused(Exception):
    """A command was refused, for one or more reasons."""

    def __init__(self, *problems: Problem) -> None:
        # The text is for logs and tracebacks; people are shown the problems in their language.
        super().__init__("; ".join(problem.message_for(str).en for problem in problems))
        self.problems = problems


def _refusal(
    code: ErrorCode, zh: str, en: str, *, path: tuple[str, ...] = (), reasons: tuple[Reason, ...] = ()
) -> Refused:
    return Refused(Problem(code=code, message=Text(zh, en), path=path, reasons=reasons))


def invalid(zh: str, en: str, *path: str, reasons: tuple[Reason, ...] = ()) -> Refused:
    """Return the refusal of a wrong input; ``path`` leads to its field, ``reasons`` are the rules against it."""
    return _refusal(ErrorCode.INVALID, zh, en, path=path, reasons=reasons)


def key_list(items: Iterable[str]) -> Text:
    """Return keys as a list for people, "none" where there are none."""
    found = tuple(items)
    return Text("、".join(found) or "无", ", ".join(found) or "none")


def unknown_value_text(zh: str, en: str, value: str, known: Iterable[str]) -> Text:
    """Return the message that a value is not among the ``known`` ones; ``zh`` and ``en`` name its kind."""
    choices = key_list(known)
    shown = value[:_MAX_SHOWN_LENGTH]
    return Text(f"没有{zh}「{shown}」;可用:{choices.zh}", f"there is no {en} {shown!r}; there are: {choices.en}")


def unknown_value(zh: str, en: str, value: str, known: Iterable[str], *path: str) -> Refused:
    """Return the refusal of an input that names something that is not among the ``known`` ones."""
    message = unknown_value_text(zh, en, value, known)
    return invalid(message.zh, message.en, *path)


def not_found(zh: str, en: str, id: str, *path: str) -> Refused:
    """Return the refusal of an id that does not exist, or that the officer may not see; both look the same."""
    return _refusal(ErrorCode.NOT_FOUND, f"未找到{zh}「{id}」", f"there is no {en} {id!r}", path=path)


def forbidden(zh: str, en: str) -> Refused:
    """Return the refusal of an act that the officer may not do."""
    return _refusal(ErrorCode.FORBIDDEN, zh, en)


def conflict(zh: str, en: str, *path: str) -> Refused:
    """Return the refusal of a change that another change came before, or of something that exists already."""
    return _refusal(ErrorCode.CONFLICT, zh, en, path=path)


def version_conflict(expected: int, current: int) -> Refused:
    """Return the refusal of a change to an object that has moved on since it was seen."""
    message = Text(
        f"对象已被更改:您看到的是第{expected}版,现为第{current}版;请刷新后重试",
        f"it has changed: you saw version {expected}, it is now version {current}; look again and retry",
    )
    path = ("expected_version",)
    return Refused(Problem(code=ErrorCode.CONFLICT, message=message, path=path, current_version=current))


def wrong_state(zh: str, en: str, *path: str) -> Refused:
    """Return the refusal of an act that the present state does not allow."""
    return _refusal(ErrorCode.WRONG_STATE, zh, en, path=path)


def gate_closed(zh: str, en: str, reasons: tuple[Reason, ...]) -> Refused:
    """Return the refusal of an act that the regulation does not allow yet."""
    return _refusal(ErrorCode.GATE_CLOSED, zh, en, reasons=reasons)


def no_regulation(office: str) -> Refused:
    """Return the refusal of a command for an office without a regulation in force."""
    return _refusal(
        ErrorCode.NO_REGULATION,
        f"检察院「{office}」当日没有可适用的办法;请安装该地区的插件,或启用通用规则",
        f"no regulation is in force for office {office!r} on that day; install its plugin or turn the baseline on",
    )


PLUGIN_UNUSABLE = Text("插件不可用", "it cannot be used")
PLUGIN_REMOVED = Text(
    "已不再为本院安装,而曾为本院作出决定;请重新安装,或由管理员停用:caserisk plugins retire",
    "it has decided for this office and is no longer installed for it; "
    "install it again, or retire it: caserisk plugins retire",
)
PLUGIN_NOT_IN_FORCE = Text("当日没有施行中的版本", "no edition of it is in force on that day")
PLUGIN_RAISED = Text("插件出错", "it failed")
PLUGIN_WRONG_TYPE = Text("答复的类型不对", "its answer has the wrong type")
PLUGIN_TIMED_OUT = Text("超出答复时限", "it took too long")


def plugin_fault(*, plugin: str, hook: str, office: str, error: Text) -> Refused:
    """Return the refusal of a command that needed a plugin which failed; ``error`` is one of the texts above."""
    return _refusal(
        ErrorCode.PLUGIN_FAULT,
        f"插件「{plugin}」的「{hook}」未能为检察院「{office}」作出答复({error.zh});未作任何更改,请联系系统管理员",
        f"plugin {plugin!r} failed to answer {hook!r} for office {office!r} ({error.en}); nothing was changed, "
        "ask your administrator",
    )
