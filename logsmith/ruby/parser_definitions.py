"""What a program defines: methods, classes, modules."""

from __future__ import annotations

from logsmith.ruby.lexer import METHOD_NAME, NAME
from logsmith.ruby.parser_control import ControlParser
from logsmith.ruby.tree import Call, Const, Local, Method, Node, Parameters, Scope
from logsmith.ruby.tree_classes import Alias, ClassBody, OwnBody, SingletonBody, Super


class DefinitionParser(ControlParser):
    """Parses definitions."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._is_singleton = False  # in `class << self`
        self._classes = 0
        self._keywords |= {
            "def": self._def,
            "class": self._class,
            "module": lambda at: self._body_of(at, None, is_module=True),
            "super": self._super,
            "alias": self._alias,
        }

    def _class(self, at: int) -> Node:
        if self.sign("<<"):
            self.blanks()
            if not (self._classes and self.keyword("self")):
                return self._class_of_object(at)
            self._is_singleton = True
            body = self.parse_statements("end")
            self._is_singleton = False
            self.expect_end("class", at)
            return OwnBody(at, body)
        return self._body_of(at, "<", is_module=False)

    def _class_of_object(self, at: int) -> Node:
        value, scope = self.parse_expression(), Scope()
        self._classes += 1
        with self.scoped(scope), self.fresh():
            body = self.parse_statements("end")
        self._classes -= 1
        self.expect_end("class", at)
        return SingletonBody(at, value, body, scope)

    def _body_of(self, at: int, sign: str | None, *, is_module: bool) -> Node:
        self.blanks()
        is_top = self.sign("::")
        found = NAME.match(self.text, self.at, self.end)
        if found is None or not found[0][:1].isupper():
            self.refuse(f"expected the name of a class, found {self.found()}")
        if self.text.startswith("::", found.end()):
            self.refuse("a class inside of another one is defined in its body here")
        self.at = found.end()
        parent = self.parse_expression() if sign and self.sign(sign) else None
        scope = Scope()
        self._classes += 1
        with self.scoped(scope), self.fresh():
            body = self.parse_statements("end")
        self._classes -= 1
        self.expect_end("module" if is_module else "class", at)
        return ClassBody(at, found[0], parent, body, scope, is_module, is_top)

    def _super(self, at: int) -> Node:
        if not self._depth_of_methods:
            self.refuse("'super' outside of a class's method", at)
        call = self.parse_call(None, "super", at, takes_command=True)
        assert isinstance(call, Call)  # noqa: S101  what parse_call makes
        if call.block is not None:
            self.refuse("a block cannot be given to 'super' here", at)
        return Super(at, None if call.is_bare else call.arguments)

    def _alias(self, at: int) -> Node:
        names = []
        for _ in range(2):
            self.blanks()
            self.sign(":")
            found = METHOD_NAME.match(self.text, self.at, self.end)
            if found is None:
                self.refuse(f"expected the name of a method, found {self.found()}")
            self.at = found.end()
            names.append(found[0])
        return Alias(at, names[0], names[1])

    def _def(self, at: int) -> Node:
        self.blanks()
        receiver = self._receiver_of_def()
        is_singleton = self.text.startswith("self.", self.at)
        if is_singleton:
            self.at += len("self.")
        found = METHOD_NAME.match(self.text, self.at, self.end)
        if found is None:
            self.refuse(f"expected the name of a method, found {self.found()}")
        name = found[0]
        after = self.text[found.end() : found.end() + 2]
        if after[:1] == "=" and NAME.fullmatch(name) and (after[1:] == "(" or NAME.match(after[1:])):
            name += "="
        self.at += len(name)
        scope = Scope()
        self._depth_of_methods += 1
        with self.scoped(scope):
            parameters, body = self._signature_and_body(at)
        self._depth_of_methods -= 1
        self.methods.append(name)
        return Method(
            at, name, parameters, body, scope, is_singleton or self._is_singleton, is_singleton, receiver
        )

    def _receiver_of_def(self) -> Node | None:
        """Return the object of `def object.name`, other than `self`."""
        at, found = self.at, NAME.match(self.text, self.at, self.end)
        if found is None or found[0] == "self" or self.text[found.end() : found.end() + 1] != ".":
            return None
        variable = self.scope.get(found[0])
        if variable is None and not found[0][:1].isupper():
            self.refuse(f"there is no variable {found[0]!r}")
        self.at = found.end() + 1
        return Const(at, None, found[0]) if variable is None else Local(at, variable)

    def _signature_and_body(self, at: int) -> tuple[Parameters, Node]:
        saved = self.at
        self.blanks()
        if self.sign("("):
            parameters = self.parse_parameters(")")
        elif self.at > saved and self.peek() not in ("\n", ";", "=", ""):
            parameters = self.parse_parameters("")
        else:
            parameters = Parameters()
        if self.sign("="):
            self.newlines()
            return parameters, self.parse_statement()
        return parameters, self.parse_body("def", at)
