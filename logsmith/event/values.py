"""What a field can hold."""

from decimal import Decimal

from logsmith.event.timestamp import Timestamp

type_names = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "float",
    Decimal: "decimal",
    list: "array",
    dict: "object",
    Timestamp: "timestamp",
    type(None): "null",
}

Value = None | bool | int | float | Decimal | str | Timestamp | list["Value"] | dict[str, "Value"]
