"""A component as one would write it in a morning: slixmpp, one stanza for each fact, counted and not kept."""

import asyncio
import sys

from slixmpp.componentxmpp import ComponentXMPP
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

FACT = "{xmpp-receipts:feed:1}fact"


class Sink(ComponentXMPP):
    def __init__(self, domain, port):
        super().__init__(domain, "secret", "127.0.0.1", port)
        self.count = 0
        path = "{jabber:component:accept}message/" + FACT
        self.register_handler(Callback("fact", MatchXPath(path), self.take))
        self.add_event_handler("session_start", lambda _: print("ready", flush=True))

    def take(self, message):
        fact = message.xml.find(FACT)
        self.count += 1
        key = (fact.get("sender"), fact.get("recipient"), fact.get("id"))
        if all(key) and fact.get("last"):
            self.send_raw("<iq type='result' id='f%d'/>" % self.count)


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
sink = Sink(sys.argv[1], int(sys.argv[2]))
sink.connect()
loop.run_forever()
