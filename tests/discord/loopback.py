"""A small Discord on the loopback address: gateway, commands, messages, 429s, refused tokens."""

import asyncio
import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

TOKEN = "MTIz.loop.back"
APP_ID, GUILD_ID, CHANNEL_ID = 101, 201, 301
_SHARD_BITS = 22
OTHER_GUILD_ID = GUILD_ID + (1 << _SHARD_BITS)
"""A server of the second shard, if there are two."""
EPHEMERAL = 1 << 6
ACKNOWLEDGED_WITHIN_S = 3.0
_ALL_RIGHTS = str((1 << 50) - 1)
_USER = {"username": "someone", "discriminator": "0", "avatar": None, "global_name": None}
_BOT = {**_USER, "id": str(APP_ID), "username": "Dateline", "bot": True}
_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _HELLO, _ACK = 0, 1, 2, 6, 10, 11
_INVALID_SESSION = 9
_SESSION = "s"
MESSAGE_CONTENT = 1 << 15
_MESSAGE_CONTENT_GRANTED = 1 << 18
_DISALLOWED_INTENTS = 4014


@dataclass
class Shown:
    """A message as people see it: every text it has had, and when."""

    message_id: int
    channel_id: int
    texts: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@dataclass
class Loopback:
    """What the bot did, and levers to make Discord misbehave."""

    messages: dict[int, Shown] = field(default_factory=dict)
    asked_at: dict[str, float] = field(default_factory=dict)
    acknowledged_at: dict[str, float] = field(default_factory=dict)
    replies: dict[str, int] = field(default_factory=dict)
    followups: dict[str, list[int]] = field(default_factory=dict)
    registrations: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    """What people have attached, by name."""
    commands: list[dict[str, Any]] = field(default_factory=list)
    identifies: int = 0
    resumes: int = 0
    limited: int = 0
    is_mute: bool = False
    is_strict: bool = False
    """Whether a command must be acknowledged within three seconds, as in Discord."""
    silences: int = 0
    intents: int = 0
    rights: str = _ALL_RIGHTS
    grants_content: bool = True
    """Whether the portal grants the Message Content Intent."""
    tells_grants: bool = True
    """Whether the application's flags say so; else it shows only at the gateway."""
    port: int = 0
    _ids: itertools.count = field(default_factory=lambda: itertools.count(10**17))
    _sequence: itertools.count = field(default_factory=lambda: itertools.count(1))
    guild_ids: tuple[int, ...] = (GUILD_ID,)
    recommended: int = 1
    shards: int = 1
    _sockets: dict[int, web.WebSocketResponse] = field(default_factory=dict)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        return runner

    async def connected(self, timeout_s: float = 20) -> None:
        async with asyncio.timeout(timeout_s):
            await self._ready.wait()

    async def drop(self) -> None:
        """Cut the gateway, as a network does."""
        self._ready.clear()
        for socket in list(self._sockets.values()):
            await socket.close(code=1001)

    async def ask(self, person: int, question: str, guild_id: int = GUILD_ID) -> str:
        """Have a person run `/ask`; gives the interaction's token."""
        options = [{"name": "question", "type": 3, "value": question}]
        data = {"id": "1", "name": "ask", "type": 1}
        return await self._interact(person, 2, data, options, guild_id=guild_id)

    async def add_article(
        self, person: int, name: str, data: bytes, guild_id: int = GUILD_ID
    ) -> str:
        """Have a person run `/articles add` with a file."""
        self.files[name] = data
        url = f"http://127.0.0.1:{self.port}/api/v10/files/{name}"
        file = {"id": "1", "filename": name, "size": len(data), "url": url, "proxy_url": url}
        option = {"name": "file", "type": 11, "value": "1"}
        options = [{"name": "add", "type": 1, "options": [option]}]
        data_of = {"id": "1", "name": "articles", "type": 1}
        resolved = {"resolved": {"attachments": {"1": file}}}
        return await self._interact(person, 2, data_of | resolved, options, guild_id=guild_id)

    async def press(
        self, person: int, message: Shown, custom_id: str, guild_id: int = GUILD_ID
    ) -> str:
        """Have a person press a button."""
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._interact(person, 3, data, None, self._message(message), guild_id)

    async def mention(self, person: int, text: str) -> None:
        author = {**_USER, "id": str(person)}
        message = self._message(Shown(next(self._ids), CHANNEL_ID)) | {
            "author": author,
            "content": f"<@{APP_ID}> {text}",
            "mentions": [{**_BOT, "member": _member(None)}],
            "guild_id": str(GUILD_ID),
            "member": _member(None),
        }
        await self.emit("MESSAGE_CREATE", message)

    async def emit(self, event: str, data: Mapping[str, Any], shard: int = 0) -> None:
        if shard in self._sockets:
            packet = {"op": _DISPATCH, "t": event, "s": next(self._sequence), "d": data}
            await self._sockets[shard].send_json(packet)

    def shard_of(self, guild_id: int) -> int:
        return (guild_id >> _SHARD_BITS) % self.shards

    def reply(self, token: str) -> Shown:
        """The reply to an interaction."""
        return self.messages[self.replies[token]]

    async def _interact(
        self,
        person: int,
        kind: int,
        data: dict,
        options: list | None,
        message: dict | None = None,
        guild_id: int = GUILD_ID,
    ) -> str:
        interaction = next(self._ids)
        token = f"token-{interaction}"
        data = data | ({"options": options} if options else {})
        self.asked_at[token] = time.perf_counter()
        await self.emit(
            "INTERACTION_CREATE",
            {
                **{"id": str(_snowflake_now(interaction)), "application_id": str(APP_ID)},
                **{"type": kind, "token": token, "version": 1, "data": data, "locale": "en-US"},
                **{"guild_id": str(guild_id), "channel_id": str(CHANNEL_ID), "context": 0},
                **{"channel": _channel(), "entitlements": [], "app_permissions": _ALL_RIGHTS},
                "authorizing_integration_owners": {"0": str(guild_id)},
                "attachment_size_limit": 1,
                "member": _member(person),
            }
            | ({"message": message} if message else {}),
            self.shard_of(guild_id),
        )
        return token

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": 40_000}})
        async for packet in socket:
            if packet.type == WSMsgType.TEXT:
                await self._hear(socket, json.loads(packet.data))
        if socket in self._sockets.values():
            self._ready.clear()
        return socket

    async def _hear(self, socket: web.WebSocketResponse, packet: Mapping[str, Any]) -> None:
        if packet["op"] == _HEARTBEAT:
            await socket.send_json({"op": _ACK})
        elif packet["op"] == _IDENTIFY and self._is_refused(packet["d"]["intents"]):
            await socket.close(code=_DISALLOWED_INTENTS)
        elif packet["op"] == _IDENTIFY:
            await self._welcome(socket, packet["d"])
        elif packet["op"] == _RESUME and packet["d"]["session_id"] != _SESSION:
            await socket.send_json({"op": _INVALID_SESSION, "d": False})
        elif packet["op"] == _RESUME:
            self.resumes += 1
            self._sockets[0] = socket
            await self.emit("RESUMED", {})
            self._ready.set()

    async def _welcome(self, socket: web.WebSocketResponse, named: Mapping[str, Any]) -> None:
        shard, self.shards = named.get("shard", (0, 1))
        self._sockets[shard] = socket
        if self.is_mute:
            self.silences += 1
            return
        self.identifies += 1
        self.intents = named["intents"]
        mine = [one for one in self.guild_ids if self.shard_of(one) == shard]
        await self.emit("READY", self._hello(shard, mine), shard)
        for guild_id in mine:
            await self.emit("GUILD_CREATE", _guild(guild_id), shard)
        if len(self._sockets) == self.shards:
            self._ready.set()

    def _is_refused(self, intents: int) -> bool:
        return bool(intents & MESSAGE_CONTENT) and not self.grants_content

    def _hello(self, shard: int, guild_ids: list[int]) -> dict[str, Any]:
        return {
            **{"v": 10, "user": _BOT, "session_id": _SESSION, "shard": [shard, self.shards]},
            "guilds": [{"id": str(one), "unavailable": True} for one in guild_ids],
            "resume_gateway_url": f"ws://127.0.0.1:{self.port}/gateway",
            "application": {"id": str(APP_ID), "flags": 0},
        }

    async def _rest(self, request: web.Request) -> web.Response:
        parts = request.match_info["path"].split("/")
        told = request.headers.get("Authorization", "")
        if parts[0] in ("users", "oauth2", "applications") and told != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        if parts[0] == "files":
            return web.Response(body=self.files[parts[1]])
        body = await request.json() if request.can_read_body else {}
        if request.method == "PATCH" and self.limited:
            self.limited -= 1
            late = {"message": "slow down", "retry_after": 0.2, "global": False}
            return _json(late, status=429, headers={"Via": "1.1 google"})
        if parts == ["gateway", "bot"]:
            limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 2}
            url = f"ws://127.0.0.1:{self.port}/gateway"
            return _json({"url": url, "shards": self.recommended, "session_start_limit": limit})
        found = getattr(self, f"_{parts[0]}", None)
        return found(request.method, parts, body) if found else _json({})

    def _users(self, method: str, parts: list[str], body: dict) -> web.Response:
        mine = [{"id": str(GUILD_ID), "name": "Newsroom", "owner": False, "features": []}]
        return _json(mine if "guilds" in parts else _BOT)

    def _guilds(self, method: str, parts: list[str], body: dict) -> web.Response:
        guild = _guild(int(parts[1]))
        guild["roles"][0]["permissions"] = self.rights
        return _json(guild["members"][0] if "members" in parts else guild)

    def _oauth2(self, method: str, parts: list[str], body: dict) -> web.Response:
        known = {"id": str(APP_ID), "name": "Dateline", "description": "", "icon": None}
        told = self.grants_content or not self.tells_grants
        rights = {"bot_public": True, "bot_require_code_grant": False, "verify_key": ""}
        rights |= {"flags": _MESSAGE_CONTENT_GRANTED if told else 0}
        return _json({**known, **rights, "summary": "", "owner": {**_USER, "id": "1"}})

    def _applications(self, method: str, parts: list[str], body: Any) -> web.Response:
        if "guilds" in parts and parts[3] != str(GUILD_ID):
            return _json({"message": "Missing Access", "code": 50001}, status=403)
        if method != "GET":
            self.registrations += 1
            self.commands = body
        known = {"application_id": str(APP_ID), "version": "1", "description": ""}
        return _json([{**known, **c, "id": str(n)} for n, c in enumerate(self.commands, 1)])

    def _interactions(self, method: str, parts: list[str], body: dict) -> web.Response:
        token = parts[2]
        late_s = time.perf_counter() - self.asked_at[token] - ACKNOWLEDGED_WITHIN_S
        if self.is_strict and late_s > 0:
            return _json({"message": "Unknown interaction", "code": 10062}, status=404)
        self.acknowledged_at[token] = time.perf_counter()
        shown = self._keep(Shown(next(self._ids), CHANNEL_ID), body.get("data") or {})
        self.replies[token] = shown.message_id
        told = {"id": parts[1], "type": 2, "response_message_id": str(shown.message_id)}
        return _json({"interaction": told})

    def _webhooks(self, method: str, parts: list[str], body: dict) -> web.Response:
        token = parts[2]
        if method == "POST":
            shown = Shown(next(self._ids), CHANNEL_ID)
            self.followups.setdefault(token, []).append(shown.message_id)
        else:
            message_id = self.replies[token] if "original" in parts[-1] else int(parts[-1])
            shown = self.messages[message_id]
        return _json(self._message(self._keep(shown, body)))

    def _channels(self, method: str, parts: list[str], body: dict) -> web.Response:
        if "messages" not in parts:
            return web.Response(status=204)
        shown = (
            Shown(next(self._ids), int(parts[1]))
            if method == "POST"
            else self.messages[int(parts[-1])]
        )
        return _json(self._message(self._keep(shown, body)))

    def _keep(self, shown: Shown, body: Mapping[str, Any]) -> Shown:
        self.messages[shown.message_id] = shown
        parts = list(_walk(body.get("components") or []))
        if parts:
            shown.texts.append("\n".join(p["content"] for p in parts if p.get("content")))
            shown.buttons = [p["custom_id"] for p in parts if p.get("custom_id")]
            shown.times.append(time.perf_counter())
        return shown

    def _message(self, shown: Shown) -> dict[str, Any]:
        rows = [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "x", "custom_id": name}]}
            for name in shown.buttons
        ]
        return {
            **{"id": str(shown.message_id), "channel_id": str(shown.channel_id), "author": _BOT},
            **{"content": "", "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None},
            **{"tts": False, "mention_everyone": False, "mentions": [], "mention_roles": []},
            **{"attachments": [], "embeds": [], "pinned": False, "type": 0, "components": rows},
            "flags": 1 << 15,
        }


def _json(value: object, **how: Any) -> web.Response:
    """Answer with JSON whose content type names no charset: discord.py compares it whole."""
    response = web.Response(body=json.dumps(value).encode(), **how)
    response.headers["Content-Type"] = "application/json"
    return response


def _walk(components: list[dict[str, Any]]):
    for component in components:
        yield component
        yield from _walk(component.get("components") or [])


def _snowflake_now(number: int) -> int:
    epoch_ms = 1_420_070_400_000
    return (int(time.time() * 1000) - epoch_ms) << 22 | number % (1 << 22)


def _member(person: int | None) -> dict[str, Any]:
    member = {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False}
    member |= {"permissions": _ALL_RIGHTS, "flags": 0, "nick": None}
    return member | ({"user": {**_USER, "id": str(person)}} if person else {})


def _channel() -> dict[str, Any]:
    known = {"id": str(CHANNEL_ID), "type": 0, "name": "questions", "position": 0}
    return {**known, "permission_overwrites": [], "guild_id": str(GUILD_ID), "nsfw": False}


def _guild(guild_id: int) -> dict[str, Any]:
    everyone = {"id": str(guild_id), "name": "@everyone", "permissions": _ALL_RIGHTS}
    role = {**everyone, "position": 0, "color": 0, "hoist": False, "managed": False}
    role |= {"mentionable": False, "colors": {"primary_color": 0}, "flags": 0}
    me = {**_member(None), "user": _BOT}
    return {
        **{"id": str(guild_id), "name": "Newsroom", "owner_id": "1", "roles": [role]},
        **{"channels": [_channel()], "members": [me], "member_count": 2, "threads": []},
        **{"emojis": [], "stickers": [], "features": [], "presences": [], "voice_states": []},
        **{"verification_level": 0, "default_message_notifications": 0, "nsfw_level": 0},
        **{"explicit_content_filter": 0, "mfa_level": 0, "afk_timeout": 0, "premium_tier": 0},
        **{"system_channel_flags": 0, "preferred_locale": "en-US", "unavailable": False},
    }
