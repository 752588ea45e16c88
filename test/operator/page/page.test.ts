import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { ApiStage, TOKEN } from '../../support/api.ts';
import { busyOperator, MADE_UP_TIMELINE, madeUpMessages } from '../../support/made-up-messages.ts';
import { operatorWith, STATUS } from '../../support/operator.ts';

const HOSTILE = `<script>alert("1")</script>'&` as BareJid;
const PATHS = ['/', '/live', '/search?q=a', '/questions', '/message?sender=a&recipient=b&id=c'];

describe('the page', () => {
  let stage: ApiStage;
  let origin: string;

  beforeAll(async () => {
    stage = await ApiStage.open(busyOperator());
    origin = `http://127.0.0.1:${stage.listening.port}`;
  });

  afterAll(() => stage.close());

  async function post(path: string, fields: Record<string, string>, headers = {}) {
    const body = new URLSearchParams(fields);
    return fetch(`${origin}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
  }

  async function logIn(): Promise<string> {
    const response = await post('/login', { token: TOKEN });
    return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }

  test.each(PATHS)('shows nothing at %s without the token', async (path) => {
    const response = await stage.fetch(path);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('example.org');
  });

  test('leads a browser without the token to the form', async () => {
    const headers = { accept: 'text/html' };
    const response = await fetch(`${origin}/questions`, { headers, redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/login');
  });

  test('gives a cookie for the token that no script and no other site can use', async () => {
    const response = await post('/login', { token: TOKEN }, { origin });
    expect(response.status).toBe(303);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).not.toContain(TOKEN);
  });

  test.each(PATHS.filter((path) => path !== '/live'))(
    'shows %s to whoever has the cookie',
    async (path) => {
      const cookie = await logIn();
      expect((await stage.fetch(path, { cookie })).status).toBe(200);
    },
  );

  test('gives no cookie for another token', async () => {
    const response = await post('/login', { token: `${TOKEN}x` });
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.text()).toContain('This is not the token.');
  });

  test('ends a session for good at the log-out', async () => {
    const cookie = await logIn();
    expect((await post('/logout', {}, { cookie })).status).toBe(303);
    expect((await stage.fetch('/', { cookie })).status).toBe(401);
  });

  test.each([
    ['another origin', { origin: 'http://evil.test' }],
    ['no origin that can be named', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses a form that comes from %s, even with the token', async (_, headers) => {
    const response = await post('/login', { token: TOKEN }, headers);
    expect(response.status).toBe(403);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  test('takes no long form from whoever is not known yet', async () => {
    expect((await post('/login', { token: 'a'.repeat(10_000) })).status).toBe(413);
  });

  test('allows no script and no style but those in its own files', async () => {
    const response = await stage.ask('/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    const text = await response.text();
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?! type="module" src="\/assets\/)/);
    expect(text).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
  });

  test.each(['page.css', 'live.mjs', 'icon.svg'])('serves its own file %s', async (name) => {
    expect((await stage.fetch(`/assets/${name}`)).status).toBe(200);
  });

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['fr, zh;q=0.2, en;q=0.7', 'en'],
    ['fr', 'en'],
    ['', 'en'],
  ])('speaks to a browser that prefers "%s" in "%s"', async (accepted, language) => {
    const response = await stage.fetch('/login', { 'accept-language': accepted });
    expect(await response.text()).toContain(`<html lang="${language}">`);
  });

  test('speaks the language that was chosen, and keeps it', async () => {
    const chosen = await stage.fetch('/login?lang=zh', { 'accept-language': 'en' });
    expect(await chosen.text()).toContain('令牌');
    const cookie = chosen.headers.get('set-cookie')?.split(';')[0] ?? '';
    const next = await stage.fetch('/login', { cookie, 'accept-language': 'en' });
    expect(await next.text()).toContain('<html lang="zh">');
  });

  test('counts how far messages came, and what went wrong by its reason', async () => {
    const text = await (await stage.ask('/')).text();
    expect(text).toContain('failed: service-unavailable');
    expect(text).toMatch(/Accepted<\/dt>[\s\S]*?<b>200<\/b>/);
  });

  test('says what check finds, with what was expected and the lines to paste', async () => {
    const text = await (await stage.ask('/')).text();
    expect(text).toContain('Wrong: 1. Worth a look: 1.');
    expect(text).toContain('example.net does not answer as mod_receipts');
    expect(text).toContain('mod_receipts on the host example.net');
    expect(text).toMatch(
      /In prosody\.cfg\.lua:<\/figcaption><pre[^>]*>VirtualHost &quot;example\.net&quot;/,
    );
    expect(text).toContain('41943040 of 67108864 bytes of the spool wait');
  });

  test('says around what check finds in Chinese what to do', async () => {
    const text = await (await stage.ask('/?lang=zh')).text();
    expect(text).toContain('错误 1 项，值得留意 1 项。');
    expect(text).toContain('写入 prosody.cfg.lua：');
  });

  test('tells the life of a message, with the reason for what was not told', async () => {
    const text = await (await stage.ask('/message?sender=a&recipient=b&id=c')).text();
    expect(text).toContain('not told: the recipient’s policy does not let the sender know it');
  });

  test('says with 404 that a message is not kept', async () => {
    const response = await stage.ask('/message?sender=a&recipient=b&id=unknown');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('No such message is kept.');
  });

  test('sends what is new again and again, and nothing more after the log-out', async () => {
    const cookie = await logIn();
    const reader = (await stage.fetch('/live', { cookie })).body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toContain('data: ');
    await post('/logout', {}, { cookie });
    let isOver = false;
    while (!isOver) isOver = (await reader?.read())?.done ?? true;
    expect(isOver).toBe(true);
  });
});

describe('addresses and ids that hold HTML', () => {
  let stage: ApiStage;

  beforeAll(async () => {
    const key = { sender: HOSTILE, recipient: HOSTILE, id: HOSTILE };
    const [message] = madeUpMessages(1);
    const newest = message === undefined ? [] : [{ ...message, key, condition: HOSTILE }];
    const server = { domain: HOSTILE, hello: undefined, problem: HOSTILE };
    stage = await ApiStage.open(
      operatorWith({
        counts: () => ({ [`receipts held: ${HOSTILE}`]: 1 }),
        status: async () => ({ ...STATUS, component: HOSTILE, servers: [server] }),
        newestMessages: async () => newest.map((it) => ({ ...it, status: 'failed' })),
        lastMessages: async () => [],
        timeline: async () => ({ ...MADE_UP_TIMELINE, key }),
        waitingQuestions: async () => [
          { recipient: HOSTILE, sender: HOSTILE, number: 1, opened: 0 },
        ],
      }),
    );
  });

  afterAll(() => stage.close());

  test.each([
    ...PATHS.filter((path) => path !== '/live'),
    `/search?q=${encodeURIComponent(HOSTILE)}`,
  ])('are shown as text at %s', async (path) => {
    const text = await (await stage.ask(path)).text();
    expect(text).not.toContain('<script>');
    if (path !== '/search?q=a') expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)');
  });
});
