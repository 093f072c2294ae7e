"""What Ruby takes in a look-behind, as Joni reads it."""

from __future__ import annotations

from logsmith.regex.errors import RegexError
from logsmith.regex.tree import Alternation, Anchor, Atomic, Capture, Look, Node, any_node, fixed_width


def check_look_behind(look: Look, start: int) -> None:
    """Refuse what Joni refuses: below the alternatives at the top of a look-behind, all lengths must be fixed."""
    if not look.behind:
        return
    branches = look.body.branches if isinstance(look.body, Alternation) else (look.body,)
    if any(fixed_width(branch) is None for branch in branches) or any_node(
        look.body, lambda node: _is_barred(node, in_negative=look.negative)
    ):
        raise RegexError("invalid pattern in look-behind", start)


def _is_barred(node: Node, *, in_negative: bool) -> bool:
    """Tell whether Joni takes a node in no look-behind, or a group in no negative one."""
    if isinstance(node, Anchor):
        return node.kind in ("z", "Z")
    if isinstance(node, Look):
        return not node.behind
    return isinstance(node, Atomic) or (in_negative and isinstance(node, Capture))
