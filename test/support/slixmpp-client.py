"""An XMPP client of another make (slixmpp), driven by lines of JSON.

The first line on stdin is the account, every further one an order; every line on stdout is an
event. It ends when stdin ends.
"""

import asyncio
import json
import sys

import slixmpp
from slixmpp.xmlstream import tostring


def report(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, account):
        super().__init__(account["jid"], account["password"])
        self.register_plugin("xep_0184")
        self["xep_0184"].auto_ack = account["receipts"]
        if account["streamManagement"]:
            self.register_plugin("xep_0198")
        self.register_plugin("xep_0333")
        # The test server speaks no TLS.
        self["feature_mechanisms"].unencrypted_plain = True
        self.priority = account["priority"]
        self.add_filter("in", self.on_stanza)
        self.add_event_handler("session_start", self.on_session_start)
        self.add_event_handler("message", self.on_message)
        self.add_event_handler("receipt_received", self.on_receipt)
        self.add_event_handler("marker_displayed", self.on_displayed)
        self.add_event_handler("failed_auth", lambda _: report("refused"))
        self.add_event_handler("disconnected", lambda _: report("disconnected"))

    def on_stanza(self, stanza):
        # A filter sees stanzas and stream elements alike.
        if stanza.name in ("message", "presence", "iq"):
            report("stanza", xml=tostring(stanza.xml, xmlns="jabber:client", stream=self))
        return stanza

    async def on_session_start(self, _):
        self.send_presence(ppriority=self.priority)
        await self.get_roster()
        report("online", jid=self.boundjid.full)

    def on_message(self, message):
        report(
            "message",
            id=message["id"],
            sender=message["from"].full,
            type=message["type"],
            body=message["body"],
        )

    def on_receipt(self, message):
        report("receipt", id=message["receipt"], sender=message["from"].full)

    def on_displayed(self, message):
        report("displayed", id=message["displayed"]["id"], sender=message["from"].full)

    def send_text(self, order):
        message = self.make_message(mto=order["to"], mbody=order["body"], mtype="chat")
        message["id"] = order["id"]
        message["request_receipt"] = order["asks"]
        message.send()

    def obey(self, order):
        verb = order["order"]
        if verb == "send":
            self.send_text(order)
        elif verb == "displayed":
            self["xep_0333"].send_marker(order["to"], order["id"], "displayed")
        elif verb == "raw":
            self.send_raw(order["xml"])
        elif verb == "die":
            self.abort()
        else:
            raise ValueError(f"unknown order: {verb}")


async def lines_of_stdin():
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


async def main():
    client = None
    async for line in lines_of_stdin():
        if client is None:
            client = Client(line)
            client.connect(("127.0.0.1", line["port"]), disable_starttls=True, force_starttls=False)
        else:
            client.obey(line)
    if client is not None:
        await client.disconnect()


asyncio.get_event_loop().run_until_complete(main())
