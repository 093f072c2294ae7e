"""The names of CEF: the dictionary of its extensions, with keys and ECS fields.

A name is what the dictionary calls a field (`sourceAddress`), a key its short form on the wire (`src`). Where two names
have one ECS field, the last of them in a line wins, and the first of this table is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

Device = Literal["observer", "host"]
DEVICES: tuple[Device, Device] = ("observer", "host")

# Name, key (- for none), ECS field
_TABLE = """
agentAddress                        agt     [agent][ip]
agentDnsDomain                      -       [cef][agent][registered_domain]
agentHostName                       ahost   [agent][name]
agentId                             aid     [agent][id]
agentMacAddress                     amac    [agent][mac]
agentNtDomain                       -       [cef][agent][registered_domain]
agentReceiptTime                    art     [event][created]
agentTimeZone                       atz     [cef][agent][timezone]
agentTranslatedAddress              -       [cef][agent][nat][ip]
agentTranslatedZoneExternalID       -       [cef][agent][translated_zone][external_id]
agentTranslatedZoneURI              -       [cef][agent][translated_zone][uri]
agentType                           at      [agent][type]
agentVersion                        av      [agent][version]
agentZoneExternalID                 -       [cef][agent][zone][external_id]
agentZoneURI                        -       [cef][agent][zone][uri]
applicationProtocol                 app     [network][protocol]
baseEventCount                      cnt     [cef][base_event_count]
bytesIn                             in      [source][bytes]
bytesOut                            out     [destination][bytes]
categoryDeviceType                  catdt   [cef][device_type]
customerExternalID                  -       [organization][id]
customerURI                         -       [organization][name]
destinationAddress                  dst     [destination][ip]
destinationDnsDomain                -       [destination][registered_domain]
destinationGeoLatitude              dlat    [destination][geo][location][lat]
destinationGeoLongitude             dlong   [destination][geo][location][lon]
destinationHostName                 dhost   [destination][domain]
destinationMacAddress               dmac    [destination][mac]
destinationNtDomain                 dntdom  [destination][registered_domain]
destinationPort                     dpt     [destination][port]
destinationProcessId                dpid    [destination][process][pid]
destinationProcessName              dproc   [destination][process][name]
destinationServiceName              -       [destination][service][name]
destinationTranslatedAddress        -       [destination][nat][ip]
destinationTranslatedPort           -       [destination][nat][port]
destinationTranslatedZoneExternalID -       [cef][destination][translated_zone][external_id]
destinationTranslatedZoneURI        -       [cef][destination][translated_zone][uri]
destinationUserId                   duid    [destination][user][id]
destinationUserName                 duser   [destination][user][name]
destinationUserPrivileges           dpriv   [destination][user][group][name]
destinationZoneExternalID           -       [cef][destination][zone][external_id]
destinationZoneURI                  -       [cef][destination][zone][uri]
deviceAction                        act     [event][action]
deviceDirection                     -       [network][direction]
deviceEventCategory                 cat     [cef][category]
deviceFacility                      -       [log][syslog][facility][code]
deviceInboundInterface              -       [observer][ingress][interface][name]
deviceNtDomain                      -       [cef][nt_domain]
deviceOutboundInterface             -       [observer][egress][interface][name]
devicePayloadId                     -       [cef][payload_id]
deviceProcessId                     dvcpid  [process][pid]
deviceProcessName                   -       [process][name]
deviceReceiptTime                   rt      @timestamp
deviceTimeZone                      dtz     [event][timezone]
deviceTranslatedAddress             -       [host][nat][ip]
deviceTranslatedZoneExternalID      -       [cef][translated_zone][external_id]
deviceTranslatedZoneURI             -       [cef][translated_zone][uri]
deviceVersion                       -       [observer][version]
deviceZoneExternalID                -       [cef][zone][external_id]
deviceZoneURI                       -       [cef][zone][uri]
endTime                             end     [event][end]
eventId                             -       [event][id]
eventOutcome                        outcome [event][outcome]
externalId                          -       [cef][external_id]
fileCreateTime                      -       [file][created]
fileHash                            -       [file][hash]
fileId                              -       [file][inode]
fileModificationTime                -       [file][mtime]
fileName                            fname   [file][name]
filePath                            -       [file][path]
filePermission                      -       [file][group]
fileSize                            fsize   [file][size]
fileType                            -       [file][extension]
managerReceiptTime                  mrt     [event][ingested]
message                             msg     [message]
oldFileCreateTime                   -       [cef][old_file][created]
oldFileHash                         -       [cef][old_file][hash]
oldFileId                           -       [cef][old_file][inode]
oldFileModificationTime             -       [cef][old_file][mtime]
oldFileName                         -       [cef][old_file][name]
oldFilePath                         -       [cef][old_file][path]
oldFilePermission                   -       [cef][old_file][group]
oldFileSize                         -       [cef][old_file][size]
oldFileType                         -       [cef][old_file][extension]
rawEvent                            -       [event][original]
Reason                              reason  [event][reason]
requestClientApplication            -       [user_agent][original]
requestContext                      -       [http][request][referrer]
requestCookies                      -       [cef][request][cookies]
requestMethod                       -       [http][request][method]
requestUrl                          request [url][original]
sourceAddress                       src     [source][ip]
sourceDnsDomain                     -       [source][registered_domain]
sourceGeoLatitude                   slat    [source][geo][location][lat]
sourceGeoLongitude                  slong   [source][geo][location][lon]
sourceHostName                      shost   [source][domain]
sourceMacAddress                    smac    [source][mac]
sourceNtDomain                      sntdom  [source][registered_domain]
sourcePort                          spt     [source][port]
sourceProcessId                     spid    [source][process][pid]
sourceProcessName                   sproc   [source][process][name]
sourceServiceName                   -       [source][service][name]
sourceTranslatedAddress             -       [source][nat][ip]
sourceTranslatedPort                -       [source][nat][port]
sourceTranslatedZoneExternalID      -       [cef][source][translated_zone][external_id]
sourceTranslatedZoneURI             -       [cef][source][translated_zone][uri]
sourceUserId                        suid    [source][user][id]
sourceUserName                      suser   [source][user][name]
sourceUserPrivileges                spriv   [source][user][group][name]
sourceZoneExternalID                -       [cef][source][zone][external_id]
sourceZoneURI                       -       [cef][source][zone][uri]
startTime                           start   [event][start]
transportProtocol                   proto   [network][transport]
type                                -       [cef][type]
"""

# What some devices call a field of the table
_ALIASES = {
    "destinationLatitude": "destinationGeoLatitude",
    "destinationLongitude": "destinationGeoLongitude",
    "destinationTimeZone": "deviceTimeZone",
    "sourceLatitude": "sourceGeoLatitude",
    "sourceLongitude": "sourceGeoLongitude",
}

# The device's own fields: name, key, ECS field if it observed the event, and if the event happened on it
_OF_THE_DEVICE = """
deviceAddress    dvc     [observer][ip]                [host][ip]
deviceDnsDomain  -       [observer][registered_domain] [host][registered_domain]
deviceExternalId -       [observer][name]              [host][id]
deviceHostName   dvchost [observer][hostname]          [host][name]
deviceMacAddress dvcmac  [observer][mac]               [host][mac]
"""

# What a user may number from 1 to 15, each with a label: name, key, ECS field
_NUMBERED = (
    ("deviceCustomFloatingPoint", "cfp", "device_custom_floating_point"),
    ("deviceCustomIPv6Address", "c6a", "device_custom_ipv6_address"),
    ("deviceCustomNumber", "cn", "device_custom_number"),
    ("deviceCustomString", "cs", "device_custom_string"),
)
_MOST_NUMBERED = 15

_TIMES = {
    "agentReceiptTime",
    "deviceReceiptTime",
    "endTime",
    "fileModificationTime",
    "managerReceiptTime",
    "oldFileCreateTime",
    "oldFileModificationTime",
    "startTime",
}


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    key: str  # the name itself if there is no short form
    field: str  # of ECS


@cache
def full_names() -> Mapping[str, str]:
    """Return the name of each key: what an event's field is called with ECS off."""
    return {one.key: one.name for one in _names("observer")}


@cache
def ecs_names(device: Device) -> Mapping[str, str]:
    """Return the ECS field of each name and of each key."""
    names = list(_names(device))
    fields = {one.key: one.field for one in names} | {one.name: one.field for one in names}
    return fields | {alias: fields[name] for alias, name in _ALIASES.items()}


@cache
def names_to_write(device: Device, *, is_ecs: bool, with_keys: bool) -> Mapping[str, str]:
    """Return what each field of an event is called in a line: by its name, or by its key.

    A field is known as Logstash spells it, `[source][ip]`, and by CEF's own name.
    """
    names = list(_names(device))
    written = {one.name: one.key if with_keys else one.name for one in names}
    if is_ecs:
        for one in names:
            written.setdefault(one.field, written[one.name])
    return written | {alias: written[name] if with_keys else alias for alias, name in _ALIASES.items()}


@cache
def time_fields() -> frozenset[str]:
    """Return the ECS fields that hold times."""
    return frozenset(one.field for one in _names("observer") if one.name in _TIMES)


def _names(device: Device) -> Iterator[_Name]:
    for line in _TABLE.strip().splitlines():
        name, key, field = line.split()
        yield _Name(name, name if key == "-" else key, field)
    for line in _OF_THE_DEVICE.strip().splitlines():
        name, key, *fields = line.split()
        yield _Name(name, name if key == "-" else key, fields[DEVICES.index(device)])
    for name, key, field in _NUMBERED:
        for number in range(1, _MOST_NUMBERED + 1):
            yield _Name(f"{name}{number}", f"{key}{number}", f"[cef][{field}_{number}][value]")
            yield _Name(f"{name}{number}Label", f"{key}{number}Label", f"[cef][{field}_{number}][label]")
