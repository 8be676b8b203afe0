"""Refusals: what a person can put right. Each carries its facts; the sentence is chosen where it is shown.

A refused command changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import ErrorCode

_SHOWN = 64
"""The most characters that a message repeats of what it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong; ``path`` leads to the input field it is about, empty where it is about none."""

    code: ErrorCode
    message: Text
    path: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = field(default=())


class Refused(Exception):
    """A command was refused, for one or more reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message.en for problem in problems))
        self.problems = problems


def _refusal(
    code: ErrorCode, zh: str, en: str, path: tuple[str, ...] = (), reasons: tuple[Reason, ...] = ()
) -> Refused:
    return Refused(Problem(code=code, message=Text(zh, en), path=path, reasons=reasons))


def invalid(zh: str, en: str, *path: str) -> Refused:
    """The input is wrong."""
    return _refusal(ErrorCode.INVALID, zh, en, path)


def listed(items: Iterable[str]) -> Text:
    """Some keys, one after the other."""
    found = tuple(items)
    return Text("、".join(found) or "无", ", ".join(found) or "none")


def not_among(zh: str, en: str, value: str, known: Iterable[str]) -> Text:
    """That a value is none of those there are; ``zh`` and ``en`` say what of."""
    there = listed(known)
    shown = value[:_SHOWN]
    return Text(f"没有{zh}「{shown}」;可用:{there.zh}", f"there is no {en} {shown!r}; there are: {there.en}")


def no_such(zh: str, en: str, value: str, known: Iterable[str], *path: str) -> Refused:
    """The input names something that is not among those there are."""
    message = not_among(zh, en, value, known)
    return invalid(message.zh, message.en, *path)


def not_found(zh: str, en: str, id: str, *path: str) -> Refused:
    """There is no such thing, or it is not shown to who asks."""
    return _refusal(ErrorCode.NOT_FOUND, f"未找到{zh}「{id}」", f"there is no {en} {id!r}", path)


def forbidden(zh: str, en: str) -> Refused:
    """They may not do this."""
    return _refusal(ErrorCode.FORBIDDEN, zh, en)


def conflict(zh: str, en: str, *path: str) -> Refused:
    """Something else was faster, or is there already."""
    return _refusal(ErrorCode.CONFLICT, zh, en, path)


def wrong_state(zh: str, en: str, *path: str) -> Refused:
    """This cannot be done in the state it is in."""
    return _refusal(ErrorCode.WRONG_STATE, zh, en, path)


def gate_closed(zh: str, en: str, reasons: tuple[Reason, ...]) -> Refused:
    """The regulation does not let this act be done yet."""
    return _refusal(ErrorCode.GATE_CLOSED, zh, en, (), reasons)


def no_regulation(office: str) -> Refused:
    """No regulation is in force for an office."""
    return _refusal(
        ErrorCode.NO_REGULATION,
        f"检察院「{office}」当日没有可适用的办法;请安装该地区的插件,或启用通用规则",
        f"no regulation is in force for office {office!r} on that day; install its plugin or turn the baseline on",
    )


UNUSABLE = Text("插件不可用", "it cannot be used")
RAISED = Text("插件出错", "it failed")
WRONG_ANSWER = Text("答复的类型不对", "its answer has the wrong type")
TOO_SLOW = Text("超出答复时限", "it took too long")


def plugin_fault(*, plugin: str, hook: str, office: str, error: Text) -> Refused:
    """A plugin failed where a decision needed it."""
    return _refusal(
        ErrorCode.PLUGIN_FAULT,
        f"插件「{plugin}」的「{hook}」未能为检察院「{office}」作出答复({error.zh});未作任何更改,请联系系统管理员",
        f"plugin {plugin!r} failed to answer {hook!r} for office {office!r} ({error.en}); nothing was changed, "
        "ask your administrator",
    )
