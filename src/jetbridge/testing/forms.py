"""The forms of an HTML page, filled in and submitted as a browser without JavaScript does it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jetbridge.flight.model import File

FieldValue = str | File | Sequence[str | File] | None
"""What a test fills in: text, a file, several of these, or None to leave the field out."""

_BUTTON_TYPES = frozenset({"submit", "image"})
_NEVER_SENT = frozenset({"button", "reset"})


@dataclass(slots=True)
class Control:
    """One field of a form. sent: whether a browser sends it as it stands (a checkbox that is off is not sent)."""

    name: str
    value: str
    sent: bool = True


@dataclass(slots=True)
class Button:
    """One way to submit a form. action: where it posts to, when that is not the form's own action."""

    name: str | None
    value: str
    action: str | None = None
    text: str = ""

    def label(self) -> str:
        """What a visitor reads on it."""
        return self.text.strip() or self.value


@dataclass(slots=True)
class Form:
    """A form as it was served."""

    action: str
    method: str
    encoding: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of the fields that a visitor can fill in."""
        return list(dict.fromkeys(c.name for c in self.controls if not c.name.startswith("$ACTION_")))

    def fits(self, values: Mapping[str, FieldValue], button: str | None) -> bool:
        """Whether the form has these fields, and a button with this text."""
        return set(values) <= set(self.names) and (button is None or button in map(Button.label, self.buttons))

    def describe(self) -> str:
        """For messages: its fields and buttons."""
        buttons = ", ".join(repr(button.label()) for button in self.buttons)
        return f"a form with {', '.join(self.names) or 'no fields'} and {buttons or 'no button'}"

    def find_button(self, text: str | None) -> Button | None:
        """The button with this text; without a text the first, which is what Enter presses. None if there is none.

        Raises: ValueError when no button has the text.
        """
        if text is None:
            return self.buttons[0] if self.buttons else None
        for button in self.buttons:
            if button.label() == text:
                return button
        known = ", ".join(repr(button.label()) for button in self.buttons) or "none"
        raise ValueError(f"The form has no button {text!r}; it has {known}.")

    def entries(self, values: Mapping[str, FieldValue], button: Button | None) -> list[tuple[str, str | File]]:
        """What is sent: the fields in order, with these values in place of those served, then the button.

        Raises: ValueError for a field that the form does not have.
        """
        for name in values:
            if name not in self.names:
                near = difflib.get_close_matches(name, self.names, 1)
                hint = f" Is {near[0]!r} meant?" if near else f" It has {', '.join(self.names) or 'none'}."
                raise ValueError(f"The form has no field {name!r}.{hint}")
        entries: list[tuple[str, str | File]] = []
        filled: set[str] = set()
        for control in self.controls:
            if control.name not in values:
                if control.sent:
                    entries.append((control.name, control.value))
            elif control.name not in filled:
                filled.add(control.name)
                entries += [(control.name, value) for value in _as_list(values[control.name])]
        if button is not None and button.name:
            entries.append((button.name, button.value))
        return entries


def _as_list(value: FieldValue) -> Sequence[str | File]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str | File) else value


def read_forms(html: str) -> list[Form]:
    """Every form of a page, in order."""
    reader = _FormReader()
    reader.feed(html)
    reader.close()
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._button: Button | None = None
        self._textarea: Control | None = None
        self._select: tuple[str, bool, list[Control]] | None = None
        self._option: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            encoding = given.get("enctype", "application/x-www-form-urlencoded")
            self._form = Form(given.get("action", ""), given.get("method", "get").lower(), encoding)
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in given:
            self._add(self._form, tag, given)

    def _add(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "").lower()
        if tag == "button" and kind not in _NEVER_SENT:
            self._button = Button(name or None, given.get("value", ""), given.get("formaction"))
            form.buttons.append(self._button)
        elif tag == "input" and kind in _BUTTON_TYPES:
            form.buttons.append(Button(name or None, given.get("value", "Submit"), given.get("formaction")))
        elif tag == "input" and name and kind not in _NEVER_SENT:
            choice = kind in ("checkbox", "radio")
            value = given.get("value", "on" if choice else "")
            form.controls.append(Control(name, value, "checked" in given if choice else kind != "file"))
        elif tag == "textarea" and name:
            self._textarea = Control(name, "")
            form.controls.append(self._textarea)
        elif tag == "select" and name:
            self._select = (name, "multiple" in given, [])
        elif tag == "option" and self._select is not None:
            option = Control(self._select[0], given.get("value", ""), "selected" in given)
            self._option = None if "value" in given else option
            self._select[2].append(option)

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data.removeprefix("\n") if not self._textarea.value else data
        elif self._option is not None:
            self._option.value += data
        elif self._button is not None:
            self._button.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "option":
            self._option = None
        elif tag == "select" and self._select is not None and self._form is not None:
            _, multiple, options = self._select
            if options and not multiple and not any(option.sent for option in options):
                options[0].sent = True
            self._form.controls += options or [Control(self._select[0], "", sent=False)]
            self._select = None
