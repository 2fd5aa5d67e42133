"""Connections to the systems that take jobs over: they lead where they may, and end in time."""

from __future__ import annotations

import ipaddress
import socket
import threading
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from oncall_portal.outbox.types import SendError
from telephony import hook_words

LONGEST_S = 30.0
# What clouds tell their machines, secrets among it, where that is no link-local address.
_OF_CLOUDS = frozenset(
    ipaddress.ip_address(each) for each in ("100.100.100.200", "168.63.129.16", "fd00:ec2::254")
)


def may_be_told(address: str, *, encrypted: bool = True) -> bool:
    """Tell whether a system may be at this IP address; unencrypted only on this machine."""
    ip: Any = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return True
    nowhere = ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved
    return encrypted and not nowhere and ip not in _OF_CLOUDS


class _Guarded(HTTPConnection):
    """Sends nothing before it has looked where it leads, whatever a name said a moment ago.

    It is cut off after a while however slowly the other side goes on: a timeout of the library
    is one of each read.
    """

    _end: tuple[threading.Timer, socket.socket] | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        encrypted = isinstance(self, HTTPSConnection)
        if not may_be_told(made.getpeername()[0], encrypted=encrypted):
            made.close()
            raise SendError(hook_words.FORBIDDEN, permanent=True)
        same = made.dup()  # the first one is taken over by TLS
        timer = threading.Timer(LONGEST_S, _cut_off, [same])
        timer.daemon = True
        timer.start()
        self._end = (timer, same)
        return made

    def close(self) -> None:
        """Close, and forget to cut off."""
        if self._end is not None:
            timer, same = self._end
            self._end = None
            timer.cancel()
            same.close()
        super().close()


def _cut_off(end: socket.socket) -> None:
    with suppress(OSError):  # it has just ended by itself
        end.shutdown(socket.SHUT_RDWR)


class _GuardedTls(_Guarded, HTTPSConnection):
    """The same, encrypted."""


class _Plain(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _Tls(HTTPSConnectionPool):
    ConnectionCls = _GuardedTls


class _Wire(HTTPAdapter):
    """What goes through a proxy is not looked at here: it knows itself where it leads."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Plain, "https": _Tls}


def session() -> requests.Session:
    """Return what one request is sent with."""
    made = requests.Session()
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Wire())
    return made
