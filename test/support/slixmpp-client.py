"""An XMPP client of another make (slixmpp), driven by lines of JSON.

The first line on stdin is the account, every further one an order; every line on stdout is an
event. It ends when stdin ends.
"""

import asyncio
import json
import ssl
import sys
from datetime import datetime, timezone
from xml.etree import ElementTree

import slixmpp
from slixmpp.plugins.xep_0004 import Form
from slixmpp.xmlstream import tostring
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath


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
        self.register_plugin("xep_0050")
        self.tzo = account["tzo"]
        if self.tzo is not None:
            # COMPAT slixmpp 1.8.3 (Debian 12): its own xep_0202 raises for each offset.
            is_asked = MatchXPath("{jabber:client}iq/{urn:xmpp:time}time")
            self.register_handler(Callback("time", is_asked, self.say_time))
        # Most test servers speak no TLS. SCRAM without TLS has to be allowed since slixmpp 1.10.
        self["feature_mechanisms"].unencrypted_plain = True
        self["feature_mechanisms"].unencrypted_scram = True
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

    async def discover(self, order):
        """XEP-0030: what an address says that it is, and what there is at it."""
        disco = self["xep_0030"]
        place = {"jid": order["to"], "node": order["node"]}
        info = (await disco.get_info(**place))["disco_info"]
        # slixmpp keeps all of these in sets: in no order.
        items = (await disco.get_items(**place))["disco_items"]["items"]
        report(
            "discovered",
            tag=order["tag"],
            identities=sorted(f"{sort}/{type}: {name}" for sort, type, _, name in info["identities"]),
            features=sorted(info["features"]),
            items=sorted(
                ({"jid": str(jid), "node": node or "", "name": name} for jid, node, name in items),
                key=lambda item: item["node"],
            ),
        )

    async def ask_time(self, order):
        """XEP-0202: which time it is at an address."""
        iq = self.make_iq_get(ito=order["to"])
        iq.xml.append(ElementTree.Element("{urn:xmpp:time}time"))
        time = (await iq.send()).xml.find("{urn:xmpp:time}time")
        texts = {name: time.find("{urn:xmpp:time}" + name).text for name in ("tzo", "utc")}
        report("time", tag=order["tag"], **texts)

    def say_time(self, iq):
        if iq["type"] != "get":
            return
        time = ElementTree.Element("{urn:xmpp:time}time")
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, text in (("tzo", self.tzo), ("utc", now)):
            ElementTree.SubElement(time, "{urn:xmpp:time}" + name).text = text
        answer = iq.reply(clear=True)
        answer.xml.append(time)
        answer.send()

    def start_command(self, order):
        """XEP-0050: carries out a command, and fills in its first form."""
        steps = []

        def on_step(iq, session):
            steps.append(step_in(iq["command"]))
            is_form = iq["command"]["status"] == "executing" and len(steps) == 1
            if is_form and order["ends"] == "cancel":
                session["payload"] = None
                self["xep_0050"].cancel_command(session)
            elif is_form:
                session["payload"] = filled_in(iq["command"]["form"], order["values"])
                self["xep_0050"].complete_command(session)
            else:
                report("commanded", tag=order["tag"], steps=steps)

        def on_error(iq, _):
            refusal = {"condition": iq["error"]["condition"], "text": iq["error"]["text"]}
            report("commanded", tag=order["tag"], steps=[*steps, refusal])

        handlers = {"next": on_step, "error": on_error}
        self["xep_0050"].start_command(order["to"], order["node"], handlers)

    def obey(self, order):
        verb = order["order"]
        if verb == "send":
            self.send_text(order)
        elif verb == "displayed":
            self["xep_0333"].send_marker(order["to"], order["id"], "displayed")
        elif verb == "discover":
            asyncio.ensure_future(self.discover(order))
        elif verb == "command":
            self.start_command(order)
        elif verb == "time":
            asyncio.ensure_future(self.ask_time(order))
        elif verb == "raw":
            self.send_raw(order["xml"])
        elif verb == "die":
            self.abort()
        else:
            raise ValueError(f"unknown order: {verb}")


def step_in(command):
    """What a person sees of one answer to a command."""
    notes = [f"{type}: {text}" for type, text in command["notes"]]
    step = {"status": command["status"], "actions": sorted(command["actions"]), "notes": notes}
    form = command.get_plugin("form", check=True)
    if form is None:
        return step
    texts = {"title": form["title"], "lines": lines_in(form)}
    return {**step, **texts, "fields": fields_in(form), "rows": form["items"]}


def lines_in(form):
    """What a page says. Its fields have no names, so slixmpp knows the last one only."""
    fixed = [field for field in form["substanzas"] if field["type"] == "fixed"]
    return [field["value"] for field in fixed]


def fields_in(form):
    return {
        var: {
            "type": field["type"],
            "value": field["value"],
            "options": {option["value"]: option["label"] for option in field["options"]},
        }
        for var, field in form.get_fields().items()
    }


def filled_in(form, values):
    """The whole form goes back, with what was in it but for these values."""
    answers = Form()
    answers["type"] = "submit"
    for var, field in form.get_fields().items():
        value = values.get(var, field["value"])
        if value is not None:
            answers.add_field(var=var, ftype=field["type"], value=value)
    return answers


def connect_with_tls(client, port):
    client.ssl_context.check_hostname = False
    client.ssl_context.verify_mode = ssl.CERT_NONE
    # COMPAT slixmpp 1.8.3: see below.
    if hasattr(client, "enable_plaintext"):
        client.connect("127.0.0.1", port)
    else:
        client.connect(("127.0.0.1", port))


def connect_without_tls(client, port):
    # COMPAT slixmpp 1.8.3 (Debian 12): the address is a pair, and TLS is an argument of connect.
    # In 1.10.0 (Debian 13) the address is two arguments, and TLS is an attribute of the client.
    if not hasattr(client, "enable_plaintext"):
        client.connect(("127.0.0.1", port), disable_starttls=True, force_starttls=False)
        return
    client.enable_plaintext = True
    client.enable_starttls = False
    client.enable_direct_tls = False
    client.connect("127.0.0.1", port)


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
            connect = connect_with_tls if line["tls"] else connect_without_tls
            connect(client, line["port"])
        else:
            client.obey(line)
    if client is not None:
        await client.disconnect()


asyncio.run(main())
