"""What a plugin's file imports: the contract and the types of settings."""

from logsmith.plugins.contract import (
    Code,
    Codec,
    Context,
    Example,
    Filter,
    Input,
    Output,
    Plugin,
    PluginError,
    Problem,
    Send,
    UndeliveredError,
    WorkerPlace,
)
from logsmith.plugins.decoration import add_field, add_tags
from logsmith.plugins.setting import (
    REQUIRED,
    BadValueError,
    ByteSize,
    CodecSetting,
    Duration,
    Password,
    setting,
)

__all__ = [
    "REQUIRED",
    "BadValueError",
    "ByteSize",
    "Code",
    "Codec",
    "CodecSetting",
    "Context",
    "Duration",
    "Example",
    "Filter",
    "Input",
    "Output",
    "Password",
    "Plugin",
    "PluginError",
    "Problem",
    "Send",
    "UndeliveredError",
    "WorkerPlace",
    "add_field",
    "add_tags",
    "setting",
]
