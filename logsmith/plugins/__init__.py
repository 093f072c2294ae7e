"""What a plugin's file imports: the contract and the types of settings."""

from logsmith.password import Password
from logsmith.plugins.batch import Batch, EncodedBatch, PluginError, UndeliveredError
from logsmith.plugins.contract import (
    Code,
    Codec,
    Context,
    EcsMode,
    Example,
    Filter,
    Input,
    Output,
    Plugin,
    Problem,
    Send,
    WorkerPlace,
)
from logsmith.plugins.decoration import add_field, add_tags
from logsmith.plugins.setting import (
    NOT_NEGATIVE,
    PORT,
    POSITIVE,
    REQUIRED,
    BadValueError,
    ByteSize,
    CodecSetting,
    Duration,
    Range,
    setting,
)

__all__ = [
    "NOT_NEGATIVE",
    "PORT",
    "POSITIVE",
    "REQUIRED",
    "BadValueError",
    "Batch",
    "ByteSize",
    "Code",
    "Codec",
    "CodecSetting",
    "Context",
    "Duration",
    "EcsMode",
    "EncodedBatch",
    "Example",
    "Filter",
    "Input",
    "Output",
    "Password",
    "Plugin",
    "PluginError",
    "Problem",
    "Range",
    "Send",
    "UndeliveredError",
    "WorkerPlace",
    "add_field",
    "add_tags",
    "setting",
]
